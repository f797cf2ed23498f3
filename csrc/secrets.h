/*
** Where the secrets lie in a body of JSON that was written here, so that it
** can be shown, and quoted by others, without them. No Lua here.
*/
#ifndef ROSTER_SECRETS_H
#define ROSTER_SECRETS_H

#include "buf.h"

/* One value, quotes included: `len` bytes from `at`. */
struct roster_range {
  size_t at;
  size_t len;
};

struct roster_secrets {
  struct roster_buf ranges; /* of struct roster_range, ascending, disjoint */
};

/* Owns nothing yet; room for at most `most` ranges. */
void roster_secrets_init(struct roster_secrets *s, size_t most);

void roster_secrets_free(struct roster_secrets *s);

/* Returns 1, or 0 when there is no room for another. */
int roster_secrets_add(struct roster_secrets *s, size_t at, size_t len);

size_t roster_secrets_count(const struct roster_secrets *s);
struct roster_range roster_secrets_get(const struct roster_secrets *s,
                                       size_t i);

/* Appends the body to `out` with "***" for each secret. Returns 1 or 0 as the
** appenders of buf.h. */
int roster_secrets_mask(const struct roster_secrets *s, const char *body,
                        size_t len, struct roster_buf *out);

/*
** Replaces by *** whatever in `text` repeats a string or a number of a secret,
** as it is, escaped as in the body, or quoted once more: behind backslashes,
** percent-encoded, with HTML's entities. Under three bytes is too short to tell
** from chance. Works in place and returns the new length, never larger.
*/
size_t roster_secrets_scrub(const struct roster_secrets *s, const char *body,
                            char *text, size_t len);

/*
** The same of one secret that is in no JSON, in all of these forms. Under four
** bytes it is left alone: its letters would be struck out of ordinary words.
*/
size_t roster_secrets_strike(char *text, size_t len, const char *secret,
                             size_t n);

#endif
