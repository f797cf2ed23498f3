/*
** The life of one call: it says what it wants (a credential, to be sent,
** nothing more) and is told what happened. No I/O: a driver does that.
*/
#ifndef ROSTER_CALL_H
#define ROSTER_CALL_H

#include "request.h"

/* Metatable and methods of ROSTER_CALL_TYPE. [-0, +0, m] */
void roster_call_open(lua_State *L);

/*
** core.call(client, operation, ...) -> call
**                                   | nil, misuse, message
** The arguments are those of the method. `misuse` is true when the call is
** written wrongly, false when its data cannot be sent. [-0, +1|+3, e]
*/
int roster_call_new(lua_State *L);

/*
** core.call_free(client, request, list) -> as core.call, for what has no row.
** [-0, +1|+3, e]
*/
int roster_call_new_free(lua_State *L);

/*
** core.call_token(client, form) -> as core.call: asks the provider's token
** endpoint. `form` is a list of { name, value }. Goes without a credential.
** [-0, +1|+3, e]
*/
int roster_call_new_token(lua_State *L);

#endif
