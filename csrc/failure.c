/* Messages and details; the contract is in failure.h. */
#include "failure.h"
#include "decode.h"
#include "response.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_PLAIN = 4096, MAX_CAUSES = 20 };

/* RFC 9110 15; what a person recognises when the service says nothing. */
static const char *phrase(int status) {
  switch (status) {
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 411:
    return "Length Required";
  case 412:
    return "Precondition Failed";
  case 429:
    return "Too Many Requests";
  case 500:
    return "Internal Server Error";
  case 502:
    return "Bad Gateway";
  case 503:
    return "Service Unavailable";
  case 504:
    return "Gateway Timeout";
  default:
    return status >= 300 && status < 400 ? "a redirect, which is not followed"
                                         : "an error without a text";
  }
}

/* Does a WWW-Authenticate challenge say so (RFC 6750 3.1)? */
static int lacks_scope(const struct roster_response *r) {
  const char *value;
  size_t nth;
  for (nth = 0; (value = roster_headers_get(&r->exchange->headers,
                                            "WWW-Authenticate", nth)) != NULL;
       nth++) {
    if (roster_text_find_word(value, "error=\"insufficient_scope\"") != NULL)
      return 1;
  }
  return 0;
}

/*
** Sets `scopes` in the detail at the top where an access token was turned down
** that may lack them. [-0, +0, m]
*/
static void set_scopes(lua_State *L, const struct roster_response *r) {
  const char *denied = r->client->provider->error.denied;
  const char *code;
  int suspect = lacks_scope(r);
  int i;
  if (!r->client->bearer || r->exchange->status != 403 || r->op->scopes == NULL)
    return;
  lua_getfield(L, -1, "code");
  code = lua_tostring(L, -1);
  if (code != NULL && denied != NULL && strcmp(code, denied) == 0)
    suspect = 1;
  lua_pop(L, 1);
  if (!suspect)
    return;
  lua_newtable(L);
  for (i = 0; r->op->scopes[i] != NULL; i++) {
    lua_pushstring(L, r->op->scopes[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "scopes");
}

/* What set_scopes found, behind the message in the scratch buffer. */
static void add_scopes(const struct roster_response *r) {
  int i;
  for (i = 0; r->op->scopes[i] != NULL; i++) {
    roster_buf_adds(r->scratch, i == 0 ? " (needs the scope " : " or ");
    roster_buf_adds(r->scratch, r->op->scopes[i]);
  }
  roster_buf_addc(r->scratch, ')');
}

/* Was a part of the query encoded by the caller, and then once more? */
static int is_encoded_twice(const struct roster_response *r) {
  static const char *const signs[] = {"%2520", "%2522", "%2Beq%2B", "%2Bsw%2B",
                                      NULL};
  const char *query = strchr(roster_buf_text(&r->exchange->url), '?');
  const char *const *sign;
  for (sign = signs; query != NULL && *sign != NULL; sign++) {
    if (strstr(query, *sign) != NULL)
      return 1;
  }
  return 0;
}

/*
** With the detail table at the top: adds what is always there and pushes the
** message. [-1, +2, m]
*/
static void finish_error(lua_State *L, const struct roster_response *r,
                         const char *kind, struct roster_verdict v) {
  const struct roster_provider *p = r->client->provider;
  const char *code;
  const char *id;
  lua_pushstring(L, kind);
  lua_setfield(L, -2, "kind");
  lua_pushstring(L, r->op->name);
  lua_setfield(L, -2, "operation");
  lua_pushstring(L, p->name);
  lua_setfield(L, -2, "service");
  lua_pushboolean(L, v.retryable);
  lua_setfield(L, -2, "retryable");
  lua_pushboolean(L, v.ambiguous);
  lua_setfield(L, -2, "ambiguous");
  lua_getfield(L, -1, "code");
  code = lua_tostring(L, -1);
  lua_getfield(L, -2, "request_id");
  id = lua_tostring(L, -1);
  lua_getfield(L, -3, "message");
  roster_buf_wipe(r->scratch);
  roster_buf_adds(r->scratch, p->name);
  roster_buf_addc(r->scratch, ' ');
  roster_buf_adds(r->scratch, r->op->name);
  roster_buf_adds(r->scratch, ": ");
  if (r->exchange->status != 0 && strcmp(kind, "protocol") != 0) {
    char status[16];
    snprintf(status, sizeof(status), "%d", r->exchange->status);
    roster_buf_adds(r->scratch, status);
    if (code != NULL) {
      roster_buf_addc(r->scratch, ' ');
      roster_buf_adds(r->scratch, code);
    }
    roster_buf_adds(r->scratch, ": ");
  }
  roster_buf_adds(r->scratch, lua_tostring(L, -1));
  roster_answer_clean(r);
  lua_getfield(L, -4, "scopes");
  if (!lua_isnil(L, -1))
    add_scopes(r);
  lua_pop(L, 1);
  if (r->exchange->status == 400 && is_encoded_twice(r))
    roster_buf_adds(r->scratch, " (an option is percent-encoded already: write "
                                "it plainly, roster encodes it)");
  if (v.ambiguous)
    roster_buf_adds(r->scratch, " (the service may have done it)");
  if (r->attempts > 1) {
    char tries[32];
    snprintf(tries, sizeof(tries), " (%d attempts)", r->attempts);
    roster_buf_adds(r->scratch, tries);
  }
  if (id != NULL) {
    roster_buf_adds(r->scratch, " [req ");
    roster_buf_adds(r->scratch, id);
    roster_buf_addc(r->scratch, ']');
  }
  lua_pop(L, 3);
  roster_answer_check(L, r->scratch);
  lua_pushlstring(L, roster_buf_text(r->scratch), r->scratch->len);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "text");
  lua_insert(L, -2);
}

/* Pushes message and detail for a reason of our own. [-0, +2, m] */
int roster_failure_push(lua_State *L, const struct roster_response *r,
                        const char *kind, const char *reason,
                        struct roster_verdict v) {
  lua_createtable(L, 0, 12);
  roster_answer_set(L, r, 1);
  roster_answer_push_clean(L, r, reason, strlen(reason));
  lua_setfield(L, -2, "message");
  finish_error(L, r, kind, v);
  return 0;
}

void roster_response_fail(lua_State *L, const struct roster_response *r,
                          const char *kind, const char *reason, int ambiguous) {
  struct roster_verdict v = {0, 0};
  v.ambiguous = ambiguous;
  roster_failure_push(L, r, kind, reason, v);
}

/*
** Copies the member `from` of the error body at `body` to `to` of the detail
** at the top: a string cleaned, a number as text. [-0, +0, m] returns 1 if it
** was there and not blank.
*/
static int copy_member(lua_State *L, const struct roster_response *r, int body,
                       const char *from, const char *to) {
  size_t n;
  const char *s;
  if (from == NULL)
    return 0;
  lua_pushstring(L, from);
  lua_rawget(L, body);
  if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER) {
    lua_pop(L, 1);
    return 0;
  }
  s = lua_tolstring(L, -1, &n);
  roster_answer_push_clean(L, r, s, n);
  n = lua_rawlen(L, -1);
  if (n > 0)
    lua_setfield(L, -3, to);
  else
    lua_pop(L, 1);
  lua_pop(L, 1);
  return n > 0;
}

