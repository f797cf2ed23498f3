/* A Lua value to JSON bytes; the contract is in encode.h. */
#include "encode.h"
#include "marks.h"
#include "trail.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

enum {
  PLACE = 150, /* bytes of a place in a fault */
  REASON = 100
};

/* What the model says about a value. */
struct want {
  int type;
  int item;
  const struct roster_model *model;
  int check;  /* this value */
  int inside; /* and those in it */
};

struct writer {
  lua_State *L;
  struct roster_encoder *e;
  struct roster_fault *fault;
  int marks; /* stack index */
};

/* What a table can be. */
enum shape { SHAPE_FAULT, SHAPE_EMPTY, SHAPE_LIST, SHAPE_OBJECT };

static const struct want anything = {ROSTER_ANY, ROSTER_ANY, NULL, 0, 0};

static int write_value(struct writer *w, int index, const struct want *want,
                       const struct roster_trail *at, int depth);

/* ------------------------------------------------------------------ faults */

/* Writes "place: reason" into the fault; returns 0. */
static int fail(struct writer *w, const struct roster_trail *at,
                const char *format, ...) {
  char place[PLACE];
  char reason[REASON];
  va_list args;
  va_start(args, format);
  vsnprintf(reason, sizeof reason, format, args);
  va_end(args);
  roster_trail_write(at, place, sizeof place);
  snprintf(w->fault->text, sizeof w->fault->text, "%s: %s", place, reason);
  return 0;
}

static int fail_type(struct writer *w, const struct roster_trail *at,
                     const struct want *want, const char *got) {
  static const char *const names[] = {"value",   "string", "boolean",
                                      "integer", "number", "string",
                                      "object",  "list",   "object"};
  return fail(w, at, "expected %s, got %s", names[want->type], got);
}

/* Returns 1 as long as the buffer took everything. */
static int written(struct writer *w) {
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

static int add(struct writer *w, const char *text, size_t n) {
  roster_buf_add(w->e->out, text, n);
  return written(w);
}

static int write_text(struct writer *w, const char *text, size_t n,
                      const struct roster_trail *at, const char *what) {
  if (roster_json_write_string(w->e->out, text, n) == ROSTER_WRITE_NOT_UTF8)
    return fail(w, at, "%s is not UTF-8", what);
  return written(w);
}

static int write_boolean(struct writer *w, int index, const struct want *want,
                         const struct roster_trail *at) {
  if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_BOOLEAN)
    return fail_type(w, at, want, "boolean");
  return lua_toboolean(w->L, index) ? add(w, "true", 4) : add(w, "false", 5);
}

