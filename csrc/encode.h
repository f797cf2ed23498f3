/*
** A Lua value becomes JSON bytes in one walk, guided by a model. What is
** written is what is sent: an absent member, null (light userdata NULL), "",
** false, 0, {} and [] stay seven different things, and the caller's tables are
** only read. No metamethod is called: a table that Lua reads through one is a
** fault with `view` (view.h).
**
** A table is a list when it is marked as one, or when its keys are exactly 1
** to n; an empty one without a mark is an object, unless the model says that a
** list belongs there. Whole numbers up to 2^53 are written as digits, whatever
** Lua calls them. Where the model has an integer, a string of digits is
** written as that number; where it has a number, the text of any JSON number
** is. What number.h made is written as that number anywhere. Where the model
** has an object that a bare string can stand for, the string becomes that
** object.
**
** Refused always: what JSON has no form for (functions, threads, other
** userdata, NaN, infinities, text that is not UTF-8, keys that are not
** strings, lists with holes, cycles) and more than 100 levels. Refused when
** checking: another type than the model's (null is always allowed), an absent
** member that the model requires and a caller can set, a member that a closed
** model does not have and `extra` does not name, and a read-only one unless
** the object, or one around it, has its id: it was read from the service then.
** Whatever is inside of a read-only list or object passes, since only the
** service knows its form, and so do members of a kind that no document names.
*/
#ifndef ROSTER_ENCODE_H
#define ROSTER_ENCODE_H

#include "catalog.h"
#include "compat.h"
#include "json.h"

struct roster_encoder {
  struct roster_buf *out; /* the caller's */
  int check;
  int extra;  /* stack index: a list of members that pass unknown; or 0 */
  int view;   /* why it failed: Lua has to read the value, see view.h ... */
  int misuse; /* ... or a member is written wrongly, whatever the data is */
  int filled; /* the outermost object has a member that a caller can set */
  unsigned suspects; /* members that are secret, or that the model lacks, and
                        one more if what the model says is not checked */
};

/* Appends to `out`, whose ceiling is the body's. */
void roster_encoder_init(struct roster_encoder *e, struct roster_buf *out,
                         int check);

/* Is the name among those of `extra`? [-0, +0, m] */
int roster_encoder_is_extra(lua_State *L, const struct roster_encoder *e,
                            const char *name, size_t n);

/*
** Writes the value at `index` as a `model`, or free-form when that is NULL.
** Returns 1, or 0 with the place and the reason in the fault
** ("body.profile.login: expected string, got number") and `out` as it was.
** [-0, +0, m]
*/
int roster_encode(lua_State *L, int index, const struct roster_model *model,
                  struct roster_encoder *e, struct roster_fault *fault);

/*
** core.encode(value [, provider, model [, check]]) -> bytes | nil, message,
** view. `view` is true when Lua has to read the value. Raises for an unknown
** provider or model. [-0, +(1|3), e]
*/
int roster_encode_lua(lua_State *L);

#endif
