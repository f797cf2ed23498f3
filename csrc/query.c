/* Query parameters; the contract is in query.h. */
#include "query.h"
#include "scalar.h"
#include "suggest.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { MAX_NAME = 256, MAX_INNER = 100 };

/* What one parameter is built with. */
struct query {
  struct roster_buf *url;
  const char *label; /* what the caller calls it */
  int type;
  int check;
  const char *const *keys; /* of roster_param; NULL: any */
  struct roster_refusal *refusal;
};

/* Has the table at the top no keys but 1 to n? [-0, +0, m] */
static int is_list(lua_State *L) {
  size_t count = 0;
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    lua_pop(L, 1);
    count++;
  }
  return count == lua_rawlen(L, -1);
}

static void add(struct roster_buf *url, const char *name, const char *value,
                size_t n) {
  roster_buf_addc(url, strchr(roster_buf_text(url), '?') == NULL ? '?' : '&');
  roster_text_encode(url, name, strlen(name));
  roster_buf_addc(url, '=');
  roster_text_encode(url, value, n);
}

static int refuse_type(lua_State *L, const struct query *q,
                       const char *expected) {
  return roster_refuse(q->refusal, 1, "%s: expected %s, got %s", q->label,
                       expected, roster_scalar_kind(L, -1));
}

/* Reads the scalar at the top; `at` names a list's element. [-0, +0, m] */
static int read(lua_State *L, const struct query *q,
                struct roster_scalar *value) {
  const char *fault = roster_scalar_read(L, -1, q->type, value);
  if (fault != NULL)
    return refuse_type(L, q, fault);
  if (!roster_text_is_utf8(value->text, value->len))
    return roster_refuse(q->refusal, 0, "%s is not valid UTF-8", q->label);
  return 1;
}

/* [-0, +0, m] */
static int add_plain(lua_State *L, const struct query *q, const char *name) {
  struct roster_scalar value;
  if (!read(L, q, &value))
    return 0;
  add(q->url, name, value.text, value.len);
  return 1;
}

/*
** A list at the top becomes one value. What separates the elements must not
** stand in one: it would silently become two. [-0, +0, m]
*/
static int add_joined(lua_State *L, const struct query *q, const char *name,
                      char separator) {
  char encoded[4];
  int count = (int)lua_rawlen(L, -1);
  int i;
  snprintf(encoded, sizeof(encoded), "%%%02X", (unsigned char)separator);
  if (!is_list(L))
    return roster_refuse(q->refusal, 1, "%s: expected a value or a list",
                         q->label);
  if (count == 0)
    return roster_refuse(q->refusal, 0, "%s is an empty list", q->label);
  add(q->url, name, "", 0);
  for (i = 1; i <= count; i++) {
    struct roster_scalar value;
    lua_rawgeti(L, -1, i);
    if (!read(L, q, &value))
      return 0;
    if (memchr(value.text, separator, value.len) != NULL || value.len == 0)
      return roster_refuse(q->refusal, 0,
                           "%s, element %d: is empty or holds \"%c\"", q->label,
                           i, separator);
    if (i > 1)
      roster_buf_adds(q->url, encoded);
    roster_text_encode(q->url, value.text, value.len);
    lua_pop(L, 1);
  }
  return 1;
}

/* Is it field:$op:value? The value may hold further colons. */
static const char *filter_fault(const char *s, size_t n) {
  static const char *const ops[] = {"$eq", "$ne",  "$gt", "$gte",
                                    "$lt", "$lte", NULL};
  const char *first = (const char *)memchr(s, ':', n);
  const char *second =
      first == NULL
          ? NULL
          : (const char *)memchr(first + 1, ':', (size_t)(s + n - first - 1));
  const char *const *op;
  if (second == NULL || first == s)
    return "must be field:$op:value";
  for (op = ops; *op != NULL; op++) {
    size_t len = strlen(*op);
    if ((size_t)(second - first - 1) == len && memcmp(first + 1, *op, len) == 0)
      return NULL;
    if ((size_t)(second - first - 1) == len - 1 &&
        memcmp(first + 1, *op + 1, len - 1) == 0)
      return "lacks the $ before the operator: field:$op:value";
  }
  return "has an operator that is none of $eq $ne $gt $gte $lt $lte";
}

/* One condition at the top of the stack. [-0, +0, m] */
static int add_condition(lua_State *L, const struct query *q,
                         const char *name) {
  struct roster_scalar value;
  const char *fault;
  if (!read(L, q, &value))
    return 0;
  fault = q->check ? filter_fault(value.text, value.len) : NULL;
  if (fault != NULL)
    return roster_refuse(q->refusal, 0, "%s: \"%.80s\" %s", q->label,
                         value.text, fault);
  add(q->url, name, value.text, value.len);
  return 1;
}

/* The list at the top: name[0]=, name[1]=, ... [-0, +0, m] */
static int add_conditions(lua_State *L, const struct query *q,
                          const char *name) {
  int count = (int)lua_rawlen(L, -1);
  int i;
  if (!is_list(L))
    return roster_refuse(q->refusal, 1,
                         "%s: expected a condition, a list of them or "
                         "{ any = list }",
                         q->label);
  if (count == 0)
    return roster_refuse(q->refusal, 0, "%s has no condition", q->label);
  for (i = 0; i < count; i++) {
    char indexed[MAX_NAME];
    snprintf(indexed, sizeof(indexed), "%s[%d]", name, i);
    lua_rawgeti(L, -1, i + 1);
    if (!add_condition(L, q, indexed))
      return 0;
    lua_pop(L, 1);
  }
  return 1;
}