static int write_number(struct writer *w, int index, const struct want *want,
                        const struct roster_trail *at) {
  const double exact = 9007199254740992.0; /* 2^53 */
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
    return fail(w, at, "NaN cannot be sent");
  if (number - number != 0)
    return fail(w, at, "an infinity cannot be sent");
  if (want->check && want->type == ROSTER_INTEGER) {
    if (number < -exact || number > exact)
      return fail(w, at,
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

static int write_string(struct writer *w, int index, const struct want *want,
                        const struct roster_trail *at) {
  size_t n;
  const char *text = lua_tolstring(w->L, index, &n);
  switch (want->type) {
  case ROSTER_ANY:
  case ROSTER_STRING:
  case ROSTER_DATETIME:
    return write_text(w, text, n, at, "string");
  case ROSTER_INTEGER:
  case ROSTER_NUMBER:
    if (roster_json_is_integer(text, n))
      return add(w, text, n);
    break;
  default:
    break;
  }
  if (want->check)
    return fail_type(w, at, want, "string");
  return write_text(w, text, n, at, "string");
}

/* A bare string for the object whose first field it is. */
static int write_wrapped(struct writer *w, int index, const struct want *want,
                         const struct roster_trail *at) {
  const struct roster_field *field = &want->model->fields[0];
  struct roster_trail inside = {at, NULL, field->name, strlen(field->name), 0};
  struct want inner = anything;
  inner.type = field->type;
  inner.check = want->inside;
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
** Looks at every key of the table at `index` and counts them into *n.
** [-0, +0, -]
*/
static enum shape read_shape(struct writer *w, int index,
                             const struct roster_trail *at, size_t *n) {
  lua_State *L = w->L;
  int marked = roster_marks_has(L, w->marks, index);
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
      fail(w, at, "key must be a string, got %s", luaL_typename(L, -1));
      lua_pop(L, 1);
      return SHAPE_FAULT;
    }
  }
  *n = named + numbered;
  if (named > 0 && (numbered > 0 || marked)) {
    fail(w, at,
         numbered > 0 ? "both named and numbered keys"
                      : "named keys in a list");
    return SHAPE_FAULT;
  }
  if (holes || (numbered > 0 && numbered != last)) {
    fail(w, at, "list with holes");
    return SHAPE_FAULT;
  }
  if (named > 0)
    return SHAPE_OBJECT;
  return numbered > 0 || marked ? SHAPE_LIST : SHAPE_EMPTY;
}

static int write_list(struct writer *w, int index, const struct want *want,
                      struct roster_trail *inside, size_t n, int depth) {
  struct want item = anything;
  if (want->type == ROSTER_ARRAY) {
    item.type = want->item;
    item.model = want->model;
    item.check = want->inside;
    item.inside = want->inside;
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

/* The kind of model that the table at `index` says it is. [-0, +0, m] */
static const struct roster_model *pick_kind(lua_State *L, int index,
                                            const struct roster_model *model) {
  const struct roster_model *kind = NULL;
  if (model->discriminator == NULL)
    return model;
  lua_pushstring(L, model->discriminator);
  lua_rawget(L, index);
  if (lua_type(L, -1) == LUA_TSTRING) {
    size_t n;
    const char *tag = lua_tolstring(L, -1, &n);
    kind = roster_model_variant(model, tag, n);
  }
  lua_pop(L, 1);
  return kind != NULL ? kind : model;
}

/* [-0, +0, m] */
static int check_required(struct writer *w, int index,
                          const struct roster_model *model,
                          struct roster_trail *inside) {
  int i;
  for (i = 0; i < model->field_count; i++) {
    const struct roster_field *field = &model->fields[i];
    int missing;
    if ((field->flags & (ROSTER_REQUIRED | ROSTER_READ_ONLY)) !=
        ROSTER_REQUIRED)
      continue;
    lua_pushstring(w->L, field->name);
    lua_rawget(w->L, index);
    missing = lua_isnil(w->L, -1);
    lua_pop(w->L, 1);
    if (missing) {
      inside->key = field->name;
      inside->len = strlen(field->name);
      return fail(w, inside, "required");
    }
  }
  return 1;
}

/* What is wanted of a member of that name, which is counted if it is suspect.
 */
static struct want want_member(struct roster_encoder *e,
                               const struct want *want,
                               const struct roster_model *kind,
                               const char *name, size_t n) {
  const struct roster_field *field = NULL;
  struct want member = anything;
  if (kind != NULL) {
    field = roster_model_field(kind, name, n);
    if (field == NULL && kind != want->model)
      field = roster_model_field(want->model, name, n);
  } else if (want->type == ROSTER_MAP) {
    member.type = want->item;
    member.model = want->model;
    member.check = want->inside;
    member.inside = want->inside;
  }
  if (field != NULL) {
    member.type = field->type;
    member.item = field->item;
    member.model = field->model;
    member.check = want->inside;
    member.inside = want->inside && !(field->flags & ROSTER_READ_ONLY);
  }
  e->suspects += field == NULL || (field->flags & ROSTER_SECRET) != 0;
  return member;
}

/* [-0, +0, m] */
static int write_object(struct writer *w, int index, const struct want *want,
                        struct roster_trail *inside, int depth) {
  lua_State *L = w->L;
  const struct roster_model *kind = NULL;
  int first = 1;
  if (want->type == ROSTER_OBJECT && want->model != NULL) {
    kind = pick_kind(L, index, want->model);
    if (want->inside && (!check_required(w, index, kind, inside) ||
                         (kind != want->model &&
                          !check_required(w, index, want->model, inside))))
      return 0;
  }
  if (!add(w, "{", 1))
    return 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    struct want member;
    inside->key = lua_tolstring(L, -2, &inside->len);
    member = want_member(w->e, want, kind, inside->key, inside->len);
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
static int write_table(struct writer *w, int index, const struct want *want,
                       const struct roster_trail *at, int depth) {
  struct roster_trail inside = {at, lua_topointer(w->L, index), NULL, 0, 0};
  enum shape shape;
  size_t n;
  if (roster_trail_holds(at, inside.container))
    return fail(w, at, "cyclic");
  if (depth >= ROSTER_JSON_DEPTH)
    return fail(w, at, "nested too deep");
  if (!lua_checkstack(w->L, 8))
    return fail(w, at, "out of memory");
  shape = read_shape(w, index, at, &n);
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
static int write_light(struct writer *w, int index, const struct want *want,
                       const struct roster_trail *at) {
  if (lua_touserdata(w->L, index) == NULL)
    return add(w, "null", 4);
  if (!roster_marks_has(w->L, w->marks, index))
    return fail(w, at, "cannot send a userdata");
  if (want->check && want->type != ROSTER_ANY && want->type != ROSTER_ARRAY)
    return fail_type(w, at, want, "list");
  return add(w, "[]", 2);
}

static int write_value(struct writer *w, int index, const struct want *want,
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
  case LUA_TNIL:
  case LUA_TNONE:
    return fail(w, at, "nothing to send");
  default:
    return fail(w, at, "cannot send a %s", luaL_typename(w->L, index));
  }
}

/* --------------------------------------------------------------------- API */

void roster_encoder_init(struct roster_encoder *e, struct roster_buf *out,
                         int check) {
  e->out = out;
  e->check = check;
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
  struct writer w;
  struct want want = anything;
  size_t start = e->out->len;
  int top = lua_gettop(L);
  int ok;
  w.L = L;
  w.e = e;
  w.fault = fault;
  index = lua_absindex(L, index);
  fault->text[0] = '\0';
  e->suspects = 0;
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
