/*
** Text as the wire wants it: percent-encoding, URLs and their origin, the
** Link header, and the nearest name for a misspelt one. Pure; no Lua.
*/
#ifndef ROSTER_TEXT_H
#define ROSTER_TEXT_H

#include "buf.h"

/* Holds `s` nothing but unreserved characters (RFC 3986 2.3)? */
int roster_text_is_unreserved(const char *s, size_t n);

/* Appends `s` with all but RFC 3986 unreserved characters as %XX. */
int roster_text_encode(struct roster_buf *to, const char *s, size_t n);

/*
** Why `s` cannot be one path segment, or NULL when it can: empty, a dot
** segment (RFC 3986 3.3), or a control character. `refused` lists characters
** the service cannot route even when encoded; may be NULL.
*/
const char *roster_text_segment_fault(const char *s, size_t n,
                                      const char *refused);

/* Why `s` cannot be a header value (RFC 9110 5.5), or NULL when it can. */
const char *roster_text_value_fault(const char *s, size_t n);

/* Is `s` a token (RFC 9110 5.6.2), as a header name must be? */
int roster_text_is_token(const char *s, size_t n);

/*
** Length of the UTF-8 sequence at `p` (RFC 3629), which is before `end`; 0 when
** there is no valid one.
*/
int roster_text_utf8(const char *p, const char *end);

/* Is all of `s` well-formed UTF-8? */
int roster_text_is_utf8(const char *s, size_t n);

/*
** Length of the ill-formed bytes at `p` that one U+FFFD stands for: the longest
** beginning of a well-formed sequence, else one byte (Unicode 3.9, "U+FFFD
** Substitution of Maximal Subparts"). There is no valid sequence at `p`.
*/
size_t roster_text_ill_formed(const char *p, const char *end);

/* Appends `s` with U+FFFD for what is not well-formed UTF-8. Returns 1 or 0 as
** the appenders. */
int roster_text_repair(struct roster_buf *to, const char *s, size_t n);

/* Slices of an absolute http(s) URL; nothing is copied. */
struct roster_url {
  const char *scheme; /* "http" or "https", static */
  const char *host;   /* an IPv6 address keeps its brackets */
  size_t host_len;
  unsigned port;
  const char *path; /* from the first slash (or the end) to the end */
  size_t path_len;
};

/* Reads an absolute URL; returns NULL, or why it is not one we can use. */
const char *roster_url_parse(struct roster_url *u, const char *s, size_t n);

/*
** Reads "host" or "host:port" (RFC 3986 3.2, without user information) into
** `host` and `port`, which stays as it is where there is none. Returns NULL, or
** what is wrong with it.
*/
const char *roster_url_authority(struct roster_url *u, const char *s, size_t n);

/* Same scheme, host (ignoring case) and port (RFC 6454 5)? */
int roster_url_same_origin(const struct roster_url *a,
                           const struct roster_url *b);

/*
** An address of 127.0.0.0/8 in its usual spelling, [::1], or the name
** localhost, which the transports connect to these addresses without asking a
** resolver: what never leaves the machine.
*/
int roster_url_is_loopback(const struct roster_url *u);

/*
** Finds the target with relation type `rel` in one Link field value
** (RFC 8288 3): any parameter order, quoted or bare, several relation types
** in one parameter, commas and semicolons inside <> or quotes. A link with an
** anchor speaks of another resource and is passed over. Returns 1 and the
** slice of the target, 0, or -1 when none was found before the value stopped
** being a list of links.
*/
int roster_link_find(const char *value, size_t n, const char *rel,
                     const char **target, size_t *target_len);

/*
** How many single-character slips (insert, drop, change, swap) lie between
** the names; counting stops above `most`, which is then returned plus one.
*/
unsigned roster_text_slips(const char *a, const char *b, unsigned most);

/* Behind the first `word` in `text`, whatever its case, or NULL. */
const char *roster_text_find_word(const char *text, const char *word);

/* 64-bit FNV-1a cut to 53 bits: every Lua can hold it exactly. */
double roster_text_fingerprint(const char *s, size_t n);

#endif
