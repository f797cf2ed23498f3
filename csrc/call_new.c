/* Calls are made here; the contract is in call.h. */
#include "call.h"
#include "fields.h"
#include "process.h"
#include "redact.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_REFUSAL = 4096, MAX_SCRATCH = 80 * 1024 * 1024 };

struct roster_call *roster_call_check(lua_State *L, int index) {
  return (struct roster_call *)roster_checkself(L, index, ROSTER_CALL_TYPE);
}

int roster_call_is_inherited(const struct roster_call *c) {
  return c->process != roster_process();
}

void roster_call_free(struct roster_call *c) {
  struct roster_spare *spare = &c->client->spare;
  roster_exchange_leave(&c->x, spare);
  roster_found_free(&c->known.found);
  roster_found_free(&c->known.body);
  roster_http1_free(&c->http1);
  roster_buf_free(&c->refusal.text);
  roster_buf_give(&c->scratch, &spare->scratch);
  roster_buf_free(&c->scratch);
  free(c->history);
  c->history = NULL;
  c->x.reason = NULL;
}

/* [-0, +1, m] */
static struct roster_call *create(lua_State *L, int client_index) {
  struct roster_client *client = roster_client_check(L, client_index);
  struct roster_call *c =
      (struct roster_call *)roster_newuserdata(L, sizeof(*c));
  memset(c, 0, sizeof(*c));
  c->client = client;
  c->state = CALL_FINISHED;
  c->process = roster_process();
  roster_exchange_init(&c->x, client->max_response, NULL);
  roster_encoder_init(&c->encoder, &c->x.body, client->check);
  roster_http1_init(&c->http1);
  roster_buf_init(&c->refusal.text, MAX_REFUSAL);
  roster_buf_init(&c->scratch, MAX_SCRATCH);
  roster_found_init(&c->known.found);
  roster_found_init(&c->known.body);
  roster_call_push_metatable(L);
  lua_setmetatable(L, -2);
  c->history = (struct roster_history *)malloc(sizeof(*c->history));
  if (c->history == NULL)
    luaL_error(L, "not enough memory");
  c->history->first_id[0] = '\0';
  c->x.reason = c->history->reason;
  c->x.reason[0] = '\0';
  /* the client must outlive its calls */
  roster_getuservalue(L, client_index);
  roster_setuservalue(L, -2);
  roster_exchange_take(&c->x, &client->spare);
  roster_buf_give(&client->spare.scratch, &c->scratch);
  return c;
}

struct roster_request roster_call_request(struct roster_call *c) {
  struct roster_request r;
  r.client = c->client;
  r.op = c->op;
  r.exchange = &c->x;
  r.encoder = &c->encoder;
  r.limits = &c->limits;
  r.refusal = &c->refusal;
  return r;
}

struct roster_response roster_call_response(struct roster_call *c) {
  struct roster_response r;
  r.client = c->client;
  r.op = c->op;
  r.exchange = &c->x;
  r.encoder = &c->encoder;
  r.known = &c->known;
  r.attempts = c->attempts;
  r.links = c->limits.links;
  r.strict_text = c->limits.strict_text;
  r.scratch = &c->scratch;
  return r;
}

/* Pushes { n = count, ... } of the values from 2 to `last`. [-0, +1, m] */
static void push_arguments(lua_State *L, int last) {
  int i;
  lua_createtable(L, last, 1);
  for (i = 2; i <= last; i++) {
    lua_pushvalue(L, i);
    lua_rawseti(L, -2, i - 1);
  }
  lua_pushinteger(L, last - 1);
  lua_setfield(L, -2, "n");
}

