/*
** Secrets that were found in one text, so that they can be taken out of others.
** No Lua here.
*/
#ifndef ROSTER_FOUND_H
#define ROSTER_FOUND_H

#include "buf.h"

struct roster_found {
  struct roster_buf bytes; /* each secret after its length, the longest first */
  int count;
  int full; /* there were more than are kept */
};

/* Owns nothing yet. */
void roster_found_init(struct roster_found *f);

/* Overwrites and frees. */
void roster_found_free(struct roster_found *f);

/* Keeps the secret, if it is among the first 1,000. Returns 1, or 0 when memory
** ran out. */
int roster_found_add(struct roster_found *f, const char *secret, size_t n);

/* Forgets them all. */
void roster_found_clear(struct roster_found *f);

/*
** The secret at *at, of *n bytes, after which it leaves *at; NULL at the end.
*/
const char *roster_found_next(const struct roster_found *f, size_t *at,
                              size_t *n);

/*
** Replaces by *** whatever in `text` repeats one of the secrets, as it is or
** quoted by others: see roster_secrets_strike. Works in place and returns the
** new length, never larger. Not to be relied
** on when the list is full.
*/
size_t roster_found_scrub(const struct roster_found *f, char *text, size_t len);

#endif
