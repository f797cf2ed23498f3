/*
** Names and strings out of their escapes, read leniently: what is malformed
** stands for itself. Pure; no Lua.
*/
#ifndef ROSTER_REDACT_ESCAPE_H
#define ROSTER_REDACT_ESCAPE_H

#include "buf.h"

/* The value of a hexadecimal digit, or -1. */
int roster_escape_hex(char c);

/*
** Puts the name between `p` and `end` into `name` and returns its length:
** JSON's escapes and percent-encoding are undone. Only the end of a name
** longer than `size` is kept.
*/
size_t roster_escape_name(const char *p, const char *end, char *name,
                          size_t size);

/* Appends the inside of a JSON string. Returns 1 or 0 as the appenders. */
int roster_escape_string(struct roster_buf *to, const char *p, const char *end);

/* Appends the value of a form's parameter. Returns 1 or 0 as the appenders. */
int roster_escape_form(struct roster_buf *to, const char *p, const char *end);

#endif
