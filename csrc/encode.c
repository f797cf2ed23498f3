/* A Lua value to JSON bytes; the contract is in encode.h. */
#include "encode.h"
#include "encode_model.h"
#include "marks.h"
#include "number.h"
#include "view.h"

#include <limits.h>
#include <stdio.h>

/* What a table can be. */
enum shape { SHAPE_FAULT, SHAPE_EMPTY, SHAPE_LIST, SHAPE_OBJECT };

static int write_value(struct roster_writer *w, int index,
                       const struct roster_want *want,
                       const struct roster_trail *at, int depth);

/* ------------------------------------------------------------------ faults */

static int fail_type(struct roster_writer *w, const struct roster_trail *at,
                     const struct roster_want *want, const char *got) {
  static const char *const names[] = {"value",   "string", "boolean",
                                      "integer", "number", "string",
                                      "object",  "list",   "object"};
  return roster_encode_fail(w, at, "expected %s, got %s", names[want->type],
                            got);
}

/* Returns 1 as long as the buffer took everything. */
static int written(struct roster_writer *w) {
  struct roster_fault *fault = w->fault;
  const struct roster_buf *out = w->e->out;
  if (out->error == ROSTER_BUF_OK)
    return 1;
  if (out->error == ROSTER_BUF_TOOBIG)
    snprintf(fault->text, sizeof fault->text, "body: larger than %lu bytes",
             (unsigned long)out->max);
  else
    snprintf(fault->text, sizeof fault->text, "body: out of memory");
  return 0;
}

/* ----------------------------------------------------------------- scalars */

static int add(struct roster_writer *w, const char *text, size_t n) {
  roster_buf_add(w->e->out, text, n);
  return written(w);
}

static int write_text(struct roster_writer *w, const char *text, size_t n,
                      const struct roster_trail *at, const char *what) {
  if (roster_json_write_string(w->e->out, text, n) == ROSTER_WRITE_NOT_UTF8)
    return roster_encode_fail(w, at, "%s is not UTF-8", what);
  return written(w);
}

static int write_boolean(struct roster_writer *w, int index,
                         const struct roster_want *want,
                         const struct roster_trail *at) {
  if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_BOOLEAN)
    return fail_type(w, at, want, "boolean");
  return lua_toboolean(w->L, index) ? add(w, "true", 4) : add(w, "false", 5);
}

static int write_number(struct roster_writer *w, int index,
                        const struct roster_want *want,
                        const struct roster_trail *at) {
#if ROSTER_INTEGERS
  const double most = 9007199254740992.0; /* 2^53 */
#else
  const double most = 9007199254740991.0; /* 2^53 may have been 2^53 + 1 */
#endif
  double number = (double)lua_tonumber(w->L, index);
  char text[ROSTER_NUMBER_MAX];
  if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_INTEGER &&
      want->type != ROSTER_NUMBER)
    return fail_type(w, at, want, "number");
#if ROSTER_INTEGERS
  if (lua_isinteger(w->L, index)) {
    snprintf(text, sizeof text, "%lld", (long long)lua_tointeger(w->L, index));
    return add(w, text, strlen(text));
  }
#endif
  if (number != number)
    return roster_encode_fail(w, at, "NaN cannot be sent");
  if (number - number != 0)
    return roster_encode_fail(w, at, "an infinity cannot be sent");
  if (want->check && want->type == ROSTER_INTEGER) {
    if (number < -most || number > most)
      return roster_encode_fail(w, at,
                                "integer beyond 2^53 is not exact here, "
                                "pass its digits as a string");
    if (number != (double)(long long)number)
      return fail_type(w, at, want, "number with a fraction");
  }
  if (want->type == ROSTER_INTEGER && number == 0)
    number = 0; /* not -0, which is no integer */
  roster_json_number(number, text, sizeof text);
  return add(w, text, strlen(text));
}

static int write_string(struct roster_writer *w, int index,
                        const struct roster_want *want,
                        const struct roster_trail *at) {
  size_t n;
  const char *text = lua_tolstring(w->L, index, &n);
  switch (want->type) {
  case ROSTER_ANY:
  case ROSTER_STRING:
  case ROSTER_DATETIME:
    return write_text(w, text, n, at, "string");
  case ROSTER_INTEGER:
    if (roster_json_is_integer(text, n))
      return add(w, text, n);
    break;
  case ROSTER_NUMBER:
    if (roster_json_is_number(text, n))
      return add(w, text, n);
    break;
  default:
    break;
  }
  if (want->check)
    return fail_type(w, at, want, "string");
  return write_text(w, text, n, at, "string");
}

/* A userdata: a number that is kept as its text, or nothing that can be sent.
 */
