/* The catalog's rows as Lua tables, each time fresh ones. */
#ifndef ROSTER_REFLECT_H
#define ROSTER_REFLECT_H

#include "compat.h"

/* core.providers() -> array of names. [-0, +1, m] */
int roster_reflect_providers(lua_State *L);

/* core.catalog(provider) -> all of its rows. Raises for an unknown name.
** [-0, +1, v] */
int roster_reflect_catalog(lua_State *L);

/*
** core.methods(provider) -> { auth_header, credential, operations }, an array
** of { name, aliases, retry, list, offset, ids, options_at }: what a client's
** methods are made of, in a twentieth of the time. `ids` is how many arguments
** come before body and options. Raises for an unknown name.
** [-0, +1, v]
*/
int roster_reflect_methods(lua_State *L);

/* core.call_options() -> array of { name, type, lists_only, note }.
** [-0, +1, m] */
int roster_reflect_call_options(lua_State *L);

#endif