/*
** The call at the top was built, or not; its arguments are up to `last`.
** [-0, +0|+3, m]
*/
static int built(lua_State *L, struct roster_call *c, int ok, int last) {
  if (ok) {
    c->state = CALL_NEW;
    return 1;
  }
  /* the reason may quote what was given */
  roster_redact_buf(&c->refusal.text, NULL, roster_redact_any);
  lua_pushnil(L);
  if (c->refusal.view) {
    lua_pushliteral(L, "view");
    push_arguments(L, last);
    return 3;
  }
  lua_pushboolean(L, c->refusal.misuse);
  lua_pushfstring(L, "%s %s: %s", c->client->provider->name, c->op->name,
                  roster_refusal_text(&c->refusal));
  return 3;
}

static const struct roster_op *find_op(struct roster_client *client,
                                       const char *name) {
  if (client->last_op == NULL || strcmp(client->last_op->name, name) != 0)
    client->last_op = roster_catalog_op(client->provider, name);
  return client->last_op;
}

int roster_call_new(lua_State *L) {
  struct roster_client *client = roster_client_check(L, 1);
  const struct roster_op *op = find_op(client, luaL_checkstring(L, 2));
  int last = lua_gettop(L);
  struct roster_request r;
  struct roster_call *c;
  int ok;
  if (op == NULL)
    return luaL_error(L, "no operation \"%s\"", lua_tostring(L, 2));
  c = create(L, 1);
  c->op = op;
  r = roster_call_request(c);
  ok = roster_request_build(L, &r, 3, last);
  lua_settop(L, last + 1);
  return built(L, c, ok, last);
}

int roster_call_new_free(lua_State *L) {
  struct roster_request r;
  struct roster_call *c;
  int ok;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  c = create(L, 1);
  c->free_op.name = lua_toboolean(L, 3) ? "list" : "request";
  c->free_op.list = (unsigned char)lua_toboolean(L, 3);
  c->free_op.paging = ROSTER_LINK;
  c->op = &c->free_op;
  r = roster_call_request(c);
  ok = roster_request_build_free(L, &r, 2);
  c->free_op.method = c->x.method;
  c->free_op.retry = c->x.repeatable ? ROSTER_SAFE : ROSTER_UNSAFE;
  lua_settop(L, 4);
  return built(L, c, ok, 3);
}

/*
** Appends name=value&... from the list of { name, value } at `index`
** (application/x-www-form-urlencoded, RFC 6749 appendix B). [-0, +0, e]
*/
static void add_form(lua_State *L, struct roster_buf *body, int index) {
  int i;
  for (i = 1; i <= (int)lua_rawlen(L, index); i++) {
    const char *name;
    const char *value;
    size_t name_len;
    size_t value_len;
    lua_rawgeti(L, index, i);
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    name = luaL_checklstring(L, -2, &name_len);
    value = luaL_checklstring(L, -1, &value_len);
    if (i > 1)
      roster_buf_addc(body, '&');
    roster_text_encode(body, name, name_len);
    roster_buf_addc(body, '=');
    roster_text_encode(body, value, value_len);
    lua_pop(L, 3);
  }
}

int roster_call_new_token(lua_State *L) {
  static const char type[] = "application/x-www-form-urlencoded";
  struct roster_call *c;
  struct roster_request r;
  double most = luaL_optnumber(L, 3, HUGE_VAL);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  c = create(L, 1);
  if (c->client->provider->token_path == NULL)
    return luaL_error(L, "the service grants no tokens");
  c->free_op.name = "token";
  c->free_op.method = "POST";
  c->free_op.retry = ROSTER_GRANT;
  c->op = &c->free_op;
  c->anonymous = 1;
  c->form = 1;
  c->x.method = "POST";
  c->x.has_body = 1;
  roster_buf_add(&c->x.url, c->client->base.data, c->client->base.len);
  roster_buf_adds(&c->x.url, c->client->provider->token_path);
  add_form(L, &c->x.body, 2);
  roster_fields_add(&c->x, "Content-Type", type, sizeof(type) - 1);
  r = roster_call_request(c);
  if (!roster_request_limits(L, &r, 0) || !roster_request_finish(&r))
    return built(L, c, 0, 2);
  if (most < c->limits.timeout)
    c->limits.timeout = most;
  return built(L, c, 1, 2);
}
