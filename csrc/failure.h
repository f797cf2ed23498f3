/* A call that failed becomes a message and a detail. */
#ifndef ROSTER_FAILURE_H
#define ROSTER_FAILURE_H

#include "answer.h"
#include "policy.h"

/*
** Pushes message and detail for a reason of our own; returns 0. [-0, +2, m]
*/
int roster_failure_push(lua_State *L, const struct roster_response *r,
                        const char *kind, const char *reason,
                        struct roster_verdict v);

/* ... for what the service said with its status and body. [-0, +2, m] */
int roster_failure_refused(lua_State *L, const struct roster_response *r);

#endif
