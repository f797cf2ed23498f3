/* The life of one call; the contract is in call.h. */
#include "call.h"
#include "auth.h"
#include "fields.h"
#include "response.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum call_state {
  CALL_NEW,     /* built; may still need a credential */
  CALL_SENT,    /* handed to the driver; the exchange tells */
  CALL_REFUSED, /* the credential was: may be sent once more with another */
  CALL_FAILED,  /* failed before it was sent; `failure` tells */
  CALL_FINISHED /* value or error has been taken */
};

enum { MAX_REFUSAL = 4096, MAX_SCRATCH = 80 * 1024 * 1024 };

struct call {
  struct roster_exchange x; /* first: transports cast the userdata to it */
  const struct roster_client *client;
  const struct roster_op *op;
  struct roster_op free_op; /* stands in for a row */
  struct roster_encoder encoder;
  struct roster_refusal refusal;
  struct roster_buf scratch;
  enum call_state state;
  size_t credential_at;     /* where its line begins in the request's fields */
  int anonymous;            /* goes without the credential */
  int form;                 /* the body is a form of credentials */
  int renewed;              /* a second credential was asked for */
  const char *failure_kind; /* static */
};

static struct call *check_call(lua_State *L, int index) {
  return (struct call *)luaL_checkudata(L, index, ROSTER_CALL_TYPE);
}

static void free_call(struct call *c) {
  roster_exchange_close(&c->x);
  roster_encoder_free(&c->encoder);
  roster_buf_free(&c->refusal.text);
  roster_buf_free(&c->scratch);
}

static int call_close(lua_State *L) {
  struct call *c = check_call(L, 1);
  free_call(c);
  c->state = CALL_FINISHED;
  return 0;
}

static int call_tostring(lua_State *L) {
  const struct call *c = check_call(L, 1);
  lua_pushfstring(L, "roster.core.call{%s}", c->op == NULL ? "" : c->op->name);
  return 1;
}

/* [-0, +1, m] */
static struct call *new_call(lua_State *L, int client_index) {
  const struct roster_client *client = roster_client_check(L, client_index);
  struct call *c = (struct call *)roster_newuserdata(L, sizeof(*c));
  memset(c, 0, sizeof(*c));
  c->client = client;
  c->state = CALL_FINISHED;
  roster_exchange_init(&c->x, client->max_response);
  roster_encoder_init(&c->encoder, &c->x.body, client->check);
  roster_buf_init(&c->refusal.text, MAX_REFUSAL);
  roster_buf_init(&c->scratch, MAX_SCRATCH);
  luaL_getmetatable(L, ROSTER_CALL_TYPE);
  lua_setmetatable(L, -2);
  /* the client must outlive its calls */
  lua_createtable(L, 1, 0);
  lua_pushvalue(L, client_index);
  lua_rawseti(L, -2, 1);
  roster_setuservalue(L, -2);
  return c;
}

static struct roster_request request_of(struct call *c) {
  struct roster_request r;
  r.client = c->client;
  r.op = c->op;
  r.exchange = &c->x;
  r.encoder = &c->encoder;
  r.refusal = &c->refusal;
  return r;
}

static struct roster_response response_of(struct call *c) {
  struct roster_response r;
  r.client = c->client;
  r.op = c->op;
  r.exchange = &c->x;
  r.encoder = &c->encoder;
  r.scratch = &c->scratch;
  return r;
}

/* The call at the top was built, or not. [-0, +0|+3, m] */
static int built(lua_State *L, struct call *c, int ok) {
  if (ok) {
    c->state = CALL_NEW;
    return 1;
  }
  lua_pushnil(L);
  lua_pushboolean(L, c->refusal.misuse);
  lua_pushfstring(L, "%s %s: %s", c->client->provider->name, c->op->name,
                  roster_buf_text(&c->refusal.text));
  return 3;
}

int roster_call_new(lua_State *L) {
  const struct roster_client *client = roster_client_check(L, 1);
  const char *name = luaL_checkstring(L, 2);
  const struct roster_op *op = roster_catalog_op(client->provider, name);
  int last = lua_gettop(L);
  struct roster_request r;
  struct call *c;
  int ok;
  if (op == NULL)
    return luaL_error(L, "no operation \"%s\"", name);
  c = new_call(L, 1);
  c->op = op;
  r = request_of(c);
  ok = roster_request_build(L, &r, 3, last);
  lua_settop(L, last + 1);
  return built(L, c, ok);
}

