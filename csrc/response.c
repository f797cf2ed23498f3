/* An answer becomes a value or an error; the contract is in response.h. */
#include "response.h"
#include "decode.h"
#include "failure.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

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
    roster_answer_push_clean(L, r, type, strlen(type));
  reason = lua_pushfstring(L, "%d with %s (content type: %s)",
                           r->exchange->status, what, lua_tostring(L, -1));
  roster_failure_push(L, r, "protocol", reason, v);
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
    hidden =
        hidden || (found < 0 && roster_text_find_word(value, "next") != NULL);
  }
  return hidden;
}

/* RFC 8259 8.1: a byte order mark before the text may be ignored. */
static void skip_mark(struct roster_buf *b) {
  static const char mark[] = "\xef\xbb\xbf";
  size_t n = sizeof(mark) - 1;
  if (b->len < n || memcmp(b->data, mark, n) != 0)
    return;
  b->len -= n;
  memmove(b->data, b->data + n, b->len + 1);
}

/* The byte that a JSON text begins with; NUL: there is none. */
static char first_byte(const struct roster_buf *b) {
  const char *s = roster_buf_text(b);
  return s[strspn(s, " \t\r\n")];
}

/* What a JSON text is that begins with this byte. */
static const char *kind_of(char first) {
  switch (first) {
  case '{':
    return "an object";
  case '[':
    return "a list";
  case '"':
    return "a string";
  case 'n':
    return "null";
  case 't':
    return "true";
  case 'f':
    return "false";
  default:
    return "a number";
  }
}

/* The first byte of what the operation promises; NUL: it promises nothing. */
static char promised(const struct roster_op *op) {
  if (op->list)
    return '[';
  return op->returns != NULL ? '{' : '\0';
}

/* A success of another kind than the operation promises. [-0, +2, m] */
static int broken_promise(lua_State *L, const struct roster_response *r,
                          const char *kind) {
  char what[64];
  snprintf(what, sizeof(what), "%s where %s was expected", kind,
           kind_of(promised(r->op)));
  return unreadable(L, r, what);
}

/* Pushes the value; 0 with message and detail instead. [-0, +1|+2, m] */
static int push_value(lua_State *L, const struct roster_response *r,
                      size_t *repaired) {
  const struct roster_op *op = r->op;
  struct roster_exchange *x = r->exchange;
  struct roster_fault fault;
  char wanted = promised(op);
  char first = first_byte(&x->answer);
  int is_empty =
      first == '\0' && strlen(roster_buf_text(&x->answer)) == x->answer.len;
  int flags = (op->list ? ROSTER_DECODE_LIST : 0) |
              (r->links ? 0 : ROSTER_DECODE_NO_LINKS);
  if (is_empty && wanted != '\0' && !op->may_be_empty)
    return broken_promise(L, r, "an empty body");
  /* `free` rows have no name in the catalog and take what comes */
  if (is_empty || (wanted == '\0' && op->summary != NULL)) {
    lua_pushboolean(L, 1);
    return 1;
  }
  if (!roster_decode(L, x->answer.data, x->answer.len, op->returns, flags,
                     r->client->max_nodes, r->strict_text ? NULL : repaired,
                     &fault)) {
    char what[300];
    if (fault.is_bound) {
      snprintf(what, sizeof(what),
               "a body of more than %lu values: set max_nodes to allow more",
               (unsigned long)r->client->max_nodes);
      return unreadable(L, r, what);
    }
    if (op->summary == NULL && roster_answer_is_plain_text(r)) {
      /* some of what has no row answers in words */
      lua_pushlstring(L, x->answer.data, x->answer.len);
      return 1;
    }
    snprintf(what, sizeof(what), "a body that is not JSON: %s", fault.text);
    return unreadable(L, r, what);
  }
  if (wanted != '\0' && first != wanted) {
    lua_pop(L, 1);
    return broken_promise(L, r, kind_of(first));
  }
  if (lua_type(L, -1) == LUA_TLIGHTUSERDATA) {
    /* a bare null: success, and nothing to tell */
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  return 1;
}

void roster_response_next(lua_State *L, const struct roster_response *r) {
  const struct roster_exchange *x = r->exchange;
  if (x->headed && x->status >= 200 && x->status <= 299)
    push_next(L, r);
  else
    lua_pushnil(L);
}

int roster_response_read(lua_State *L, const struct roster_response *r) {
  struct roster_exchange *x = r->exchange;
  size_t repaired = 0;
  luaL_checkstack(L, 20, "response");
  if (x->outcome != ROSTER_ANSWERED)
    return roster_failure_push(
        L, r, roster_policy_loss_kind(x->loss), x->reason,
        roster_policy_failure((enum roster_retry)r->op->retry, x->loss, x->sent,
                              0));
  skip_mark(&x->answer);
  if (x->status < 200 || x->status > 299)
    return roster_failure_refused(L, r);
  if (r->op->list && hides_next(r))
    return unreadable(L, r, "a Link header that cannot be read");
  if (!push_value(L, r, &repaired))
    return 0;
  lua_createtable(L, 0, 6);
  roster_answer_set(L, r, 0);
  if (repaired > 0) {
    lua_pushinteger(L, (lua_Integer)repaired);
    lua_setfield(L, -2, "repaired");
  }
  push_next(L, r);
  return 1;
}

int roster_response_lost(lua_State *L, const struct roster_response *r,
                         const char *why) {
  struct roster_exchange *x = r->exchange;
  char what[128];
  char reason[160];
  /* what memory was there may have gone to the body and half of its value */
  roster_buf_free(&x->answer);
  lua_gc(L, LUA_GCCOLLECT, 0);
  if (x->outcome != ROSTER_ANSWERED)
    return roster_response_read(L, r);
  snprintf(what, sizeof(what), "a body that could not be decoded: %.60s", why);
  if (x->status >= 200 && x->status <= 299)
    return unreadable(L, r, what);
  snprintf(reason, sizeof(reason), "%d with %s", x->status, what);
  return roster_failure_push(
      L, r, roster_policy_kind(x->status), reason,
      roster_policy_failure((enum roster_retry)r->op->retry, ROSTER_LOSS_NONE,
                            1, x->status));
}
