/* The redactor for Lua: of texts, and of values that are no text yet. */
#ifndef ROSTER_REDACT_LUA_H
#define ROSTER_REDACT_LUA_H

#include "compat.h"

/*
** core.redact(text [, provider, model]) -> text with *** for every secret: see
** redact.h. The text is JSON of that model, or anything. Raises for an unknown
** provider or model, never for the text. [-0, +1, e]
*/
int roster_redact_lua(lua_State *L);

/*
** core.secrecy(name [, holder [, beside]]) -> how much of the member's value
** is secret: of its lowest two bits 0 is nothing, 1 texts, 2 and 3 numbers as
** well. It is to be given as `holder` for what that value holds. `beside` adds
** up what the other members tell: 1 for grant_type or state, 2 where one names
** a secret whose `value` is in this one, 4 for kty. [-0, +1, e]
*/
int roster_secrecy_lua(lua_State *L);

#endif
