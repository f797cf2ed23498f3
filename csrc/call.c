/* The life of one call; the contract is in call.h. */
#include "call.h"
#include "fields.h"
#include "policy.h"
#include "response.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* Where the metatable keeps read_response: making it takes memory. */
#define READ "read_response"

static int call_close(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  roster_call_free(c);
  c->state = CALL_FINISHED;
  return 0;
}

static int call_tostring(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushfstring(L, "roster.core.call{%s}", c->op == NULL ? "" : c->op->name);
  return 1;
}

/* ------------------------------------------------------------- the machine */

/* What the driver knows that a call cannot: clocks and chance. */
struct moment {
  double now;    /* seconds that only go forward */
  double wall;   /* epoch seconds */
  double random; /* from 0 up to but not 1 */
  int budget;    /* may the client retry at all? */
};

/* Finishes with a failure that no exchange tells of. */
static void fail(struct roster_call *c, const char *kind, const char *reason,
                 size_t n) {
  size_t max = c->refusal.text.max;
  c->state = CALL_FAILED;
  c->failure_kind = kind;
  roster_buf_wipe(&c->refusal.text);
  roster_buf_add(&c->refusal.text, reason, n < max ? n : max);
}

/* Takes lines off the end of the request's fields: one held the credential. */
static void cut_fields(struct roster_call *c, size_t at) {
  struct roster_buf *fields = &c->x.fields;
  if (fields->len > at) {
    roster_wipe(fields->data + at, fields->len - at);
    fields->len = at;
  }
}

/* Tells the service that it has seen the request before. */
static void mark_retry(struct roster_call *c) {
  const struct roster_provider *p = c->client->provider;
  char count[16];
  c->retry_fields_at = c->x.fields.len;
  if (c->retries == 0)
    return;
  if (p->retry_for != NULL && c->history != NULL &&
      c->history->first_id[0] != '\0')
    roster_fields_add(&c->x, p->retry_for, c->history->first_id,
                      strlen(c->history->first_id));
  if (p->retry_count != NULL) {
    snprintf(count, sizeof(count), "%d", c->retries);
    roster_fields_add(&c->x, p->retry_count, count, strlen(count));
  }
}

/* Hands the credential to the request, which is then to be sent. */
static void authorize(struct roster_call *c, const char *secret, size_t n) {
  struct roster_request r = roster_call_request(c);
  const char *fault;
  char reason[160];
  if (c->state == CALL_REFUSED) {
    roster_exchange_rewind(&c->x);
    cut_fields(c, c->credential_at);
  }
  c->credential_at = c->x.fields.len;
  fault = roster_request_authorize(&r, secret, n);
  mark_retry(c);
  if (fault == NULL) {
    c->state = CALL_SENT;
    return;
  }
  snprintf(reason, sizeof(reason), "the %s %s", c->client->credential, fault);
  fail(c, "auth", reason, strlen(reason));
}

/* What a built call wants first; NULL when it has failed. */
static const char *begin(struct roster_call *c) {
  static const char none[] = "this client has no credential";
  const struct roster_buf *secret = &c->client->secret;
  if (c->anonymous ||
      (secret->len == 0 && !c->client->asks && c->op->anonymous))
    c->state = CALL_SENT;
  else if (secret->len > 0)
    authorize(c, secret->data, secret->len);
  else if (c->client->asks)
    return "token";
  else
    fail(c, "auth", none, sizeof(none) - 1);
  c->retry_fields_at = c->x.fields.len;
  return c->state == CALL_SENT ? "send" : NULL;
}

/* The whole call's deadline runs from the first question. */
static void start_clock(struct roster_call *c, const struct moment *m) {
  double left = c->limits.timeout;
  if (c->deadline != 0)
    return;
  if (c->limits.deadline > 0 && c->limits.deadline - m->wall < left)
    left = c->limits.deadline - m->wall;
  /* 0 means "not begun": a driver's clock may well start there */
  c->deadline = m->now + left == 0 ? 1e-9 : m->now + left;
}

