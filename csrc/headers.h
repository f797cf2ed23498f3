/*
** The header fields of one response, in the order they came, duplicates
** kept. Names compare without case (RFC 9110 5.1).
*/
#ifndef ROSTER_HEADERS_H
#define ROSTER_HEADERS_H

#include "buf.h"

struct roster_headers {
  struct roster_buf text; /* lengths name '\0' value '\0' ... */
  size_t count;
  size_t last; /* where the last field begins */
};

/* `max` bytes of names and values; more is a failure that sticks. */
void roster_headers_init(struct roster_headers *h, size_t max);
void roster_headers_clear(struct roster_headers *h);
void roster_headers_free(struct roster_headers *h);

/*
** Adds one field line as it came, with or without its CRLF; one that begins
** with a blank goes on with the value before it. A line without a
** colon or with an empty name is not a field and is left out; a NUL byte
** inside ends the value (nothing behind it can be trusted).
** Returns 0 when the ceiling is reached or memory ran out.
*/
int roster_headers_line(struct roster_headers *h, const char *line, size_t n);

/* As above, from a name and a value. */
int roster_headers_add(struct roster_headers *h, const char *name,
                       const char *value, size_t value_len);

/* Walks all fields: start with *at = 0; returns 0 after the last. */
int roster_headers_next(const struct roster_headers *h, size_t *at,
                        const char **name, const char **value);

/* The `nth` (from 0) value of `name`, or NULL. */
const char *roster_headers_get(const struct roster_headers *h, const char *name,
                               size_t nth);

/* The name of the field that was added last; "" when there is none. */
const char *roster_headers_last(const struct roster_headers *h);

/* Is `word` in a value of `name` that is a list (RFC 9110 5.6.1)? */
int roster_headers_has(const struct roster_headers *h, const char *name,
                       const char *word);

#endif