static int write_held(struct roster_writer *w, int index,
                      const struct roster_want *want,
                      const struct roster_trail *at) {
  size_t n;
  const char *text = roster_number_to(w->L, index, &n);
  if (text == NULL)
    return roster_encode_fail(w, at, "cannot send a userdata");
  if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_NUMBER &&
      (want->type != ROSTER_INTEGER || !roster_json_is_integer(text, n)))
    return fail_type(w, at, want, "roster.number");
  return add(w, text, n);
}

/* A bare string for the object whose first field it is. */
static int write_wrapped(struct roster_writer *w, int index,
                         const struct roster_want *want,
                         const struct roster_trail *at) {
  const struct roster_field *field = &want->model->fields[0];
  struct roster_trail inside = {at, NULL, field->name, strlen(field->name), 0};
  struct roster_want inner = roster_want_anything;
  inner.type = field->type;
  inner.check = want->inside;
  w->e->filled = 1;
  w->e->suspects += (field->flags & ROSTER_SECRET) != 0;
  return add(w, "{", 1) && write_text(w, field->name, inside.len, at, "key") &&
         add(w, ":", 1) && write_value(w, index, &inner, &inside, 0) &&
         add(w, "}", 1);
}

/* ------------------------------------------------------------------ tables */

/* Whether the number at `index` can be one of a list; puts it into *out. [-0,
 * +0, -] */
static int read_index(lua_State *L, int index, size_t *out) {
  double number = (double)lua_tonumber(L, index);
  if (number < 1 || number > INT_MAX)
    return 0;
  *out = (size_t)number;
  return (double)*out == number;
}

/*
** Looks at every key of the table at `index`, which is or is not marked as a
** list, and counts them into *n. [-0, +0, -]
*/
static enum shape read_shape(struct roster_writer *w, int index,
                             const struct roster_trail *at, int marked,
                             size_t *n) {
  lua_State *L = w->L;
  size_t last = lua_rawlen(L, index);
  size_t numbered = 0;
  size_t named = 0;
  int holes = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    size_t i;
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) {
      named++;
    } else if (lua_type(L, -1) == LUA_TNUMBER && read_index(L, -1, &i)) {
      numbered++;
      holes = holes || i > last;
    } else {
      roster_encode_fail(w, at, "key must be a string, got %s",
                         luaL_typename(L, -1));
      lua_pop(L, 1);
      return SHAPE_FAULT;
    }
  }
  *n = named + numbered;
  if (named > 0 && (numbered > 0 || marked)) {
    roster_encode_fail(w, at,
                       numbered > 0 ? "both named and numbered keys"
                                    : "named keys in a list");
    return SHAPE_FAULT;
  }
  if (holes || (numbered > 0 && numbered != last)) {
    roster_encode_fail(w, at, "list with holes");
    return SHAPE_FAULT;
  }
  if (named > 0)
    return SHAPE_OBJECT;
  return numbered > 0 || marked ? SHAPE_LIST : SHAPE_EMPTY;
}

static int write_list(struct roster_writer *w, int index,
                      const struct roster_want *want,
                      struct roster_trail *inside, size_t n, int depth) {
  struct roster_want item = roster_want_anything;
  if (want->type == ROSTER_ARRAY) {
    item.type = want->item;
    item.model = want->model;
    item.check = want->inside;
    item.inside = want->inside;
    item.up = want->up;
    item.holder = want->holder;
  }
  if (!add(w, "[", 1))
    return 0;
  for (inside->index = 1; inside->index <= n; inside->index++) {
    int ok;
    if (inside->index > 1 && !add(w, ",", 1))
      return 0;
    lua_rawgeti(w->L, index, (int)inside->index);
    ok = write_value(w, lua_gettop(w->L), &item, inside, depth);
    lua_pop(w->L, 1);
    if (!ok)
      return 0;
  }
  return add(w, "]", 1);
}

/* [-0, +0, m] */
static int write_object(struct roster_writer *w, int index,
                        const struct roster_want *want,
                        struct roster_trail *inside, int depth) {
  lua_State *L = w->L;
  const struct roster_model *kind = NULL;
  int first = 1;
  if (want->type == ROSTER_OBJECT && want->model != NULL &&
      !roster_want_kind(w, index, want, inside, &kind))
    return 0;
  if (!add(w, "{", 1))
    return 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    const struct roster_field *field = NULL;
    struct roster_want member = roster_want_anything;
    inside->key = lua_tolstring(L, -2, &inside->len);
    if (kind != NULL)
      field = roster_model_field(kind, inside->key, inside->len);
    w->e->suspects += field == NULL || (field->flags & ROSTER_SECRET) != 0;
    if (field != NULL && (field->flags & ROSTER_READ_ONLY) == 0) {
      roster_want_field(field, want, &member);
      w->e->filled = w->e->filled || want->up == NULL;
    } else if (!roster_want_other(w, index, want, kind, inside, &member)) {
      lua_pop(L, 2);
      return 0;
    }
    member.up = want;
    member.holder = index;
    if ((!first && !add(w, ",", 1)) ||
        !write_text(w, inside->key, inside->len, inside, "key") ||
        !add(w, ":", 1) ||
        !write_value(w, lua_gettop(L), &member, inside, depth)) {
      lua_pop(L, 2);
      return 0;
    }
    lua_pop(L, 1);
    first = 0;
  }
  return add(w, "}", 1);
}