int roster_call_new_free(lua_State *L) {
  struct roster_request r;
  struct call *c;
  int ok;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  c = new_call(L, 1);
  c->free_op.name = lua_toboolean(L, 3) ? "list" : "request";
  c->free_op.list = (unsigned char)lua_toboolean(L, 3);
  c->free_op.paging = ROSTER_LINK;
  c->op = &c->free_op;
  r = request_of(c);
  ok = roster_request_build_free(L, &r, 2);
  c->free_op.method = c->x.method;
  c->free_op.retry = c->x.repeatable ? ROSTER_SAFE : ROSTER_UNSAFE;
  lua_settop(L, 4);
  return built(L, c, ok);
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
  struct call *c;
  struct roster_request r;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  c = new_call(L, 1);
  c->free_op.name = "token";
  c->free_op.method = "POST";
  c->free_op.retry = ROSTER_UNSAFE;
  c->op = &c->free_op;
  c->anonymous = 1;
  c->form = 1;
  c->x.method = "POST";
  c->x.has_body = 1;
  roster_buf_add(&c->x.url, c->client->base.data, c->client->base.len);
  roster_buf_adds(&c->x.url, c->client->provider->token_path);
  add_form(L, &c->x.body, 2);
  roster_fields_add(&c->x, "Content-Type", type, sizeof(type) - 1);
  r = request_of(c);
  return built(L, c,
               roster_request_timeout(L, &r, 0) && roster_request_finish(&r));
}

/* ------------------------------------------------------------- the machine */

/* Finishes with a failure that no exchange tells of. */
static void fail(struct call *c, const char *kind, const char *reason,
                 size_t n) {
  c->state = CALL_FAILED;
  c->failure_kind = kind;
  roster_buf_wipe(&c->refusal.text);
  roster_buf_add(&c->refusal.text, reason, n < MAX_REFUSAL ? n : MAX_REFUSAL);
}

/* Hands the credential to the request, which is then to be sent. */
static void authorize(struct call *c, const char *secret, size_t n) {
  struct roster_request r = request_of(c);
  struct roster_buf *fields = &c->x.fields;
  const char *fault;
  char reason[160];
  if (c->state == CALL_REFUSED) {
    roster_exchange_rewind(&c->x);
    roster_wipe(fields->data + c->credential_at,
                fields->len - c->credential_at);
    fields->len = c->credential_at;
  }
  c->credential_at = fields->len;
  fault = roster_request_authorize(&r, secret, n);
  if (fault == NULL) {
    c->state = CALL_SENT;
    return;
  }
  snprintf(reason, sizeof(reason), "the %s %s", c->client->provider->credential,
           fault);
  fail(c, "auth", reason, strlen(reason));
}

/* [-0, +3|+4, m] */
static int finish(lua_State *L, struct call *c) {
  struct roster_response r = response_of(c);
  int ok = 0;
  c->state = CALL_FINISHED;
  lua_settop(L, 1);
  lua_pushnil(L); /* the verdict's place */
  if (c->failure_kind != NULL)
    roster_response_fail(L, &r, c->failure_kind,
                         roster_buf_text(&c->refusal.text));
  else
    ok = roster_response_read(L, &r);
  /* a page is large and may outlive its use by a whole garbage cycle */
  free_call(c);
  lua_pushstring(L, ok ? "done" : "failed");
  lua_replace(L, 2);
  return lua_gettop(L) - 1;
}

/* What a built call wants first. */
static const char *begin(struct call *c) {
  const struct roster_buf *secret = &c->client->secret;
  static const char none[] = "this client has no credential";
  if (c->anonymous ||
      (secret->len == 0 && !c->client->asks && c->op->anonymous))
    c->state = CALL_SENT;
  else if (secret->len > 0)
    authorize(c, secret->data, secret->len);
  else if (c->client->asks)
    return "token";
  else
    fail(c, "auth", none, sizeof(none) - 1);
  return c->state == CALL_SENT ? "send" : NULL;
}

/*
** call:next() -> "token" [, true] | "send"
**              | "done", value, meta, next_url | "failed", message, detail
** "token", true: the one that was sent has been refused. Answer with
** authorize(another), or with decline().
*/
static int call_next(lua_State *L) {
  struct call *c = check_call(L, 1);
  const char *want = c->state == CALL_NEW ? begin(c) : NULL;
  if (c->state == CALL_SENT && c->x.outcome == ROSTER_PENDING)
    want = "send";
  if (want != NULL) {
    lua_pushstring(L, want);
    return 1;
  }
  if (c->state == CALL_FINISHED)
    return luaL_error(L, "the call is finished");
  if (c->state == CALL_SENT && c->x.status == 401 && c->client->asks &&
      !c->anonymous && !c->renewed) {
    c->renewed = 1;
    c->state = CALL_REFUSED;
  }
  if (c->state == CALL_REFUSED) {
    lua_pushliteral(L, "token");
    lua_pushboolean(L, 1);
    return 2;
  }
  return finish(L, c);
}

