/* The module: registration, and the catalog as Lua tables. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime under -std=c99 */

#include "auth.h"
#include "call.h"
#include "catalog.h"
#include "client.h"
#include "compat.h"
#include "decode.h"
#include "encode.h"
#include "file.h"
#include "marks.h"
#include "request.h"
#include "text.h"
#include "version.h"

#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* [-0, +0, m] for this and every other setter: into the table on top */
static void set_string(lua_State *L, const char *key, const char *value) {
  if (value == NULL)
    return;
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

static void set_flag(lua_State *L, const char *key, int value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

static void set_count(lua_State *L, const char *key, unsigned short value) {
  if (value == 0)
    return;
  lua_pushinteger(L, value);
  lua_setfield(L, -2, key);
}

/* An array of strings; nothing when there are none. */
static void set_strings(lua_State *L, const char *key,
                        const char *const *values) {
  int i;
  if (values == NULL)
    return;
  lua_newtable(L);
  for (i = 0; values[i] != NULL; i++) {
    lua_pushstring(L, values[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, key);
}

/* [-0, +1, m] */
static void push_param(lua_State *L, const struct roster_param *param) {
  char option[ROSTER_OPTION_MAX];
  roster_catalog_option_name(param, option, sizeof option);
  lua_newtable(L);
  set_string(L, "name", param->name);
  set_string(L, "option", option);
  set_string(L, "place", roster_place_name((enum roster_place)param->place));
  set_string(L, "type", roster_type_name((enum roster_type)param->type));
  set_flag(L, "required", param->flags & ROSTER_REQUIRED);
  set_flag(L, "later", param->flags & ROSTER_LATER);
  set_strings(L, "values", param->values);
  set_string(L, "note", param->note);
}

static void set_body(lua_State *L, const struct roster_op *op) {
  if (op->body == NULL)
    return;
  lua_newtable(L);
  set_string(L, "model", op->body->name);
  set_flag(L, "required", op->body_required);
  lua_setfield(L, -2, "body");
}

static void set_returns(lua_State *L, const struct roster_op *op) {
  if (op->returns == NULL && !op->list)
    return;
  lua_newtable(L);
  set_string(L, "model", op->returns != NULL ? op->returns->name : NULL);
  set_flag(L, "list", op->list);
  lua_setfield(L, -2, "returns");
}

static void set_offset(lua_State *L, const struct roster_op *op) {
  const struct roster_offset *offset = op->offset;
  if (offset == NULL)
    return;
  lua_newtable(L);
  set_string(L, "start", offset->start);
  set_string(L, "size", offset->size);
  set_string(L, "items", offset->items);
  set_string(L, "total", offset->total);
  lua_pushinteger(L, offset->first);
  lua_setfield(L, -2, "first");
  set_flag(L, "by_page", offset->by_page);
  set_strings(L, "sort_by", offset->sort_by);
  set_string(L, "sort_value", offset->sort_value);
  lua_setfield(L, -2, "offset");
}

/* [-0, +1, m] */
static void push_op(lua_State *L, const struct roster_op *op) {
  int i;
  lua_newtable(L);
  set_string(L, "name", op->name);
  set_strings(L, "aliases", op->aliases);
  set_string(L, "method", op->method);
  set_string(L, "path", op->path);
  set_string(L, "summary", op->summary);
  set_string(L, "note", op->note);
  lua_createtable(L, op->param_count, 0);
  for (i = 0; i < op->param_count; i++) {
    push_param(L, &op->params[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "params");
  set_body(L, op);
  set_returns(L, op);
  set_string(L, "retry", roster_retry_name((enum roster_retry)op->retry));
  set_string(L, "paging", roster_paging_name((enum roster_paging)op->paging));
  set_count(L, "page_default", op->page_default);
  set_count(L, "page_max", op->page_max);
  set_offset(L, op);
  set_flag(L, "anonymous", op->anonymous);
  set_strings(L, "scopes", op->scopes);
  set_strings(L, "user_ref", op->user_ref);
}

/* [-0, +1, m] */
static void push_field(lua_State *L, const struct roster_field *field) {
  lua_newtable(L);
  set_string(L, "name", field->name);
  set_string(L, "type", roster_type_name((enum roster_type)field->type));
  if (field->type == ROSTER_ARRAY || field->type == ROSTER_MAP)
    set_string(L, "item", roster_type_name((enum roster_type)field->item));
  set_string(L, "model", field->model != NULL ? field->model->name : NULL);
  set_flag(L, "required", field->flags & ROSTER_REQUIRED);
  set_flag(L, "read_only", field->flags & ROSTER_READ_ONLY);
  set_flag(L, "write_only", field->flags & ROSTER_WRITE_ONLY);
  set_flag(L, "nullable", field->flags & ROSTER_NULLABLE);
  set_flag(L, "secret", field->flags & ROSTER_SECRET);
  set_flag(L, "later", field->flags & ROSTER_LATER);
  set_strings(L, "values", field->values);
}

/* [-0, +1, m] */
static void push_model(lua_State *L, const struct roster_model *model) {
  int i;
  lua_newtable(L);
  set_string(L, "name", model->name);
  set_flag(L, "open", model->open);
  set_flag(L, "wraps", model->wraps);
  set_string(L, "discriminator", model->discriminator);
  if (model->variant_count > 0) {
    lua_newtable(L);
    for (i = 0; i < model->variant_count; i++)
      set_string(L, model->variants[i].tag, model->variants[i].model->name);
    lua_setfield(L, -2, "variants");
  }
  lua_createtable(L, model->field_count, 0);
  for (i = 0; i < model->field_count; i++) {
    push_field(L, &model->fields[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "fields");
}

/* [-0, +1, m] */
static void push_provider(lua_State *L, const struct roster_provider *p) {
  int i;
  lua_newtable(L);
  set_string(L, "name", p->name);
  set_string(L, "auth_header", p->auth_header);
  set_string(L, "credential", p->credential);
  lua_createtable(L, p->op_count, 0);
  for (i = 0; i < p->op_count; i++) {
    push_op(L, &p->ops[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "operations");
  lua_createtable(L, 0, p->model_count);
  for (i = 0; i < p->model_count; i++) {
    /* by look-up, as all others do: what is out of order is missing here */
    const struct roster_model *model =
        roster_catalog_model(p, p->models[i]->name);
    if (model == NULL)
      continue;
    push_model(L, model);
    lua_setfield(L, -2, model->name);
  }
  lua_setfield(L, -2, "models");
}

/* [-0, +1, m] the names, with commas */
static void push_known(lua_State *L) {
  const struct roster_provider *const *p;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (p = roster_providers; *p != NULL; p++) {
    if (p != roster_providers)
      luaL_addstring(&b, ", ");
    luaL_addstring(&b, (*p)->name);
  }
  luaL_pushresult(&b);
}

/* catalog(name) -> table, always a fresh one. Raises for an unknown name. */
/* [-0, +1, e] */
static int core_catalog(lua_State *L) {
  size_t n;
  const char *name = luaL_checklstring(L, 1, &n);
  const struct roster_provider *provider = roster_catalog_provider(name);
  if (provider == NULL || strlen(name) != n) {
    push_known(L);
    lua_pushfstring(L, "no provider \"%s\", there is: %s", name,
                    lua_tostring(L, -1));
    return luaL_argerror(L, 1, lua_tostring(L, -1));
  }
  /* provider, list, operation, list, parameter, strings, a string: 7 deep */
  luaL_checkstack(L, 16, NULL);
  push_provider(L, provider);
  return 1;
}

/* providers() -> array of names. [-0, +1, m] */
static int core_providers(lua_State *L) {
  int i;
  lua_newtable(L);
  for (i = 0; roster_providers[i] != NULL; i++) {
    lua_pushstring(L, roster_providers[i]->name);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* call_options() -> array of { name, type, lists_only, note }. [-0, +1, m] */
static int core_call_options(lua_State *L) {
  const struct roster_call_option *o;
  int i = 0;
  lua_newtable(L);
  for (o = roster_call_options; o->name != NULL; o++) {
    lua_createtable(L, 0, 4);
    set_string(L, "name", o->name);
    set_string(L, "type", o->type);
    set_string(L, "note", o->note);
    lua_pushboolean(L, o->lists_only);
    lua_setfield(L, -2, "lists_only");
    lua_rawseti(L, -2, ++i);
  }
  return 1;
}

/*
** nearest(name, names) -> the one of `names` that `name` is a misspelling of,
** or nil. [-0, +1, e]
*/
static int core_nearest(lua_State *L) {
  enum { MAX_SLIPS = 3 };
  const char *name = luaL_checkstring(L, 1);
  unsigned least = MAX_SLIPS + 1;
  int i;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_pushnil(L);
  for (i = 1; i <= (int)lua_rawlen(L, 2); i++) {
    unsigned slips;
    lua_rawgeti(L, 2, i);
    slips = roster_text_slips(name, luaL_checkstring(L, -1), MAX_SLIPS);
    if (slips < least) {
      least = slips;
      lua_replace(L, 3);
    } else {
      lua_pop(L, 1);
    }
  }
  return 1;
}

/* fingerprint(text) -> a number that tells texts apart. [-0, +1, e] */
static int core_fingerprint(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  lua_pushnumber(L, roster_text_fingerprint(s, n));
  return 1;
}

/*
** clock() -> seconds that only ever go forward, from no particular start.
** [-0, +1, -]
*/
static int core_clock(lua_State *L) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  lua_pushnumber(L, (double)now.tv_sec + (double)now.tv_nsec / 1e9);
  return 1;
}

/*
** can_wait() -> may the running coroutine yield from here? false under a C
** function that cannot be left and come back to; nil where this Lua cannot
** tell. [-0, +1, -]
*/
static int core_can_wait(lua_State *L) {
  if (ROSTER_HAS_ISYIELDABLE)
    lua_pushboolean(L, lua_isyieldable(L));
  else
    lua_pushnil(L);
  return 1;
}

/* What random() goes on from, and in which process. */
struct chance {
  uint64_t x;
  pid_t pid;
};

static void seed(struct chance *c) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  c->pid = getpid();
  c->x = ((uint64_t)now.tv_nsec << 32) ^ (uint64_t)now.tv_sec ^
         (uint64_t)(uintptr_t)c ^ ((uint64_t)c->pid << 16);
  if (c->x == 0)
    c->x = 1;
}

/*
** random() -> from 0 up to but not 1. For spreading retries, not for secrets:
** all that matters is that two processes differ. One that was forked goes its
** own way. [-0, +1, -]
*/
static int core_random(lua_State *L) {
  struct chance *c = (struct chance *)lua_touserdata(L, lua_upvalueindex(1));
  if (c->pid != getpid())
    seed(c);
  c->x ^= c->x << 13;
  c->x ^= c->x >> 7;
  c->x ^= c->x << 17;
  lua_pushnumber(L, (double)(c->x >> 11) / 9007199254740992.0);
  return 1;
}

/* Pushes core.random with a state of its own. [-0, +1, m] */
static void push_random(lua_State *L) {
  seed((struct chance *)roster_newuserdata(L, sizeof(struct chance)));
  lua_pushcclosure(L, core_random, 1);
}

/*
** scrub(text, secret) -> text with "***" for the secret, as it is and
** percent-encoded. [-0, +1, e]
*/
static int core_scrub(lua_State *L) {
  size_t n;
  size_t secret_len;
  const char *text = luaL_checklstring(L, 1, &n);
  const char *secret = luaL_checklstring(L, 2, &secret_len);
  char *copy = (char *)roster_newuserdata(L, n + 1);
  struct roster_buf encoded;
  memcpy(copy, text, n);
  n = roster_auth_scrub(copy, n, secret, secret_len);
  /* nothing below may raise before the buffer is freed */
  roster_buf_init(&encoded, 3 * secret_len);
  if (roster_text_encode(&encoded, secret, secret_len) && encoded.len > 0)
    n = roster_auth_scrub(copy, n, encoded.data, encoded.len);
  roster_buf_free(&encoded);
  lua_pushlstring(L, copy, n);
  return 1;
}

ROSTER_EXPORT int luaopen_roster_core(lua_State *L);

/* [-0, +1, e] */
int luaopen_roster_core(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"call", roster_call_new},
      {"call_free", roster_call_new_free},
      {"call_options", core_call_options},
      {"call_token", roster_call_new_token},
      {"can_wait", core_can_wait},
      {"catalog", core_catalog},
      {"clock", core_clock},
      {"client", roster_client_new},
      {"columns", roster_file_columns},
      {"cut", roster_file_cut},
      {"decode", roster_decode_lua},
      {"encode", roster_encode_lua},
      {"fingerprint", core_fingerprint},
      {"lock", roster_file_lock},
      {"marks", roster_marks_lua},
      {"nearest", core_nearest},
      {"providers", core_providers},
      {"scrub", core_scrub},
      {"sync", roster_file_sync},
      {NULL, NULL},
  };
  roster_checkversion(L);
  roster_client_open(L);
  roster_call_open(L);
  lua_newtable(L);
  roster_setfuncs(L, functions);
  lua_pushliteral(L, ROSTER_VERSION);
  lua_setfield(L, -2, "_VERSION");
  push_random(L);
  lua_setfield(L, -2, "random");
  return 1;
}