/* [-0, +0, m] */
static int write_table(struct roster_writer *w, int index,
                       const struct roster_want *want,
                       const struct roster_trail *at, int depth) {
  struct roster_trail inside = {at, lua_topointer(w->L, index), NULL, 0, 0};
  enum shape shape;
  size_t n;
  int marked;
  if (roster_trail_holds(at, inside.container))
    return roster_encode_fail(w, at, "cyclic");
  if (depth >= ROSTER_JSON_DEPTH)
    return roster_encode_fail(w, at, "nested too deep");
  if (!lua_checkstack(w->L, 8))
    return roster_encode_fail(w, at, "out of memory");
  marked = roster_marks_has(w->L, w->marks, index);
  if (!marked && roster_view_is(w->L, index)) {
    w->e->view = 1;
    return roster_encode_fail(w, at, "has to be read through its metatable");
  }
  shape = read_shape(w, index, at, marked, &n);
  if (shape == SHAPE_FAULT)
    return 0;
  if (shape == SHAPE_EMPTY)
    shape = want->type == ROSTER_ARRAY ? SHAPE_LIST : SHAPE_OBJECT;
  if (shape == SHAPE_LIST) {
    if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_ARRAY)
      return fail_type(w, at, want, "list");
    return write_list(w, index, want, &inside, n, depth + 1);
  }
  if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_OBJECT &&
      want->type != ROSTER_MAP)
    return fail_type(w, at, want, "object");
  return write_object(w, index, want, &inside, depth + 1);
}

/* Light userdata: null, or another library's empty list. */
static int write_light(struct roster_writer *w, int index,
                       const struct roster_want *want,
                       const struct roster_trail *at) {
  if (lua_touserdata(w->L, index) == NULL)
    return add(w, "null", 4);
  if (!roster_marks_has(w->L, w->marks, index))
    return roster_encode_fail(w, at, "cannot send a userdata");
  if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_ARRAY)
    return fail_type(w, at, want, "list");
  return add(w, "[]", 2);
}

static int write_value(struct roster_writer *w, int index,
                       const struct roster_want *want,
                       const struct roster_trail *at, int depth) {
  switch (lua_type(w->L, index)) {
  case LUA_TBOOLEAN:
    return write_boolean(w, index, want, at);
  case LUA_TNUMBER:
    return write_number(w, index, want, at);
  case LUA_TSTRING:
    if (want->type == ROSTER_OBJECT && want->model != NULL &&
        want->model->wraps)
      return write_wrapped(w, index, want, at);
    return write_string(w, index, want, at);
  case LUA_TTABLE:
    return write_table(w, index, want, at, depth);
  case LUA_TLIGHTUSERDATA:
    return write_light(w, index, want, at);
  case LUA_TUSERDATA:
    return write_held(w, index, want, at);
  case LUA_TNIL:
  case LUA_TNONE:
    return roster_encode_fail(w, at, "nothing to send");
  default:
    return roster_encode_fail(w, at, "cannot send a %s",
                              luaL_typename(w->L, index));
  }
}

/* --------------------------------------------------------------------- API */

void roster_encoder_init(struct roster_encoder *e, struct roster_buf *out,
                         int check) {
  e->out = out;
  e->check = check;
  e->extra = 0;
  e->view = 0;
  e->misuse = 0;
  e->filled = 0;
  e->suspects = 0;
}

/* Forgets what was written from `start` on. */
static void take_back(struct roster_buf *out, size_t start) {
  if (out->len > start) {
    roster_wipe(out->data + start, out->len - start);
    out->len = start;
  }
}

int roster_encode(lua_State *L, int index, const struct roster_model *model,
                  struct roster_encoder *e, struct roster_fault *fault) {
  struct roster_writer w;
  struct roster_want want = roster_want_anything;
  size_t start = e->out->len;
  int top = lua_gettop(L);
  int ok;
  w.L = L;
  w.e = e;
  w.fault = fault;
  w.root = model;
  index = lua_absindex(L, index);
  fault->text[0] = '\0';
  e->suspects = !e->check;
  if (model != NULL) {
    want.type = ROSTER_OBJECT;
    want.model = model;
    want.check = e->check;
    want.inside = e->check;
  }
  luaL_checkstack(L, 8, "JSON");
  roster_marks_push_all(L);
  w.marks = top + 1;
  ok = write_value(&w, index, &want, NULL, 0);
  lua_settop(L, top);
  if (!ok)
    take_back(e->out, start);
  return ok;
}
