/* What Lua's io library cannot say of a file. */
#ifndef ROSTER_FILE_H
#define ROSTER_FILE_H

#include "compat.h"

/*
** core.sync(file) -> true | nil, why: what was written is on the disk. Waits
** until it is. `file` is an open file of Lua's io library, here and below.
** [-0, +1|+2, e]
*/
int roster_file_sync(lua_State *L);

/*
** core.cut(file, bytes) -> true | nil, why: the file ends there from now on.
** [-0, +1|+2, e]
*/
int roster_file_cut(lua_State *L);

/*
** core.lock(file) -> true | nil, why: nobody else may lock it until it is
** unlocked or closed, in this process or another. Child processes do not
*inherit
** it: after a fork() the child's file is /dev/null. Does not wait.
** [-0, +1|+2, e]
*/
int roster_file_lock(lua_State *L);

/*
** core.unlock(file) -> true | nil, why: others may lock it. Call it before the
** file is closed. [-0, +1|+2, e]
*/
int roster_file_unlock(lua_State *L);

/*
** core.seclude(file) -> true | nil, why: nobody but its owner may read or write
** the file (mode 0600). [-0, +1|+2, e]
*/
int roster_file_seclude(lua_State *L);

/*
** core.columns(file) -> how wide the terminal is, or nil when it is none.
** [-0, +1, e]
*/
int roster_file_columns(lua_State *L);

#endif
