/*
** Secrets in a form that was sent (application/x-www-form-urlencoded), kept out
** of what a person may read. No Lua here.
*/
#ifndef ROSTER_FORM_H
#define ROSTER_FORM_H

#include "buf.h"

/*
** Puts "***" into `text` for the values of the form's secret fields (those of
** OAuth's token endpoint), as they were sent and as they are. Works in place
** and returns the new length, never larger; 0 when there was no memory to
** look for them with, and nothing of the text may be shown.
*/
size_t roster_form_scrub(const struct roster_buf *form, char *text, size_t len);

#endif
