/*
** What marks a table as a list. One metatable goes on every list that is
** decoded; the marks of JSON libraries are recognised when encoding.
*/
#ifndef ROSTER_MARKS_H
#define ROSTER_MARKS_H

#include "compat.h"

/* Pushes the metatable that marks a list. [-0, +1, m] */
void roster_marks_push(lua_State *L);

/* Pushes the table of everything recognised, for roster_marks_has.
** [-0, +1, m] */
void roster_marks_push_all(lua_State *L);

/*
** Whether the value at `index` is marked: a table by its metatable as a list,
** anything else because it stands for an empty one. `marks` is where the table
** of roster_marks_push_all is; both must be absolute. [-0, +0, -]
*/
int roster_marks_has(lua_State *L, int marks, int index);

/*
** core.marks([marker]) -> marker: the metatable put on lists, from now on
** `marker` when one is given.
** core.marks(nil, mark...) adds further recognised metatables, and values
** that stand for an empty list. [-0, +1, e]
*/
int roster_marks_lua(lua_State *L);

#endif
