/*
** What Okta may leave out of users, as an option: it is asked for in a
** parameter of the request's media type (developer.okta.com, "List all users",
** header Content-Type).
*/
#ifndef ROSTER_OMIT_H
#define ROSTER_OMIT_H

#include "catalog.h"
#include "compat.h"
#include "exchange.h"
#include "refusal.h"

/*
** Adds the header for the option's value at the top of the stack: a word or a
** list of them, each one of param->keys ("links") or as Okta spells it
** ("omitCredentialsLinks"); others pass too unless `check`. Returns 1, or 0
** with the refusal filled in. [-0, +0, m]
*/
int roster_omit_add(lua_State *L, struct roster_exchange *x,
                    const struct roster_param *param, int check,
                    struct roster_refusal *refusal);

#endif
