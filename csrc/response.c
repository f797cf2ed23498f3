/* An answer becomes a value or an error; the contract is in response.h. */
#include "response.h"
#include "auth.h"
#include "decode.h"
#include "form.h"
#include "policy.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
  MAX_TEXT = 600,
  MAX_QUOTED = 64 * 1024,
  MAX_PLAIN = 4096,
  MAX_CAUSES = 20,
  MAX_NAME = 128
};

/* --------------------------------------------------------- text for people */

/* The credential as it went out: what follows the prefix in its field. */
static void scrub_credential(const struct roster_response *r) {
  const struct roster_provider *p = r->client->provider;
  struct roster_buf *b = r->scratch;
  size_t at = 0;
  const char *line;
  while ((line = roster_exchange_field(r->exchange, &at)) != NULL) {
    size_t n = strlen(p->auth_header);
    if (strncasecmp(line, p->auth_header, n) != 0 || line[n] != ':')
      continue;
    line += n + 2;
    n = strlen(p->auth_prefix);
    if (strncmp(line, p->auth_prefix, n) == 0)
      line += n;
    b->len = roster_auth_scrub(b->data, b->len, line, strlen(line));
  }
}

/* Only a token endpoint is sent a form. */
static int is_form(const struct roster_exchange *x) {
  static const char line[] = "Content-Type: application/x-www-form-urlencoded";
  size_t at = 0;
  const char *field;
  while ((field = roster_exchange_field(x, &at)) != NULL) {
    if (strcasecmp(field, line) == 0)
      return 1;
  }
  return 0;
}

void roster_response_scrub(const struct roster_response *r) {
  struct roster_buf *b = r->scratch;
  if (b->len == 0)
    return;
  scrub_credential(r);
  if (is_form(r->exchange))
    b->len = roster_form_scrub(&r->exchange->body, b->data, b->len);
  b->len = roster_encoder_scrub(r->encoder, b->data, b->len);
  b->data[b->len] = '\0';
}

/* Is there a control character of one or (U+0080 to U+009F) two bytes? */
static size_t control_length(const char *s) {
  unsigned char c = (unsigned char)s[0];
  if (c < 0x20 || c == 0x7F)
    return 1;
  return c == 0xC2 && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] <= 0x9F
             ? 2
             : 0;
}

/*
** Cleans what stands in the scratch buffer for a person's eyes: no secret
** that went out, one line, no control characters, not endless.
*/
static void clean(const struct roster_response *r) {
  struct roster_buf *b = r->scratch;
  size_t i;
  if (b->len == 0)
    return;
  /* first: what is cut could not be recognised any more */
  roster_response_scrub(r);
  if (b->len > MAX_TEXT) {
    b->len = MAX_TEXT;
    while (b->len > 0 && ((unsigned char)b->data[b->len] & 0xC0) == 0x80)
      b->len--;
  }
  b->data[b->len] = '\0';
  for (i = 0; i < b->len; i++)
    memset(b->data + i, ' ', control_length(b->data + i));
  while (b->len > 0 && (b->data[b->len - 1] == ' '))
    b->len--;
  b->data[b->len] = '\0';
}

/* Pushes `s` cleaned. [-0, +1, m] */
static void push_clean(lua_State *L, const struct roster_response *r,
                       const char *s, size_t n) {
  size_t most = n > MAX_QUOTED ? MAX_QUOTED : n;
  roster_buf_wipe(r->scratch);
  roster_buf_add(r->scratch, s, most);
  if (most < n) {
    roster_response_scrub(r);
    /* almost nothing but secrets, and the last one may have been cut */
    if (r->scratch->len < MAX_TEXT) {
      roster_buf_wipe(r->scratch);
      roster_buf_adds(r->scratch, "***");
    }
  }
  clean(r);
  lua_pushlstring(L, roster_buf_text(r->scratch), r->scratch->len);
}

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

/* -------------------------------------------------------------------- meta */

static void set_number(lua_State *L, const char *key, double value) {
#if ROSTER_INTEGERS
  if (value == (double)(lua_Integer)value) {
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
    return;
  }
#endif
  lua_pushnumber(L, value);
  lua_setfield(L, -2, key);
}

