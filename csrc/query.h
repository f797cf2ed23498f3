/* A query parameter in the form its service wants. */
#ifndef ROSTER_QUERY_H
#define ROSTER_QUERY_H

#include "catalog.h"
#include "compat.h"
#include "refusal.h"

/*
** Appends name=value to `url`, both percent-encoded. The value stands at the
** top of the stack; its form is the parameter's style (see catalog.h). Returns
** 1, or 0 with the refusal filled in; `option` is what the caller calls it.
** [-0, +0, m]
*/
int roster_query_add(lua_State *L, struct roster_buf *url,
                     const struct roster_param *param, const char *option,
                     int check, struct roster_refusal *refusal);

/*
** The `query` table at `index` of a request without a row: each value a
** scalar or a list of scalars, which repeats the name. [-0, +0, m]
*/
int roster_query_free(lua_State *L, struct roster_buf *url, int index,
                      struct roster_refusal *refusal);

#endif