/* Every attempt may take what is left of the call's time. */
static const char *send(struct roster_call *c, const struct moment *m) {
  c->x.timeout = c->deadline - m->now;
  if (c->x.fields.error != ROSTER_BUF_OK) {
    /* a line is not there, or not all of it */
    roster_exchange_overflow(&c->x, &c->x.fields, "request's header");
    return NULL;
  }
  if (c->x.timeout > 0) {
    c->attempts++;
    return "send";
  }
  roster_exchange_lose(&c->x, ROSTER_LOSS_TIMEOUT,
                       "the call's time was over before it was sent");
  return NULL;
}

/* Makes the request ready to go out once more. */
static void prepare_again(struct roster_call *c) {
  c->retries++;
  cut_fields(c, c->retry_fields_at);
  mark_retry(c);
  roster_exchange_rewind(&c->x);
  c->state = CALL_SENT;
}

/* The id of the answer goes out again: nothing of it may be invented. */
static void remember_id(struct roster_call *c) {
  const char *name = c->client->provider->request_id;
  const char *id =
      name == NULL ? NULL : roster_headers_get(&c->x.headers, name, 0);
  struct roster_history *h = c->history;
  if (id != NULL && h != NULL && h->first_id[0] == '\0' &&
      strlen(id) < sizeof(h->first_id) && roster_text_is_token(id, strlen(id)))
    snprintf(h->first_id, sizeof(h->first_id), "%s", id);
}

/* How many attempts are remembered: the first ones and the last. */
static int kept(const struct roster_call *c) {
  return c->attempts < ROSTER_ATTEMPTS_KEPT ? c->attempts
                                            : ROSTER_ATTEMPTS_KEPT;
}

/* What became of the attempt, and what follows. */
static void remember(struct roster_call *c, const char *why, double wait) {
  struct roster_try *t;
  if (c->history == NULL)
    return;
  t = &c->history->tries[kept(c) > 0 ? kept(c) - 1 : 0];
  t->status = c->x.outcome == ROSTER_ANSWERED ? c->x.status : 0;
  t->why = why;
  t->wait = wait;
}

/* The process that this one was forked from has the call as well, goes on with
** it and gets its outcome. */
static void hand_on(struct roster_call *c) {
  static const char reason[] =
      "the call is of the process that this one was forked from";
  if (c->attempts > 0)
    remember(c, "the process was forked", -1);
  c->handed_on = c->op->retry == ROSTER_UNSAFE && c->attempts > 0;
  if (c->x.abandon != NULL)
    c->x.abandon(&c->x);
  roster_exchange_rewind(&c->x);
  fail(c, "closed", reason, sizeof(reason) - 1);
}

static int succeeded(const struct roster_call *c) {
  return c->x.outcome == ROSTER_ANSWERED && c->x.status >= 200 &&
         c->x.status <= 299;
}

/* Another attempt? Fills in when one could help if there is none. */
static struct roster_decision decide(struct roster_call *c,
                                     const struct moment *m) {
  struct roster_attempt a;
  struct roster_decision d;
  a.retry = (enum roster_retry)c->op->retry;
  a.loss = c->x.loss;
  a.sent = c->x.sent;
  a.status = c->x.outcome == ROSTER_ANSWERED ? c->x.status : 0;
  a.retries = c->retries;
  a.max_retries = c->limits.max_retries;
  a.budget = m->budget;
  a.left = c->deadline - m->now;
  a.wall = m->wall;
  a.random = m->random;
  a.rate = roster_rate_read(c->client->provider, &c->x.headers);
  d = roster_policy_again(&a);
  c->retry_at = d.wait > 0 && c->attempts > 0 ? m->wall + d.wait : 0;
  remember(c, d.why, d.again ? d.wait : -1);
  return d;
}

/* The attempts, for the detail at the top. [-0, +0, m] */
static void set_attempts(lua_State *L, const struct roster_call *c) {
  int count = c->history == NULL ? 0 : kept(c);
  int i;
  lua_createtable(L, count, 0);
  for (i = 0; i < count; i++) {
    const struct roster_try *t = &c->history->tries[i];
    lua_createtable(L, 0, 3);
    if (t->status != 0) {
      lua_pushinteger(L, t->status);
      lua_setfield(L, -2, "status");
    }
    lua_pushstring(L, t->why);
    lua_setfield(L, -2, "why");
    if (t->wait >= 0) {
      lua_pushnumber(L, t->wait);
      lua_setfield(L, -2, "wait");
    }
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "attempts");
}

