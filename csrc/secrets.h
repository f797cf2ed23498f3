/*
** One secret, taken out of a text that repeats it. No Lua here.
*/
#ifndef ROSTER_SECRETS_H
#define ROSTER_SECRETS_H

#include <stddef.h>

/*
** Replaces by *** whatever in `text` repeats the secret: as it is, or quoted by
** others any number of times: after backslashes, percent-encoded, with HTML's
** entities. Under four bytes it is left alone: its letters would be struck out
** of ordinary words. Works in place and returns the new length, never larger.
*/
size_t roster_secrets_strike(char *text, size_t len, const char *secret,
                             size_t n);

#endif