/* call:authorize(token): the answer to "token". */
static int call_authorize(lua_State *L) {
  struct call *c = check_call(L, 1);
  size_t n;
  const char *token = luaL_checklstring(L, 2, &n);
  if (c->state == CALL_NEW || c->state == CALL_REFUSED)
    authorize(c, token, n);
  return 0;
}

/* call:decline(): there is no other token; the refusal stands. */
static int call_decline(lua_State *L) {
  struct call *c = check_call(L, 1);
  if (c->state == CALL_REFUSED)
    c->state = CALL_SENT;
  return 0;
}

/* call:fail(kind, reason): before it was sent, something else went wrong. */
static int call_fail(lua_State *L) {
  static const char *const kinds[] = {"auth",      "closed",   "protocol",
                                      "transport", "argument", NULL};
  struct call *c = check_call(L, 1);
  const char *kind = kinds[luaL_checkoption(L, 2, NULL, kinds)];
  size_t n;
  const char *reason = luaL_checklstring(L, 3, &n);
  if (c->state != CALL_FINISHED)
    fail(c, kind, reason, n);
  return 0;
}

/* call:follow(url) -> true | nil, why: a later page of the same list. */
static int call_follow(lua_State *L) {
  struct call *c = check_call(L, 1);
  struct roster_request r = request_of(c);
  size_t n;
  const char *url = luaL_checklstring(L, 2, &n);
  const char *fault = roster_request_follow(&r, url, n);
  if (fault == NULL) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushstring(L, fault);
  return 2;
}

/* call:url() -> where the request goes. */
static int call_url(lua_State *L) {
  const struct call *c = check_call(L, 1);
  lua_pushlstring(L, roster_buf_text(&c->x.url), c->x.url.len);
  return 1;
}

/* ------------------------------------------- for transports written in Lua */

/* call:settled() -> does the exchange have its outcome? */
static int call_settled(lua_State *L) {
  const struct call *c = check_call(L, 1);
  lua_pushboolean(L, c->x.outcome != ROSTER_PENDING);
  return 1;
}

/* One header line into the table at the top, masked if asked. [-0, +0, m] */
static void set_line(lua_State *L, const char *line, int mask) {
  const char *colon = strchr(line, ':');
  size_t n = (size_t)(colon - line);
  const char *value = colon + 2;
  lua_pushlstring(L, line, n);
  if (mask && roster_auth_is_secret_header(line, n))
    lua_pushliteral(L, "***");
  else
    lua_pushstring(L, value);
  lua_rawset(L, -3);
}

/*
** call:request(mask) -> { method, url, headers, body }: what goes out. With
** `mask` for a person's eyes: every secret is replaced by "***".
*/
static int call_request(lua_State *L) {
  struct call *c = check_call(L, 1);
  int mask = lua_toboolean(L, 2);
  size_t at = 0;
  const char *line;
  lua_createtable(L, 0, 4);
  lua_pushstring(L, c->x.method);
  lua_setfield(L, -2, "method");
  lua_pushlstring(L, roster_buf_text(&c->x.url), c->x.url.len);
  lua_setfield(L, -2, "url");
  lua_createtable(L, 0, 6);
  while ((line = roster_exchange_field(&c->x, &at)) != NULL)
    set_line(L, line, mask);
  if (mask) {
    /* shown whether or not the credential has been asked for yet */
    lua_pushfstring(L, "%s***", c->client->provider->auth_prefix);
    lua_setfield(L, -2, c->client->provider->auth_header);
  }
  lua_setfield(L, -2, "headers");
  if (c->form && mask) {
    lua_pushliteral(L, "***");
    lua_setfield(L, -2, "body");
  } else if (c->x.has_body && mask) {
    roster_buf_wipe(&c->scratch);
    if (!roster_encoder_mask(&c->encoder, &c->scratch))
      return luaL_error(L, "the body is too large to show");
    lua_pushlstring(L, roster_buf_text(&c->scratch), c->scratch.len);
    lua_setfield(L, -2, "body");
  } else if (c->x.has_body) {
    lua_pushlstring(L, roster_buf_text(&c->x.body), c->x.body.len);
    lua_setfield(L, -2, "body");
  }
  return 1;
}