/* Has the table at `index`, which is not empty, one key only? [-0, +0, m] */
static int is_alone(lua_State *L, int index) {
  int alone;
  lua_pushvalue(L, index);
  lua_pushnil(L);
  lua_next(L, -2);
  lua_pop(L, 1);
  alone = lua_next(L, -2) == 0;
  lua_pop(L, alone ? 1 : 3);
  return alone;
}

/* A condition, a list (all of them), or { any = list }. [-0, +0, m] */
static int add_filter(lua_State *L, const struct query *q, const char *name) {
  char any[MAX_NAME];
  int ok;
  if (!lua_istable(L, -1))
    return add_condition(L, q, name);
  lua_pushliteral(L, "any");
  lua_rawget(L, -2);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return add_conditions(L, q, name);
  }
  if (!lua_istable(L, -1))
    return refuse_type(L, q, "{ any = { conditions } }");
  if (!is_alone(L, -2))
    return roster_refuse(q->refusal, 1,
                         "%s: beside \"any\" there can be nothing else",
                         q->label);
  snprintf(any, sizeof(any), "%s[or]", name);
  ok = add_conditions(L, q, any);
  lua_pop(L, 1);
  return ok;
}

/* The list at the top: name=element, again and again. [-0, +0, m] */
static int add_repeated(lua_State *L, const struct query *q, const char *name) {
  int count = (int)lua_rawlen(L, -1);
  int i;
  if (count == 0 || !is_list(L))
    return roster_refuse(q->refusal, 1,
                         "%s: expected values or lists of values", q->label);
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (!add_plain(L, q, name))
      return 0;
    lua_pop(L, 1);
  }
  return 1;
}

/* May the table hold that name? */
static int check_key(const struct query *q, const char *name) {
  const char *const *key;
  const char *near;
  if (q->keys == NULL || !q->check)
    return 1;
  for (key = q->keys; *key != NULL; key++) {
    if (strcmp(*key, name) == 0)
      return 1;
  }
  near = roster_suggest_word(q->keys, name);
  return roster_refuse(q->refusal, 1, "%s: unknown name \"%.64s\"%s%s%s",
                       q->label, name, near != NULL ? ", did you mean \"" : "",
                       near != NULL ? near : "", near != NULL ? "\"?" : "");
}

/* The table at the top: name[key]=value, name[key][]=element. [-0, +0, m] */
static int add_brackets(lua_State *L, const struct query *q, const char *name) {
  int some = 0;
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    char key[MAX_NAME];
    const char *inner;
    size_t n;
    if (lua_type(L, -2) != LUA_TSTRING)
      return roster_refuse(q->refusal, 1, "%s: a name must be a string",
                           q->label);
    inner = lua_tolstring(L, -2, &n);
    if (n == 0 || n > MAX_INNER || strlen(inner) != n ||
        !roster_text_is_utf8(inner, n))
      return roster_refuse(q->refusal, 0, "%s: a name cannot be sent",
                           q->label);
    if (!check_key(q, inner))
      return 0;
    snprintf(key, sizeof(key), lua_istable(L, -1) ? "%s[%s][]" : "%s[%s]", name,
             inner);
    if (lua_istable(L, -1) ? !add_repeated(L, q, key) : !add_plain(L, q, key))
      return 0;
    lua_pop(L, 1);
    some = 1;
  }
  /* nothing to search by would find everything */
  return some ? 1 : roster_refuse(q->refusal, 0, "%s is empty", q->label);
}

int roster_query_add(lua_State *L, struct roster_buf *url,
                     const struct roster_param *param, const char *option,
                     int check, struct roster_refusal *refusal) {
  struct query q;
  char label[MAX_NAME];
  q.url = url;
  snprintf(label, sizeof(label), "option \"%s\"", option);
  q.label = label;
  q.type = check ? param->type : ROSTER_ANY;
  q.check = check;
  q.keys = param->keys;
  q.refusal = refusal;
  luaL_checkstack(L, 10, "query");
  if (param->style == ROSTER_FILTER)
    return add_filter(L, &q, param->name);
  if (lua_istable(L, -1)) {
    switch (param->style) {
    case ROSTER_SPACED:
      return add_joined(L, &q, param->name, ' ');
    case ROSTER_COMMAS:
      q.type = ROSTER_ANY;
      return add_joined(L, &q, param->name, ',');
    case ROSTER_BRACKETS:
      q.type = ROSTER_ANY;
      return add_brackets(L, &q, param->name);
    default:
      break;
    }
  }
  return add_plain(L, &q, param->name);
}

int roster_query_free(lua_State *L, struct roster_buf *url, int index,
                      struct roster_refusal *refusal) {
  luaL_checkstack(L, 10, "query");
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    struct query q;
    char label[MAX_NAME];
    const char *name;
    size_t n;
    int i;
    if (lua_type(L, -2) != LUA_TSTRING)
      return roster_refuse(refusal, 1, "query: a name must be a string");
    name = lua_tolstring(L, -2, &n);
    if (strlen(name) != n || !roster_text_is_utf8(name, n))
      return roster_refuse(refusal, 0, "query: a name is not valid UTF-8");
    snprintf(label, sizeof(label), "query.%.64s", lua_tostring(L, -2));
    q.url = url;
    q.label = label;
    q.type = ROSTER_ANY;
    q.check = 1;
    q.keys = NULL;
    q.refusal = refusal;
    if (!lua_istable(L, -1) && !add_plain(L, &q, lua_tostring(L, -2)))
      return 0;
    if (lua_istable(L, -1) && !is_list(L))
      return refuse_type(L, &q, "a value or a list of values");
    for (i = 1; lua_istable(L, -1) && i <= (int)lua_rawlen(L, -1); i++) {
      lua_rawgeti(L, -1, i);
      if (!add_plain(L, &q, lua_tostring(L, -3)))
        return 0;
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  return 1;
}
