/*
** Tables that Lua does not read from their own keys alone: a metatable with
** __index, __pairs or __len (Lua 5.4 manual 2.4) says what else is in them.
** Those are functions of the caller, which C never calls: it stops at such a
** table, and roster.plain makes a plain copy of the arguments.
*/
#ifndef ROSTER_VIEW_H
#define ROSTER_VIEW_H

#include "compat.h"

/* Has the table at `index` such a metatable? [-0, +0, m] */
int roster_view_is(lua_State *L, int index);

/*
** Is the table at `index` one, or one of the tables in it, down to `levels`
** below? The stack needs 3 slots a level. [-0, +0, m]
*/
int roster_view_within(lua_State *L, int index, int levels);

/*
** core.view(table) -> how roster.plain has to read it: nil (by its own keys),
** "list" (by its own keys; it is marked as a list), or
** "view", __index, __pairs, __len. Sees through __metatable. [-0, +(1|4), e]
*/
int roster_view_lua(lua_State *L);

#endif
