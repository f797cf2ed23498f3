/* A Lua scalar as text for a URL or a header field. */
#ifndef ROSTER_SCALAR_H
#define ROSTER_SCALAR_H

#include "catalog.h"
#include "compat.h"

struct roster_scalar {
  const char *text; /* may point to `room`: valid while both are in place */
  size_t len;
  char room[32];
};

/*
** Reads the value at `index` as `type`. Returns NULL, or what was expected.
** Numbers go out with all their digits, never in the C locale's dress. One
** that may not be the number that was written is none: from 2^53 on where all
** numbers are doubles, else beyond it, unless the type is a number with
** fractions. [-0, +0, -]
*/
const char *roster_scalar_read(lua_State *L, int index, int type,
                               struct roster_scalar *out);

/* What Lua calls the value; the null sentinel by its own name. [-0, +0, -] */
const char *roster_scalar_kind(lua_State *L, int index);

#endif
