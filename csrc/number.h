/* JSON numbers that no number of Lua holds, kept as their text. */
#ifndef ROSTER_NUMBER_H
#define ROSTER_NUMBER_H

#include "compat.h"

#include <stddef.h>

/*
** core.number(text) -> a userdata that is written as that number, digit for
** digit; or nil, why not: the text is not a JSON number (RFC 8259 6). tostring
** gives the text, and two with the same text are equal. [-0, +1|2, e]
*/
int roster_number_lua(lua_State *L);

/* The text of such a userdata at `index`, its length in `*len`; NULL when it is
** something else. [-0, +0, -] */
const char *roster_number_to(lua_State *L, int index, size_t *len);

#endif