/* Pushes `name` in lower case; a longer one is cut. [-0, +1, m] */
static void push_lower(lua_State *L, const char *name) {
  char low[MAX_NAME];
  size_t i;
  for (i = 0; name[i] != '\0' && i < sizeof(low); i++)
    low[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
  lua_pushlstring(L, low, i);
}

/*
** headers[i] is the i-th field line as it came; headers["name"] the value,
** values of a repeated field joined with ", " (RFC 9110 5.3). A service may
** quote in them what it was sent, so secrets are masked. [-0, +1, m]
*/
static void push_headers(lua_State *L, const struct roster_response *r) {
  const struct roster_headers *h = &r->exchange->headers;
  const char *name;
  const char *value;
  size_t at = 0;
  int i = 0;
  lua_createtable(L, (int)h->count, (int)h->count);
  while (roster_headers_next(h, &at, &name, &value)) {
    roster_buf_clear(r->scratch);
    roster_buf_adds(r->scratch, value);
    roster_response_scrub(r);
    value = roster_buf_text(r->scratch);
    lua_pushfstring(L, "%s: %s", name, value);
    lua_rawseti(L, -2, ++i);
    push_lower(L, name);
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushstring(L, value);
    } else {
      lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), value);
      lua_remove(L, -2);
    }
    lua_rawset(L, -3);
  }
}

/* Sets `rate` in the table at the top where the service told. [-0, +0, m] */
static void set_rate(lua_State *L, const struct roster_response *r) {
  struct roster_rate rate =
      roster_rate_read(r->client->provider, &r->exchange->headers);
  if (rate.limit < 0 && rate.remaining < 0 && rate.reset < 0)
    return;
  lua_createtable(L, 0, 3);
  if (rate.limit >= 0)
    set_number(L, "limit", rate.limit);
  if (rate.remaining >= 0)
    set_number(L, "remaining", rate.remaining);
  if (rate.reset >= 0)
    set_number(L, "reset", rate.reset);
  lua_setfield(L, -2, "rate");
}

static void set_timings(lua_State *L, const struct roster_exchange *x) {
  if (x->total_time < 0)
    return;
  lua_createtable(L, 0, 3);
  if (x->connect_time >= 0)
    set_number(L, "connect", x->connect_time);
  if (x->first_byte_time >= 0)
    set_number(L, "first_byte", x->first_byte_time);
  set_number(L, "total", x->total_time);
  lua_setfield(L, -2, "timings");
}

static const char *header_id(const struct roster_response *r) {
  const char *name = r->client->provider->request_id;
  return name == NULL ? NULL
                      : roster_headers_get(&r->exchange->headers, name, 0);
}

/* The request id of the header, into the table at the top. [-0, +0, m] */
static void set_id(lua_State *L, const struct roster_response *r) {
  const char *id = header_id(r);
  if (id == NULL || id[0] == '\0')
    return;
  push_clean(L, r, id, strlen(id));
  lua_setfield(L, -2, "request_id");
}

/* What meta and detail have in common, into the table at the top. */
static void set_answer(lua_State *L, const struct roster_response *r) {
  struct roster_exchange *x = r->exchange;
  if (x->status == 0)
    return;
  set_number(L, "status", x->status);
  push_headers(L, r);
  lua_setfield(L, -2, "headers");
  set_id(L, r);
  set_rate(L, r);
  set_timings(L, x);
}

/* ------------------------------------------------------------------ errors */

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
  clean(r);
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
  lua_pushlstring(L, roster_buf_text(r->scratch), r->scratch->len);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "text");
  lua_insert(L, -2);
}

/* Pushes message and detail for a reason of our own. [-0, +2, m] */
static int fail_for(lua_State *L, const struct roster_response *r,
                    const char *kind, const char *reason,
                    struct roster_verdict v) {
  lua_createtable(L, 0, 12);
  set_answer(L, r);
  push_clean(L, r, reason, strlen(reason));
  lua_setfield(L, -2, "message");
  finish_error(L, r, kind, v);
  return 0;
}