/*
** The causes become a list of strings in the detail at the top, and follow
** the message. [-0, +0, m]
*/
static void copy_causes(lua_State *L, const struct roster_response *r,
                        int body) {
  const struct roster_error_names *names = &r->client->provider->error;
  int detail = lua_gettop(L);
  int count = 0;
  int i;
  if (names->causes == NULL)
    return;
  lua_pushstring(L, names->causes);
  lua_rawget(L, body);
  if (!lua_istable(L, -1)) {
    lua_pop(L, 1);
    return;
  }
  lua_createtable(L, 4, 0);
  for (i = 1; i <= MAX_CAUSES; i++) {
    size_t n;
    const char *s;
    lua_rawgeti(L, detail + 1, i);
    if (lua_istable(L, -1)) {
      lua_pushstring(L, names->cause);
      lua_rawget(L, -2);
      lua_remove(L, -2);
    }
    s = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &n) : NULL;
    if (s != NULL) {
      roster_answer_push_clean(L, r, s, n);
      lua_rawseti(L, detail + 2, ++count);
    }
    lua_pop(L, 1);
  }
  if (count > 0) {
    lua_getfield(L, detail, "message");
    for (i = 1; i <= count; i++) {
      lua_rawgeti(L, detail + 2, i);
      lua_pushfstring(L, "%s%s%s", lua_tostring(L, -2), i == 1 ? ": " : "; ",
                      lua_tostring(L, -1));
      lua_replace(L, -3);
      lua_pop(L, 1);
    }
    lua_setfield(L, detail, "message");
    lua_setfield(L, detail, "causes");
  }
  lua_settop(L, detail);
}