/* The call's response as roster_response_read pushes it. [-1, +2|+3, m] */
static int read_response(lua_State *L) {
  struct roster_response r =
      roster_call_response((struct roster_call *)lua_touserdata(L, 1));
  return roster_response_read(L, &r) ? 3 : 2;
}

/*
** The same in a protected call: if there is no memory for the value, the caller
** must still learn that the request went out. [-0, +2|+3, m]
*/
static int push_response(lua_State *L, const struct roster_response *r) {
  int top = lua_gettop(L);
  char why[80];
  lua_getfield(L, lua_upvalueindex(1), READ);
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, LUA_MULTRET, 0) == 0)
    return lua_gettop(L) == top + 3;
  snprintf(why, sizeof(why), "%s",
           lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "an error");
  lua_settop(L, top);
  return roster_response_lost(L, r, why);
}

/* [-0, +3|+4, m] */
static int finish(lua_State *L, struct roster_call *c) {
  struct roster_response r = roster_call_response(c);
  int ok = 0;
  c->state = CALL_FINISHED;
  lua_settop(L, 1);
  lua_pushnil(L); /* the verdict's place */
  if (c->failure_kind != NULL)
    roster_response_fail(L, &r, c->failure_kind,
                         roster_refusal_text(&c->refusal), c->handed_on);
  else
    ok = push_response(L, &r);
  if (ok) {
    lua_pushinteger(L, c->attempts);
    lua_setfield(L, 4, "attempts");
  } else {
    set_attempts(L, c);
    if (c->retry_at > 0) {
      lua_pushnumber(L, c->retry_at);
      lua_setfield(L, -2, "retry_at");
    }
  }
  /* a page is large and may outlive its use by a whole garbage cycle */
  roster_call_free(c);
  lua_pushstring(L, ok ? "done" : "failed");
  lua_replace(L, 2);
  return lua_gettop(L) - 1;
}

/* The exchange has its outcome: what now? [-0, +n, m] */
static int settled(lua_State *L, struct roster_call *c,
                   const struct moment *m) {
  struct roster_decision d;
  if (c->stopped)
    return finish(L, c);
  if (succeeded(c)) {
    remember(c, "the answer cannot be read", -1);
    return finish(L, c);
  }
  if (c->x.status == 401 && c->client->asks && !c->anonymous && !c->renewed) {
    c->renewed = 1;
    c->state = CALL_REFUSED;
    remember(c, "the token was refused", 0);
    lua_pushliteral(L, "token");
    lua_pushboolean(L, 1);
    return 2;
  }
  d = decide(c, m);
  if (!d.again)
    return finish(L, c);
  remember_id(c);
  c->state = CALL_WAITING;
  lua_pushliteral(L, "wait");
  lua_pushnumber(L, d.wait);
  lua_pushstring(L, d.why);
  lua_pushboolean(L, d.concurrency);
  lua_pushboolean(L, d.costs);
  return 5;
}

/*
** call:next(now, wall, random, budget) -> what the call wants:
**   "token" [, true]    the credential (true: the one sent was refused);
**                       answer with authorize(token) or decline()
**   "send"              to be sent; the exchange then tells what came of it
**   "wait", seconds, why, concurrency, costs    and then to be asked again;
**                       `costs`: of the client's retry budget
**   "done", value, meta, next_url
**   "failed", message, detail
** `now` only goes forward, `wall` is epoch seconds, `random` is from 0 up to
** but not 1, `budget` is false when the client must not retry.
*/
static int call_next(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  struct moment m;
  const char *want = NULL;
  m.now = luaL_optnumber(L, 2, 0);
  m.wall = luaL_optnumber(L, 3, 0);
  m.random = luaL_optnumber(L, 4, 0);
  m.budget = lua_isnoneornil(L, 5) || lua_toboolean(L, 5);
  if (c->state == CALL_FINISHED)
    return luaL_error(L, "the call is finished");
  if (c->state != CALL_FAILED && roster_call_is_inherited(c))
    hand_on(c);
  start_clock(c, &m);
  if (c->state == CALL_WAITING)
    prepare_again(c);
  if (c->state == CALL_NEW) {
    want = begin(c);
    if (c->state == CALL_NEW) {
      lua_pushstring(L, want);
      return 1;
    }
  }
  if (c->state == CALL_SENT && c->x.outcome == ROSTER_PENDING) {
    want = send(c, &m);
    if (want != NULL) {
      lua_pushstring(L, want);
      return 1;
    }
  }
  if (c->state == CALL_SENT)
    return settled(L, c, &m);
  if (c->state == CALL_REFUSED)
    return luaL_error(L, "the call waits for a token");
  return finish(L, c);
}

