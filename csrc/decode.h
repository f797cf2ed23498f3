/*
** JSON bytes become an idiomatic Lua value in one pass.
**
**   object            table; members that are null are absent
**   array             table with the list marker as its metatable; a null
**                     inside it stays, as the sentinel, so positions hold
**   null              alone: the sentinel, light userdata NULL (cjson.null)
**   number            of digits only: an integer on Lua 5.4, a double
**                     elsewhere; with a fraction or an exponent: a double, as
**                     is -0, which no integer can hold
**   number this Lua   cannot hold exactly (beyond int64; from 2^53 on where all
**                     numbers are doubles, for 2^53 itself may stand for
**                     2^53 + 1 there; 1e999): its digits as a string
**   a repeated name   the last one counts
**   text that is not  U+FFFD for an unpaired surrogate, and for each maximal
**   Unicode           subpart of ill-formed UTF-8, where that is to be repaired
**
** Nothing is refused for its content: names and values that no model knows
** come out like all others.
*/
#ifndef ROSTER_DECODE_H
#define ROSTER_DECODE_H

#include "catalog.h"
#include "compat.h"
#include "json.h"

enum roster_decode_flag {
  ROSTER_DECODE_LIST = 1,      /* the value should be a list of `model` */
  ROSTER_DECODE_NO_LINKS = 2,  /* check "_links" of the outermost objects
                               ** (the value, or a list's), keep nothing */
  ROSTER_DECODE_KEEP_NULLS = 4 /* null members stay, as the sentinel */
};

/*
** Returns 1 with one value pushed, or 0 with nothing pushed and the fault's
** text filled in ("byte 123: unexpected end of input"). The document may have
** `max_values` values: small bytes can make large trees. `*repaired` becomes
** how many U+FFFD were read for text that is not Unicode; NULL: such text is a
** fault. The bytes must stay where they are meanwhile, whatever a finalizer
** does. [-0, +(0|1), m]
*/
int roster_decode(lua_State *L, const char *json, size_t len,
                  const struct roster_model *model, int flags,
                  size_t max_values, size_t *repaired,
                  struct roster_fault *fault);

/* As max_values: no bound. */
#define ROSTER_ANY_NUMBER ((size_t)-1)

/*
** core.decode(bytes [, provider, model [, list [, nulls [, links [, max]]]]])
** -> value | nil, message. `nulls` = true keeps null members, `links` = false
** drops "_links", `max` is how many values there may be. Raises for an unknown
** provider or model. [-0, +(1|2), e]
*/
int roster_decode_lua(lua_State *L);

#endif