/* The text between <title> and </title>, as load balancers answer. */
static const char *find_title(const char *s, size_t len, size_t *n) {
  size_t i;
  for (i = 0; i + 7 < len; i++) {
    if (s[i] == '<' && strncasecmp(s + i, "<title>", 7) == 0) {
      const char *end = (const char *)memchr(s + i + 7, '<', len - i - 7);
      *n = end == NULL ? 0 : (size_t)(end - (s + i + 7));
      return *n > 0 ? s + i + 7 : NULL;
    }
  }
  return NULL;
}

/*
** Pushes the error_description of the first WWW-Authenticate challenge that
** has one (RFC 6750 3), without the quoting; pushes nothing when there is none
** that ends. [-0, +(0|1), m]
*/
static int push_challenge(lua_State *L, const struct roster_response *r) {
  const char *value;
  size_t nth;
  for (nth = 0; (value = roster_headers_get(&r->exchange->headers,
                                            "WWW-Authenticate", nth)) != NULL;
       nth++) {
    const char *p = roster_text_find_word(value, "error_description=\"");
    luaL_Buffer b;
    int ends;
    if (p == NULL)
      continue;
    roster_answer_push_scrubbed(L, r, p, strlen(p));
    p = lua_tostring(L, -1);
    luaL_buffinit(L, &b);
    for (; *p != '\0' && *p != '"'; p++) {
      if (*p == '\\' && p[1] != '\0')
        p++;
      luaL_addchar(&b, *p);
    }
    ends = *p == '"';
    luaL_pushresult(&b);
    lua_remove(L, -2);
    if (ends && lua_rawlen(L, -1) > 0)
      return 1;
    lua_pop(L, 1);
  }
  return 0;
}

/* The first line of a short text that is there for people, or NULL. */
static const char *find_line(const struct roster_response *r, const char *s,
                             size_t len, size_t *n) {
  if (!roster_answer_is_plain_text(r) || len > MAX_PLAIN ||
      !roster_text_is_utf8(s, len))
    return NULL;
  s += strspn(s, " \t\r\n");
  *n = strcspn(s, "\r\n");
  return *n > 0 ? s : NULL;
}

/* Where a redirect leads, or NULL where the response is none that says so. */
static const char *find_target(const struct roster_response *r) {
  const char *target =
      r->exchange->status >= 300 && r->exchange->status <= 399
          ? roster_headers_get(&r->exchange->headers, "Location", 0)
          : NULL;
  return target != NULL && target[0] != '\0' ? target : NULL;
}

