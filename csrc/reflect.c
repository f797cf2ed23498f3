/* The catalog's rows as Lua tables. */
#include "reflect.h"

#include "catalog.h"
#include "request.h"

#include <stdlib.h>
#include <string.h>

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

/* What the parameter is when it is not given, in its own type. */
static void set_absent(lua_State *L, const struct roster_param *param) {
  if (param->absent == NULL)
    return;
  if (param->type == ROSTER_BOOLEAN)
    lua_pushboolean(L, strcmp(param->absent, "true") == 0);
  else if (param->type == ROSTER_INTEGER)
    lua_pushinteger(L, atoi(param->absent));
  else
    lua_pushstring(L, param->absent);
  lua_setfield(L, -2, "default");
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
  set_absent(L, param);
  set_string(L, "style", roster_style_name((enum roster_style)param->style));
  set_strings(L, "keys", param->keys);
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
  set_flag(L, "may_be_empty", op->may_be_empty);
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
  set_string(L, "last", offset->last);
  set_count(L, "page_default", op->page_default);
  set_count(L, "page_max", op->page_max);
  set_strings(L, "sort_by", offset->sort_by);
  set_string(L, "sort_value", offset->sort_value);
  lua_setfield(L, -2, "offset");
}

/* [-0, +1, m] */
static void push_op(lua_State *L, const struct roster_provider *p,
                    const struct roster_op *op) {
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
  set_string(L, "bucket",
             p->bucket == NULL ? p->name : p->bucket(op->method, op->path));
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
  set_flag(L, "closed", model->closed);
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
    push_op(L, p, &p->ops[i]);
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

/* The provider that the first argument names, or an error. [-0, +0, v] */
static const struct roster_provider *check_provider(lua_State *L) {
  size_t n;
  const char *name = luaL_checklstring(L, 1, &n);
  const struct roster_provider *provider = roster_catalog_provider(name);
  if (provider == NULL || strlen(name) != n) {
    push_known(L);
    lua_pushfstring(L, "no provider \"%s\", there is: %s", name,
                    lua_tostring(L, -1));
    luaL_argerror(L, 1, lua_tostring(L, -1));
  }
  return provider;
}

int roster_reflect_catalog(lua_State *L) {
  const struct roster_provider *provider = check_provider(L);
  /* provider, list, operation, list, parameter, strings, a string: 7 deep */
  luaL_checkstack(L, 16, NULL);
  push_provider(L, provider);
  return 1;
}

static int path_count(const struct roster_op *op) {
  int n = 0;
  while (n < op->param_count && op->params[n].place == ROSTER_PATH)
    n++;
  return n;
}

/* [-0, +1, m] */
static void push_method(lua_State *L, const struct roster_op *op) {
  int ids = path_count(op);
  lua_createtable(L, 0, 8);
  set_string(L, "name", op->name);
  set_strings(L, "aliases", op->aliases);
  set_string(L, "retry", roster_retry_name((enum roster_retry)op->retry));
  set_flag(L, "list", op->list || op->offset != NULL);
  set_flag(L, "objects", op->returns != NULL); /* what a list holds */
  set_offset(L, op);
  lua_pushinteger(L, ids);
  lua_setfield(L, -2, "ids");
  lua_pushinteger(L, ids + (op->body != NULL ? 2 : 1));
  lua_setfield(L, -2, "options_at");
}

int roster_reflect_methods(lua_State *L) {
  const struct roster_provider *provider = check_provider(L);
  int i;
  luaL_checkstack(L, 16, NULL);
  lua_createtable(L, 0, 3);
  set_string(L, "auth_header", provider->auth_header);
  set_string(L, "credential", provider->credential);
  lua_createtable(L, provider->op_count, 0);
  for (i = 0; i < provider->op_count; i++) {
    push_method(L, &provider->ops[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "operations");
  return 1;
}

int roster_reflect_providers(lua_State *L) {
  int i;
  lua_newtable(L);
  for (i = 0; roster_providers[i] != NULL; i++) {
    lua_pushstring(L, roster_providers[i]->name);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

int roster_reflect_call_options(lua_State *L) {
  const struct roster_call_option *o;
  int i = 0;
  lua_newtable(L);
  for (o = roster_call_options; o->name != NULL; o++) {
    lua_createtable(L, 0, 5);
    set_string(L, "name", o->name);
    set_string(L, "type", o->type);
    set_string(L, "note", o->note);
    lua_pushboolean(L, o->lists_only);
    lua_setfield(L, -2, "lists_only");
    lua_pushboolean(L, o->bodies_only);
    lua_setfield(L, -2, "bodies_only");
    lua_rawseti(L, -2, ++i);
  }
  return 1;
}
