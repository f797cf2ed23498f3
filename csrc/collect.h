/*
** The garbage collector and large documents. Nothing of a document is garbage
** while it is read, but the one before it may be by then: a collector that
** works within a document looks at all of it in vain.
*/
#ifndef ROSTER_COLLECT_H
#define ROSTER_COLLECT_H

#include "compat.h"

#include <stddef.h>

/*
** Before `len` bytes of JSON are read: lets the collector work now, and then
** not for as much as the document will take. Nothing happens to small
** documents, in a heap beside which this one is small, where the collector was
** stopped, and outside Lua 5.4. `*heap` is this function's own, for each Lua
** state, and starts as 0. Finalizers may run. [-0, +0, m]
*/
void roster_collect_before(lua_State *L, size_t len, int *heap);

#endif