void roster_response_fail(lua_State *L, const struct roster_response *r,
                          const char *kind, const char *reason) {
  struct roster_verdict v = {0, 0};
  fail_for(L, r, kind, reason, v);
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
  push_clean(L, r, s, n);
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
      push_clean(L, r, s, n);
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
static const char *find_title(const struct roster_buf *body, size_t *n) {
  size_t i;
  const char *s = roster_buf_text(body);
  for (i = 0; i + 7 < body->len; i++) {
    if (s[i] == '<' && strncasecmp(s + i, "<title>", 7) == 0) {
      const char *end = (const char *)memchr(s + i + 7, '<', body->len - i - 7);
      *n = end == NULL ? 0 : (size_t)(end - (s + i + 7));
      return *n > 0 ? s + i + 7 : NULL;
    }
  }
  return NULL;
}

/* Behind the first `word` in `text`, whatever its case, or NULL. */
static const char *find_word(const char *text, const char *word) {
  size_t n = strlen(word);
  for (; *text != '\0'; text++) {
    if (strncasecmp(text, word, n) == 0)
      return text + n;
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
    const char *p = find_word(value, "error_description=\"");
    luaL_Buffer b;
    if (p == NULL)
      continue;
    luaL_buffinit(L, &b);
    for (; *p != '\0' && *p != '"'; p++) {
      if (*p == '\\' && p[1] != '\0')
        p++;
      luaL_addchar(&b, *p);
    }
    luaL_pushresult(&b);
    if (*p == '"' && lua_rawlen(L, -1) > 0)
      return 1;
    lua_pop(L, 1);
  }
  return 0;
}

static int is_plain_text(const struct roster_response *r) {
  const char *type =
      roster_headers_get(&r->exchange->headers, "Content-Type", 0);
  return type != NULL && strncasecmp(type, "text/plain", 10) == 0 &&
         strchr("; \t", type[10]) != NULL;
}

/* The first line of a short text that is there for people, or NULL. */
static const char *find_line(const struct roster_response *r, size_t *n) {
  const struct roster_buf *body = &r->exchange->answer;
  const char *s = roster_buf_text(body);
  if (!is_plain_text(r) || body->len > MAX_PLAIN ||
      !roster_text_is_utf8(s, body->len))
    return NULL;
  s += strspn(s, " \t\r\n");
  *n = strcspn(s, "\r\n");
  return *n > 0 ? s : NULL;
}

/* The message where the body has none. [-0, +0, m] */
static void set_fallback(lua_State *L, const struct roster_response *r) {
  const char *text;
  size_t n;
  int top = lua_gettop(L);
  if (push_challenge(L, r)) {
    text = lua_tolstring(L, -1, &n);
  } else {
    text = find_title(&r->exchange->answer, &n);
    if (text == NULL)
      text = find_line(r, &n);
    if (text == NULL) {
      text = phrase(r->exchange->status);
      n = strlen(text);
    }
  }
  push_clean(L, r, text, n);
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
  int detail = lua_gettop(L);
  int body = 0;
  int told = 0;
  if (x->answer.len > 0 &&
      roster_decode(L, x->answer.data, x->answer.len, NULL, 0, &fault))
    body = lua_gettop(L);
  if (body != 0 && lua_type(L, body) == LUA_TSTRING) {
    /* JSON, but nothing but words */
    size_t n;
    const char *text = lua_tolstring(L, body, &n);
    push_clean(L, r, text, n);
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
  set_id(L, r);
  lua_settop(L, detail);
}

/* [-0, +2, m] */
static int refused(lua_State *L, const struct roster_response *r) {
  struct roster_exchange *x = r->exchange;
  lua_createtable(L, 0, 12);
  set_answer(L, r);
  read_error_body(L, r);
  finish_error(L, r, roster_policy_kind(x->status),
               roster_policy_failure((enum roster_retry)r->op->retry,
                                     ROSTER_LOSS_NONE, 1, x->status));
  return 0;
}

/* ------------------------------------------------------------------- value */

/* A success that does not say what the operation promises. [-0, +2, m] */
static int unreadable(lua_State *L, const struct roster_response *r,
                      const char *what) {
  const char *type =
      roster_headers_get(&r->exchange->headers, "Content-Type", 0);
  struct roster_verdict v =
      roster_policy_failure((enum roster_retry)r->op->retry, ROSTER_LOSS_NONE,
                            1, r->exchange->status);
  const char *reason;
  int top = lua_gettop(L);
  if (type == NULL)
    lua_pushliteral(L, "none");
  else
    push_clean(L, r, type, strlen(type));
  reason = lua_pushfstring(L, "%d with %s (content type: %s)",
                           r->exchange->status, what, lua_tostring(L, -1));
  fail_for(L, r, "protocol", reason, v);
  lua_insert(L, top + 1);
  lua_insert(L, top + 1);
  lua_settop(L, top + 2);
  return 0;
}

/* The next page's URL by RFC 8288, or nil. [-0, +1, m] */
static void push_next(lua_State *L, const struct roster_response *r) {
  const char *value;
  size_t i;
  for (i = 0;
       (value = roster_headers_get(&r->exchange->headers, "Link", i)) != NULL;
       i++) {
    const char *target;
    size_t n;
    if (roster_link_find(value, strlen(value), "next", &target, &n) > 0) {
      lua_pushlstring(L, target, n);
      return;
    }
  }
  lua_pushnil(L);
}

/* May there be a next page that cannot be told? */
static int hides_next(const struct roster_response *r) {
  const char *value;
  int hidden = 0;
  size_t i;
  for (i = 0;
       (value = roster_headers_get(&r->exchange->headers, "Link", i)) != NULL;
       i++) {
    const char *target;
    size_t n;
    int found = roster_link_find(value, strlen(value), "next", &target, &n);
    if (found > 0)
      return 0;
    hidden = hidden || (found < 0 && find_word(value, "next") != NULL);
  }
  return hidden;
}

static int is_blank(const struct roster_buf *b) {
  size_t i;
  for (i = 0; i < b->len; i++) {
    if (strchr(" \t\r\n", b->data[i]) == NULL || b->data[i] == '\0')
      return 0;
  }
  return 1;
}

static int starts_list(const struct roster_buf *b) {
  size_t i = 0;
  while (i < b->len && strchr(" \t\r\n", b->data[i]) != NULL)
    i++;
  return i < b->len && b->data[i] == '[';
}

/* Pushes the value; 0 with message and detail instead. [-0, +1|+2, m] */
static int push_value(lua_State *L, const struct roster_response *r) {
  const struct roster_op *op = r->op;
  struct roster_exchange *x = r->exchange;
  struct roster_fault fault;
  /* a row without a return model promises nothing; `free` rows have no name
     in the catalog and take what comes */
  int nothing = op->returns == NULL && !op->list && op->summary != NULL;
  if (op->list && (is_blank(&x->answer) || !starts_list(&x->answer)))
    return unreadable(L, r, "something else where a list was expected");
  if (nothing || is_blank(&x->answer)) {
    lua_pushboolean(L, 1);
    return 1;
  }
  if (!roster_decode(L, x->answer.data, x->answer.len, op->returns, op->list,
                     &fault)) {
    char what[300];
    if (op->summary == NULL && is_plain_text(r)) {
      /* some of what has no row answers in words */
      lua_pushlstring(L, x->answer.data, x->answer.len);
      return 1;
    }
    snprintf(what, sizeof(what), "a body that is not JSON: %s", fault.text);
    return unreadable(L, r, what);
  }
  if (lua_type(L, -1) == LUA_TLIGHTUSERDATA) {
    /* a bare null: success, and nothing to tell */
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  return 1;
}

int roster_response_read(lua_State *L, const struct roster_response *r) {
  struct roster_exchange *x = r->exchange;
  luaL_checkstack(L, 20, "response");
  if (x->outcome != ROSTER_ANSWERED)
    return fail_for(L, r, roster_policy_loss_kind(x->loss), x->reason,
                    roster_policy_failure((enum roster_retry)r->op->retry,
                                          x->loss, x->sent, 0));
  if (x->status < 200 || x->status > 299)
    return refused(L, r);
  if (r->op->list && hides_next(r))
    return unreadable(L, r, "a Link header that cannot be read");
  if (!push_value(L, r))
    return 0;
  lua_createtable(L, 0, 6);
  set_answer(L, r);
  push_next(L, r);
  return 1;
}
