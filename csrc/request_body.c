/* The body of a request; the contract is in request.h. */
#include "request.h"
#include "scalar.h"
#include "view.h"

#include <stdio.h>
#include <string.h>

int roster_request_view(const struct roster_request *r) {
  r->refusal->view = 1;
  return 0;
}

int roster_request_body(lua_State *L, const struct roster_request *r, int index,
                        const struct roster_model *model) {
  struct roster_fault fault;
  if (!roster_encode(L, index, model, r->encoder, &fault))
    return r->encoder->view ? roster_request_view(r)
                            : roster_refuse(r->refusal, r->encoder->misuse,
                                            "%s", fault.text);
  r->exchange->has_body = 1;
  return 1;
}

/*
** An option that was put into the body would be sent as a member that means
** nothing there, and have no effect: dry_run would even send. [-0, +0, m]
*/
static int check_body_names(lua_State *L, const struct roster_request *r,
                            int body, int number) {
  const struct roster_op *op = r->op;
  if (!r->encoder->check || !op->body->closed || !lua_istable(L, body))
    return 1;
  lua_pushnil(L);
  while (lua_next(L, body) != 0) {
    const char *name;
    size_t n;
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
      continue;
    name = lua_tolstring(L, -1, &n);
    if (roster_request_takes(op, name) &&
        roster_model_field(op->body, name, n) == NULL &&
        !roster_encoder_is_extra(L, r->encoder, name, n))
      return roster_refuse(
          r->refusal, 1,
          "argument %d (body): \"%s\" is an option: pass it in the table "
          "after the body",
          number, name);
  }
  return 1;
}

/* Leaves the list of the option "extra" on the stack, for the encoder.
** [-0, +1, m] */
static int push_extra(lua_State *L, const struct roster_request *r,
                      int options) {
  int list = lua_gettop(L) + 1;
  int count = 0;
  lua_pushliteral(L, "extra");
  lua_rawget(L, options);
  if (lua_isnil(L, -1))
    return 1;
  lua_pushnil(L);
  while (lua_next(L, list) != 0) {
    count++;
    if (lua_type(L, -1) != LUA_TSTRING || lua_type(L, -2) != LUA_TNUMBER)
      return roster_refuse(
          r->refusal, 1,
          "option \"extra\": expected a list of names, got a %s in it",
          roster_scalar_kind(L, lua_type(L, -2) == LUA_TNUMBER ? -1 : -2));
    lua_pop(L, 1);
  }
  if (count != (int)lua_rawlen(L, list))
    return roster_refuse(r->refusal, 1, "option \"extra\": list with holes");
  r->encoder->extra = list;
  return 1;
}

/* [-0, +0, -] */
static int is_empty(lua_State *L, int index) {
  lua_pushnil(L);
  if (!lua_next(L, index))
    return 1;
  lua_pop(L, 2);
  return 0;
}

/* The body would change nothing. Where no document lets a caller leave it out,
** that cannot be what is meant. */
static int refuse_empty(const struct roster_request *r, int number) {
  const struct roster_model *model = r->op->body;
  char names[160] = "";
  size_t n = 0;
  int i;
  for (i = 0; i < model->field_count && n < sizeof(names); i++) {
    if ((model->fields[i].flags & ROSTER_READ_ONLY) == 0)
      n += (size_t)snprintf(names + n, sizeof(names) - n, n > 0 ? ", %s" : "%s",
                            model->fields[i].name);
  }
  return roster_refuse(r->refusal, 1,
                       "argument %d (body) sets nothing: give at least one of "
                       "%s%s",
                       number, names, n < sizeof(names) ? "" : "...");
}

int roster_request_modelled(lua_State *L, const struct roster_request *r,
                            int index, int options, int number) {
  const struct roster_op *op = r->op;
  int ok;
  if (lua_istable(L, index) && roster_view_is(L, index))
    return roster_request_view(r);
  if (lua_istable(L, index) && r->encoder->check && op->body_required &&
      is_empty(L, index))
    return refuse_empty(r, number);
  ok = (!r->encoder->extra || push_extra(L, r, options)) &&
       check_body_names(L, r, index, number) &&
       roster_request_body(L, r, index, op->body);
  if (ok && r->encoder->check && !r->encoder->filled && op->body_required)
    return refuse_empty(r, number);
  return ok;
}
