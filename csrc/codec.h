/* What functions for Lua take as arguments that name a model. */
#ifndef ROSTER_CODEC_H
#define ROSTER_CODEC_H

#include "catalog.h"
#include "compat.h"

/*
** The model named by the argument at `index`, with the provider's name before
** it; NULL where it is absent. Raises for an unknown one. [-0, +0, e]
*/
const struct roster_model *roster_codec_model(lua_State *L, int index);

#endif
