/*
** Status, header fields and body become a value, or a message and a detail,
** and for a list the URL of the next page.
*/
#ifndef ROSTER_RESPONSE_H
#define ROSTER_RESPONSE_H

#include "client.h"
#include "encode.h"
#include "exchange.h"

struct roster_response {
  const struct roster_client *client;
  const struct roster_op *op;
  struct roster_exchange *exchange;
  const struct roster_encoder *encoder; /* what the body held of secrets */
  int attempts;                         /* how often it was sent */
  struct roster_buf *scratch;           /* owned by a userdata */
};

/*
** An answered or lost exchange. Returns 1 with value, meta and the next
** page's URL (or nil) pushed, or 0 with message and detail. [-0, +3|+2, m]
*/
int roster_response_read(lua_State *L, const struct roster_response *r);

/* Masks every secret that went out where it stands in the scratch buffer. */
void roster_response_scrub(const struct roster_response *r);

/*
** A call that failed before anything was sent: pushes message and detail.
** [-0, +2, m]
*/
void roster_response_fail(lua_State *L, const struct roster_response *r,
                          const char *kind, const char *reason);

#endif