static enum roster_loss check_loss(lua_State *L, int index) {
  static const char *const names[] = {"transport", "timeout", "protocol", NULL};
  static const enum roster_loss losses[] = {
      ROSTER_LOSS_TRANSPORT, ROSTER_LOSS_TIMEOUT, ROSTER_LOSS_PROTOCOL};
  return losses[luaL_checkoption(L, index, NULL, names)];
}

/*
** call:lost(kind, reason, sent): no whole answer came. `sent` is false when
** certainly nothing reached the service.
*/
static int call_lost(lua_State *L) {
  struct call *c = check_call(L, 1);
  enum roster_loss loss = check_loss(L, 2);
  const char *reason = luaL_checkstring(L, 3);
  struct roster_response r;
  c->x.sent = lua_isnone(L, 4) || lua_toboolean(L, 4);
  /* before it is cut: part of a secret could not be recognised any more */
  r = response_of(c);
  roster_buf_wipe(&c->scratch);
  roster_buf_adds(&c->scratch, reason);
  roster_response_scrub(&r);
  roster_exchange_lose(&c->x, loss, roster_buf_text(&c->scratch));
  return 0;
}

/* Adds the header value(s) at the top under `name`; 0 when not text. */
static int add_answer_header(lua_State *L, struct call *c, const char *name) {
  const char *value;
  size_t n;
  int i;
  if (!lua_istable(L, -1)) {
    if (!lua_isstring(L, -1))
      return 0;
    value = lua_tolstring(L, -1, &n);
    return roster_headers_add(&c->x.headers, name, value, n);
  }
  for (i = 1; i <= (int)lua_rawlen(L, -1); i++) {
    lua_rawgeti(L, -1, i);
    if (!lua_isstring(L, -1))
      return 0;
    value = lua_tolstring(L, -1, &n);
    if (!roster_headers_add(&c->x.headers, name, value, n))
      return 0;
    lua_pop(L, 1);
  }
  return 1;
}

/*
** call:answer(status, headers, body): the whole answer came. `headers` maps
** a name to a string or to a list of strings; `body` may be nil. What is not
** of these types is a lost answer, since the transport may be anybody's.
*/
static int call_answer(lua_State *L) {
  static const char reason[] =
      "the transport's answer is not { status, headers, body }";
  struct call *c = check_call(L, 1);
  const char *body;
  size_t n;
  double status = lua_type(L, 2) == LUA_TNUMBER ? lua_tonumber(L, 2) : 0;
  lua_settop(L, 4);
  c->x.sent = 1;
  if (!(status >= 100 && status <= 999) ||
      (!lua_isnil(L, 3) && !lua_istable(L, 3)) ||
      (!lua_isnil(L, 4) && lua_type(L, 4) != LUA_TSTRING)) {
    roster_exchange_lose(&c->x, ROSTER_LOSS_PROTOCOL, reason);
    return 0;
  }
  roster_exchange_status(&c->x, (int)status);
  lua_pushnil(L);
  while (lua_istable(L, 3) && lua_next(L, 3) != 0) {
    if (lua_type(L, -2) != LUA_TSTRING ||
        !add_answer_header(L, c, lua_tostring(L, -2))) {
      if (c->x.headers.text.error != ROSTER_BUF_OK)
        roster_exchange_overflow(&c->x, &c->x.headers.text, "header");
      else
        roster_exchange_lose(&c->x, ROSTER_LOSS_PROTOCOL, reason);
      c->x.status = 0;
      return 0;
    }
    lua_pop(L, 1);
  }
  body = lua_tolstring(L, 4, &n);
  if (body != NULL && !roster_buf_add(&c->x.answer, body, n)) {
    roster_exchange_overflow(&c->x, &c->x.answer, "answer");
    c->x.status = 0;
    return 0;
  }
  c->x.outcome = ROSTER_ANSWERED;
  return 0;
}

void roster_call_open(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"next", call_next},       {"authorize", call_authorize},
      {"decline", call_decline}, {"fail", call_fail},
      {"follow", call_follow},   {"url", call_url},
      {"settled", call_settled}, {"request", call_request},
      {"answer", call_answer},   {"lost", call_lost},
      {"close", call_close},     {NULL, NULL}};
  luaL_newmetatable(L, ROSTER_CALL_TYPE);
  lua_newtable(L);
  roster_setfuncs(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, call_close);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, call_close);
  lua_setfield(L, -2, "__close");
  lua_pushcfunction(L, call_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}
