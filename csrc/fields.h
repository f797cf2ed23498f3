/* The header fields of a request: the caller's first, then roster's own. */
#ifndef ROSTER_FIELDS_H
#define ROSTER_FIELDS_H

#include "client.h"
#include "exchange.h"
#include "refusal.h"

/* Is there a field of that name, whatever its case? */
int roster_fields_has(const struct roster_exchange *x, const char *name);

/* Adds a field unless one of that name is there already. */
void roster_fields_add(struct roster_exchange *x, const char *name,
                       const char *value, size_t n);

/*
** The caller's `headers` table at `index`. Returns 1, or 0 with the refusal
** filled in. [-0, +0, m]
*/
int roster_fields_caller(lua_State *L, struct roster_exchange *x,
                         const struct roster_client *client, int index,
                         struct roster_refusal *refusal);

/*
** What every request carries, once its body is known. `typed`: it names its
** type even without a body. Returns 0 when something did not fit.
*/
int roster_fields_own(struct roster_exchange *x,
                      const struct roster_client *client, int typed);

#endif
