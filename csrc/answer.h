/*
** What an answer says besides its value, and every text of it that a person
** may read: cleaned of what was secret in the request.
*/
#ifndef ROSTER_ANSWER_H
#define ROSTER_ANSWER_H

#include "client.h"
#include "encode.h"
#include "exchange.h"
#include "found.h"

/* Secrets of one call that others may repeat: found when first asked for. */
struct roster_known {
  struct roster_found found;
  struct roster_found body; /* those of a response that is recorded */
  int collected;            /* those of the request are there */
};

struct roster_response {
  const struct roster_client *client;
  const struct roster_op *op;
  struct roster_exchange *exchange;
  const struct roster_encoder *encoder; /* wrote the request's body */
  struct roster_known *known;
  int attempts;               /* how often it was sent */
  int links;                  /* keep the "_links" of list items */
  int strict_text;            /* text that is not Unicode is an error */
  struct roster_buf *scratch; /* owned by a userdata */
};

/*
** Raises when the buffer has lost something to a lack of memory: half a text
** would be taken for all of it. [-0, +0, m]
*/
void roster_answer_check(lua_State *L, const struct roster_buf *b);

/* Masks every secret that went out where it stands in the scratch buffer, which
** is hidden where memory runs out: see redact.h. */
void roster_answer_scrub(const struct roster_response *r);

/* The same, and masks what looks secret by itself: see redact.h. */
void roster_answer_redact(const struct roster_response *r);

/* Learns the secrets of an error's body, which its other texts may repeat. */
void roster_answer_learn(const struct roster_response *r);

/*
** Redacts the scratch buffer, and makes it one line of valid UTF-8 that shows
** all that is in it (see visible.h) and is not endless.
*/
void roster_answer_clean(const struct roster_response *r);

/*
** Pushes `s` with every secret masked, and else as it is: before it is cut, for
** part of one could not be recognised any more. [-0, +1, m]
*/
void roster_answer_push_scrubbed(lua_State *L, const struct roster_response *r,
                                 const char *s, size_t n);

/* Pushes `s` cleaned. [-0, +1, m] */
void roster_answer_push_clean(lua_State *L, const struct roster_response *r,
                              const char *s, size_t n);

/* The request id of the header, or NULL. */
const char *roster_answer_id(const struct roster_response *r);

/* That id, cleaned, into the table at the top. [-0, +0, m] */
void roster_answer_set_id(lua_State *L, const struct roster_response *r);

/* The exchange's timings, seconds, where the transport has them. [-0, +0, m] */
void roster_answer_set_timings(lua_State *L, const struct roster_exchange *x);

/*
** Status, headers, request id, rate and timings into the table at the top; no
** more than nothing where no whole answer came. In an error, which is there to
** be shown, the service's own secrets are masked as well. [-0, +0, m]
*/
void roster_answer_set(lua_State *L, const struct roster_response *r,
                       int is_error);

/* Does the answer call its body plain text? */
int roster_answer_is_plain_text(const struct roster_response *r);

#endif