/*
** Puts where a redirect leads in front of the message in the detail at the top,
** which a long text must not cut off. [-0, +0, m]
*/
static void set_target(lua_State *L, const struct roster_response *r) {
  const char *target = find_target(r);
  const char *text;
  int top = lua_gettop(L);
  if (target == NULL)
    return;
  roster_answer_push_clean(L, r, target, strlen(target));
  lua_getfield(L, top, "message");
  text = lua_tostring(L, -1);
  if (text == NULL || strcmp(text, phrase(r->exchange->status)) == 0)
    lua_pushfstring(L, "a redirect to %s, which is not followed",
                    lua_tostring(L, top + 1));
  else
    lua_pushfstring(L, "a redirect to %s, which is not followed: %s",
                    lua_tostring(L, top + 1), text);
  lua_setfield(L, top, "message");
  lua_settop(L, top);
}

/* The message where the body has none. [-0, +0, m] */
static void set_fallback(lua_State *L, const struct roster_response *r) {
  const char *text;
  size_t n;
  int top = lua_gettop(L);
  if (push_challenge(L, r)) {
    text = lua_tolstring(L, -1, &n);
  } else {
    const struct roster_buf *body = &r->exchange->answer;
    const char *all;
    size_t len;
    roster_answer_push_scrubbed(L, r, roster_buf_text(body), body->len);
    all = lua_tolstring(L, -1, &len);
    text = find_title(all, len, &n);
    if (text == NULL)
      text = find_line(r, all, len, &n);
    if (text == NULL) {
      text = phrase(r->exchange->status);
      n = strlen(text);
    }
  }
  roster_answer_push_clean(L, r, text, n);
  if (lua_rawlen(L, -1) == 0)
    /* nothing of it was for people */
    lua_pushstring(L, phrase(r->exchange->status));
  lua_setfield(L, top, "message");
  lua_settop(L, top);
}

/*
** Reads the error body into the detail at the top, whatever form it has.
** [-0, +0, m]
*/
static void read_error_body(lua_State *L, const struct roster_response *r) {
  const struct roster_error_names *names = &r->client->provider->error;
  struct roster_exchange *x = r->exchange;
  struct roster_fault fault;
  size_t repaired = 0;
  int detail = lua_gettop(L);
  int body = 0;
  int told = 0;
  /* its words are made fit to be shown, however strict the client is */
  if (x->answer.len > 0 &&
      roster_decode(L, x->answer.data, x->answer.len, NULL, 0,
                    r->client->max_nodes, &repaired, &fault))
    body = lua_gettop(L);
  if (body != 0 && lua_type(L, body) == LUA_TSTRING) {
    /* JSON, but nothing but words */
    size_t n;
    const char *text = lua_tolstring(L, body, &n);
    roster_answer_push_clean(L, r, text, n);
    told = lua_rawlen(L, -1) > 0;
    lua_setfield(L, detail, "message");
  }
  if (body != 0 && !lua_istable(L, body))
    body = 0;
  lua_pushvalue(L, detail);
  if (body != 0) {
    copy_member(L, r, body, names->code, "code");
    copy_member(L, r, body, names->id, "request_id");
    told = copy_member(L, r, body, names->message, "message");
    if (!told && copy_member(L, r, body, "error", "code"))
      /* an OAuth endpoint's form (RFC 6749 5.2) */
      told = copy_member(L, r, body, "error_description", "message");
  }
  if (!told)
    set_fallback(L, r);
  if (body != 0)
    copy_causes(L, r, body);
  set_target(L, r);
  roster_answer_set_id(L, r);
  lua_settop(L, detail);
}

/* [-0, +2, m] */
int roster_failure_refused(lua_State *L, const struct roster_response *r) {
  struct roster_exchange *x = r->exchange;
  roster_answer_learn(r);
  lua_createtable(L, 0, 12);
  roster_answer_set(L, r, 1);
  read_error_body(L, r);
  set_scopes(L, r);
  finish_error(L, r, roster_policy_kind(x->status),
               roster_policy_failure((enum roster_retry)r->op->retry,
                                     ROSTER_LOSS_NONE, 1, x->status));
  return 0;
}
