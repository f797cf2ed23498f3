/*
** Secrets in plain text that need no name, and where a value ends. Each looks
** at the bytes from `p` up to `end`, whatever they are. Pure; no Lua.
*/
#ifndef ROSTER_REDACT_FIND_H
#define ROSTER_REDACT_FIND_H

#include <stddef.h>

/* How many bytes at `p` open or close a quoted string: a quote after any
** number of backslashes, an HTML entity or %22; 0: none do. */
size_t roster_find_quote(const char *p, const char *end);

/* The closing quote that `n` bytes at `p` open, or NULL. */
const char *roster_find_close(const char *p, size_t n, const char *end);

/* A slice of the text. */
struct roster_slice {
  const char *at;
  size_t len;
};

/* A private key in PEM, or a signed token (RFC 7519), that begins at `p`; its
** length is 0 where there is none. */
struct roster_slice roster_find_material(const char *p, const char *end);

/* The credential after the name of a scheme at `p`: "Bearer ...". */
struct roster_slice roster_find_credential(const char *p, const char *end);

/* The userinfo (RFC 3986 3.2.1) of the authority that begins at `p`. Blanks
** end it unless `whole`: then the text is nothing but the URL. */
struct roster_slice roster_find_userinfo(const char *p, const char *end,
                                         int whole);

/* The bare value at `p` of a parameter, as in a query or in prose. */
struct roster_slice roster_find_value(const char *p, const char *end);

/* Does this look like a secret rather than a word, a number or a status? */
int roster_find_is_mixed(const char *p, size_t n);

/* The length of the path segment at `p`, and whether it may be a secret. */
size_t roster_find_segment(const char *p, const char *end);
int roster_find_is_key(const char *p, size_t n);

/* The value of a header at `p`, which goes to the end of its line. */
struct roster_slice roster_find_line(const char *p, const char *end);

/* Does a percent-encoded object or list begin at `p`? */
int roster_find_is_container(const char *p, const char *end);

#endif
