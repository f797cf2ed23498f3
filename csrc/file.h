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
** inherit it: after a fork() the child's file is /dev/null. Does not wait.
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

/*
** core.read_file(path, max) -> content, about | nil, why, errno. Reads a
** regular file of at most `max` bytes, and never waits for one that is
** something else, as a FIFO. `about` is of the file that was read, whatever has
** the name by then: is_foreign (it belongs neither to the user of this process
** nor to root), is_writable (for its group or others), is_readable (for
** others). `why` is a phrase to follow the path; errno is 0 where the system
** had no objection. [-0, +2|+3, e]
*/
int roster_file_read(lua_State *L);

/*
** core.become(file, path, trusted) -> true | nil, why, is_system. `file`,
** opened for reading and appending, is from then on the file at `path`. Where
** there is none it is made, and only its owner may read or write it (mode
** 0600), whatever the umask; so it is where it was empty. One with content
** keeps its mode until the caller knows that it is the right one: see
** core.seclude. A symbolic link is not followed, but folders above may be
** links. What is no regular file, belongs to another user or has a second name
** is not opened; nor, where its content is to be `trusted`, what others may
** write to. `why` is a phrase to follow the path, or with `is_system` what the
** system says. [-0, +1|+3, e]
*/
int roster_file_become(lua_State *L);

#endif