/*
** call:left(now) -> seconds until the call's deadline; the exchange may take
** no longer.
*/
static int call_left(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  c->x.timeout = c->deadline - luaL_checknumber(L, 2);
  lua_pushnumber(L, c->x.timeout);
  return 1;
}

/*
** call:stand_in(other) -> may it? It was sent before it was asked for, and does
** for a call like it that is asked for now: its time is the other's, and runs
** from the next question on. Not for one that has failed already.
*/
static int call_stand_in(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  const struct roster_call *other = roster_call_check(L, 2);
  c->limits = other->limits;
  c->deadline = 0;
  lua_pushboolean(L, other->state != CALL_FAILED);
  return 1;
}

/* call:stop(): no further wait; the failure that led to it stands. */
static int call_stop(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  if (c->state == CALL_WAITING) {
    remember(c, "the wait was refused", -1);
    c->stopped = 1;
    c->state = CALL_SENT;
  }
  return 0;
}

/* call:authorize(token): the answer to "token". */
static int call_authorize(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  size_t n;
  const char *token = luaL_checklstring(L, 2, &n);
  if (c->state == CALL_NEW || c->state == CALL_REFUSED)
    authorize(c, token, n);
  return 0;
}

/* call:decline(): there is no other token; the refusal stands. */
static int call_decline(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  if (c->state == CALL_REFUSED)
    c->state = CALL_SENT;
  return 0;
}

/*
** call:fail(kind, reason [, retry_at]): something else went wrong before it
** was sent. `retry_at` is in epoch seconds.
*/
static int call_fail(lua_State *L) {
  static const char *const kinds[] = {"auth",      "closed",   "protocol",
                                      "transport", "argument", "rate_limited",
                                      "timeout",   NULL};
  struct roster_call *c = roster_call_check(L, 1);
  const char *kind = kinds[luaL_checkoption(L, 2, NULL, kinds)];
  size_t n;
  const char *reason = luaL_checklstring(L, 3, &n);
  if (c->state == CALL_SENT && c->x.outcome == ROSTER_PENDING)
    c->attempts--; /* it was handed out, but did not go */
  if (c->state != CALL_FINISHED)
    fail(c, kind, reason, n);
  c->retry_at = luaL_optnumber(L, 4, 0);
  return 0;
}

/* call:follow(url) -> true | nil, why: a later page of the same list. */
static int call_follow(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  struct roster_request r = roster_call_request(c);
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

/* [-0, +1, m] */
static void create_metatable(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"next", call_next},         {"authorize", call_authorize},
      {"decline", call_decline},   {"left", call_left},
      {"stand_in", call_stand_in}, {"stop", call_stop},
      {"fail", call_fail},         {"follow", call_follow},
      {"close", call_close},       {NULL, NULL}};
  const luaL_Reg *const all[] = {methods, roster_call_wire, roster_call_frame,
                                 roster_call_record};
  size_t i;
  lua_newtable(L);
  lua_newtable(L);
  for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
    roster_setmethods(L, all[i]);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, call_close, 1);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, call_close);
  lua_setfield(L, -2, "__close");
  lua_pushcfunction(L, read_response);
  lua_setfield(L, -2, READ);
  lua_pushcfunction(L, call_tostring);
  lua_setfield(L, -2, "__tostring");
}

void roster_call_push_metatable(lua_State *L) {
  roster_pushmetatable(L, ROSTER_CALL_TYPE, create_metatable);
}
