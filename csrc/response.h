/*
** Status, header fields and body become a value, or a message and a detail,
** and for a list the URL of the next page.
*/
#ifndef ROSTER_RESPONSE_H
#define ROSTER_RESPONSE_H

#include "answer.h"

/*
** An answered or lost exchange. Returns 1 with value, meta and the next
** page's URL (or nil) pushed, or 0 with message and detail. [-0, +3|+2, m]
*/
int roster_response_read(lua_State *L, const struct roster_response *r);

/*
** As roster_response_read, which raised `why`: what the response says is lost,
** but not what happened. [-0, +2, m]
*/
int roster_response_lost(lua_State *L, const struct roster_response *r,
                         const char *why);

/*
** The next page's URL as soon as a success's header is there; else, and where
** the service names none, nil. [-0, +1, m]
*/
void roster_response_next(lua_State *L, const struct roster_response *r);

/*
** A call that failed before anything was sent, or whose outcome another process
** gets: then it is `ambiguous`. Pushes message and detail. [-0, +2, m]
*/
void roster_response_fail(lua_State *L, const struct roster_response *r,
                          const char *kind, const char *reason, int ambiguous);

#endif
