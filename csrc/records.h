/*
** What a list's page is made of: which of its records is none, and numbers
** that tell records apart.
*/
#ifndef ROSTER_RECORDS_H
#define ROSTER_RECORDS_H

#include "compat.h"

/*
** core.odd_record(list [, objects]) -> place, kind ("null", "a string", ...) of
** the first element that is null, or with `objects` no JSON object; nil if
** there is none. [-0, +(1|2), e]
*/
int roster_records_odd(lua_State *L);

/*
** core.fingerprints(list) -> list of a number for each element, and a number
** for all of them in their order. Equal JSON values have equal numbers; the
** order of an object's members makes no difference. [-0, +2, e]
*/
int roster_records_fingerprints(lua_State *L);

#endif
