/*
** JSON bytes to Lua values; the contract is in decode.h. Two things make it
** fast. What belongs to a table waits on the Lua stack until the table's size
** is known, so no table is ever grown. And names are remembered: see names.h.
*/
#include "decode.h"
#include "collect.h"
#include "marks.h"
#include "names.h"

#include <limits.h>

enum {
  WAITING = 640, /* stack slots for what waits for its table, all levels */
  STEP = 64,     /* of these, so many are asked for at a time */
  PER_LEVEL = 5, /* slots that a level needs besides */
  LEVELS = 8,    /* these, for so many levels at a time */
  LESSONS =
      8192 /* names of a document that are searched for from the first on */
};

struct decoder {
  lua_State *L;
  struct roster_json in;
  struct roster_buf *scratch;
  struct roster_shape *shape;
  int flags;
  int marker;    /* stack index */
  int names;     /* stack index: the shape's strings */
  int room;      /* what is left of the slots asked for */
  int spare;     /* what of WAITING has not been asked for */
  short most;    /* names to remember */
  int outermost; /* depth of the objects that "_links" is dropped from */
  int lessons;   /* what is left of LESSONS */
};

/* The table that is being read. */
struct level {
  int slot;     /* stack index: nil until it is known how big it will be */
  int waiting;  /* pairs or elements on the stack above it */
  int fresh;    /* the table is not there yet */
  int distinct; /* the names so far are certain to differ */
  int last;     /* the name read last, below 0: none that is remembered */
  short *first; /* where names begin, NULL: do not remember any */
};

static int read_value(struct decoder *d, int depth, short *sub);

/* ----------------------------------------------------------------- scalars */

/* At the opening quote; pushes the string. [-0, +(0|1), m] */
static int read_string(struct decoder *d) {
  const char *text = d->in.at + 1;
  const char *end = roster_json_plain(text, d->in.end);
  size_t len = (size_t)(end - text);
  if (end < d->in.end && *end == '"') {
    d->in.at = end + 1;
  } else {
    d->in.at++;
    if (!roster_json_read_string(&d->in, d->scratch, &text, &len))
      return 0;
  }
  lua_pushlstring(d->L, text, len);
  return 1;
}

/* [-0, +(0|1), m] */
static int read_number(struct decoder *d) {
  struct roster_number n;
  if (!roster_json_read_number(&d->in, d->scratch, &n))
    return 0;
  if (n.kind == ROSTER_NUMBER_DOUBLE)
    lua_pushnumber(d->L, n.number);
#if ROSTER_INTEGERS
  else if (n.kind == ROSTER_NUMBER_INTEGER)
    lua_pushinteger(d->L, n.integer);
#else
  else if (n.kind == ROSTER_NUMBER_INTEGER && n.integer < (1LL << 53) &&
           n.integer > -(1LL << 53))
    lua_pushnumber(d->L, (double)n.integer);
#endif
  else
    lua_pushlstring(d->L, n.text, n.len);
  return 1;
}

/* ------------------------------------------------------------------- names */

/*
** The slow half of read_name: looks from the first name on, then remembers a
** new one behind the last. [-0, +(0|1), m]
*/
static int learn_name(struct decoder *d, struct level *o) {
  const char *text = d->in.at + 1;
  const char *end;
  size_t len;
  short i;
  o->distinct = 0;
  if (o->first == NULL || d->shape->count >= d->most || d->lessons == 0)
    return read_string(d);
  d->lessons--;
  end = roster_json_plain(text, d->in.end);
  len = (size_t)(end - text);
  if (end >= d->in.end || *end != '"' || len > ROSTER_NAMES_LONGEST)
    return read_string(d);
  i = roster_shape_search(d->shape, o->first, text, len);
  if (i >= 0) {
    d->in.at = end + 1;
    lua_rawgeti(d->L, d->names, i + 1);
    o->last = i;
    return 1;
  }
  if (!read_string(d))
    return 0;
  /* no name may be there twice: the second would pass as another */
  if (i == -1)
    o->last = roster_shape_add(d->L, d->names, d->shape,
                               o->last < 0 ? o->first
                                           : &d->shape->name[o->last].next);
  return 1;
}

/*
** At the opening quote of a member's name; pushes it. As long as each name
** is found ahead of the one before it, no two can be the same. [-0,+(0|1),m]
*/
static int read_name(struct decoder *d, struct level *o) {
  const char *text = d->in.at + 1;
  short i = -1;
  if (o->first != NULL)
    i = roster_shape_next(
        d->shape, o->last < 0 ? *o->first : d->shape->name[o->last].next, text,
        (size_t)(d->in.end - text));
  if (i < 0)
    return learn_name(d, o);
  d->in.at = text + d->shape->name[i].len + 1;
  lua_rawgeti(d->L, d->names, i + 1);
  o->last = i;
  return 1;
}

/* ------------------------------------------------------------------- stack */

/*
** Makes sure of the slots for what waits and for some levels more. A document
** seldom needs many, and a coroutine would keep them. [-0, +0, m]
*/
static void reserve(struct decoder *d) {
  luaL_checkstack(d->L, d->room + PER_LEVEL * (LEVELS + 1) + 8, "JSON");
}

/* Is there room for `n` more to wait? [-0, +0, m] */
static int has_room(struct decoder *d, int n) {
  if (d->room < n && d->spare > 0) {
    int more = d->spare < STEP ? d->spare : STEP;
    d->spare -= more;
    d->room += more;
    reserve(d);
  }
  return d->room >= n;
}

/* -------------------------------------------------------------- containers */

/* At the opening bracket; pushes what holds the table's place. [-0,+1,m] */
static void open_level(struct decoder *d, int depth, struct level *t,
                       short *first) {
  if (depth % LEVELS == 0)
    reserve(d);
  d->in.at++;
  roster_json_space(&d->in);
  lua_pushnil(d->L);
  t->slot = lua_gettop(d->L);
  t->waiting = 0;
  t->fresh = 1;
  t->distinct = 1;
  t->last = -1;
  t->first = first;
}

/*
** Puts the waiting pairs into the object's table. From the top of the stack
** down, unless a name may be there twice: then the last one has to count.
** [-2*waiting, +0, m]
*/
static void settle_pairs(lua_State *L, struct level *o) {
  int i;
  if (o->fresh) {
    lua_createtable(L, 0, o->waiting);
    lua_replace(L, o->slot);
    o->fresh = 0;
  }
  if (o->distinct) {
    for (i = o->waiting; i > 0; i--)
      lua_rawset(L, o->slot);
  } else {
    int top = o->slot + 2 * o->waiting;
    for (i = o->slot + 1; i < top; i += 2) {
      lua_pushvalue(L, i);
      lua_pushvalue(L, i + 1);
      lua_rawset(L, o->slot);
    }
    lua_settop(L, o->slot);
  }
  o->waiting = 0;
}

/* Puts the waiting elements into the list's table, whose last index will be
** `count`. [-waiting, +0, m] */
static void settle_elements(lua_State *L, struct level *a, int count) {
  if (a->fresh) {
    lua_createtable(L, count, 0);
    lua_replace(L, a->slot);
    a->fresh = 0;
  }
  for (; a->waiting > 0; a->waiting--, count--)
    lua_rawseti(L, a->slot, count);
}

static int read_colon(struct decoder *d) {
  roster_json_space(&d->in);
  if (d->in.at >= d->in.end || *d->in.at != ':')
    return roster_json_fail(&d->in, "expected ':'");
  d->in.at++;
  roster_json_space(&d->in);
  return 1;
}

/* Behind a member or an element. 1: another follows, 0: closed, -1: fault. */
static int read_comma(struct decoder *d, char close) {
  roster_json_space(&d->in);
  if (d->in.at < d->in.end && *d->in.at == ',') {
    d->in.at++;
    roster_json_space(&d->in);
    return 1;
  }
  if (d->in.at < d->in.end && *d->in.at == close) {
    d->in.at++;
    return 0;
  }
  roster_json_fail(&d->in, close == '}' ? "expected ',' or '}'"
                                        : "expected ',' or ']'");
  return -1;
}

/* Whether the member at hand is to be checked and dropped. */
static int is_unwanted(const struct decoder *d, int depth) {
  static const char links[] = "\"_links\"";
  return (d->flags & ROSTER_DECODE_NO_LINKS) && depth <= d->outermost &&
         (size_t)(d->in.end - d->in.at) >= sizeof links &&
         memcmp(d->in.at, links, sizeof links - 1) == 0;
}

/* Checks a name, a colon and a value, keeps nothing, not even repairs. */
static int skip_member(struct decoder *d, int depth) {
  const size_t repaired = d->in.repaired;
  const char *text;
  size_t len;
  int ok;
  d->in.at++;
  ok = roster_json_read_string(&d->in, d->scratch, &text, &len) &&
       read_colon(d) && roster_json_skip(&d->in, d->scratch, depth);
  d->in.repaired = repaired;
  return ok;
}

/* The value of the name on top: leaves a pair, or takes the name away when
** there is nothing to keep. [-(0|1), +(0|1), m] */
static int read_member(struct decoder *d, int depth, struct level *o) {
  short *sub = o->last < 0 ? NULL : &d->shape->name[o->last].sub;
  if (d->in.at >= d->in.end || *d->in.at != 'n' ||
      (d->flags & ROSTER_DECODE_KEEP_NULLS)) {
    if (!read_value(d, depth, sub))
      return 0;
  } else {
    if (!roster_json_read_literal(&d->in, "null", 4))
      return 0;
    if (o->distinct) {
      lua_pop(d->L, 1);
      return 1;
    }
    lua_pushnil(d->L); /* may have to undo an earlier member */
  }
  o->waiting++;
  if (has_room(d, 2)) {
    d->room -= 2;
  } else {
    d->room += 2 * (o->waiting - 1);
    settle_pairs(d->L, o);
  }
  return 1;
}

/* [-0, +(0|1), m] */
static int read_object(struct decoder *d, int depth, short *first) {
  struct level o;
  int more = 1;
  open_level(d, depth, &o, first);
  if (d->in.at < d->in.end && *d->in.at == '}') {
    d->in.at++;
    more = 0;
  }
  while (more) {
    if (d->in.at >= d->in.end || *d->in.at != '"')
      return roster_json_fail(&d->in, "expected a member name");
    if (!roster_json_count(&d->in))
      return 0;
    if (is_unwanted(d, depth)) {
      if (!skip_member(d, depth))
        return 0;
    } else if (!read_name(d, &o) || !read_colon(d) ||
               !read_member(d, depth, &o)) {
      return 0;
    }
    more = read_comma(d, '}');
    if (more < 0)
      return 0;
  }
  d->room += 2 * o.waiting;
  settle_pairs(d->L, &o);
  return 1;
}

/* [-0, +(0|1), m] */
static int read_array(struct decoder *d, int depth, short *sub) {
  struct level a;
  short own = -1;
  int count = 0;
  int more = 1;
  if (sub == NULL)
    sub = &own; /* this is the outermost list */
  open_level(d, depth, &a, NULL);
  if (d->in.at < d->in.end && *d->in.at == ']') {
    d->in.at++;
    more = 0;
  }
  while (more) {
    if (!read_value(d, depth, sub))
      return 0;
    if (count == INT_MAX)
      return roster_json_fail(&d->in, "too many elements");
    count++;
    a.waiting++;
    if (has_room(d, 1)) {
      d->room--;
    } else {
      d->room += a.waiting - 1;
      settle_elements(d->L, &a, count);
    }
    more = read_comma(d, ']');
    if (more < 0)
      return 0;
  }
  d->room += a.waiting;
  settle_elements(d->L, &a, count);
  lua_pushvalue(d->L, d->marker);
  lua_setmetatable(d->L, a.slot);
  return 1;
}

/* One value at `depth`; `sub` as for read_object. [-0, +(0|1), m] */
static int read_value(struct decoder *d, int depth, short *sub) {
  char c = d->in.at < d->in.end ? *d->in.at : '\0';
  if (!roster_json_count(&d->in))
    return 0;
  switch (c) {
  case '"':
    return read_string(d);
  case '{':
  case '[':
    if (depth >= ROSTER_JSON_DEPTH)
      return roster_json_fail(&d->in, "nested too deep");
    return c == '{' ? read_object(d, depth + 1, sub)
                    : read_array(d, depth + 1, sub);
  case 't':
    lua_pushboolean(d->L, 1);
    return roster_json_read_literal(&d->in, "true", 4);
  case 'f':
    lua_pushboolean(d->L, 0);
    return roster_json_read_literal(&d->in, "false", 5);
  case 'n':
    lua_pushlightuserdata(d->L, NULL);
    return roster_json_read_literal(&d->in, "null", 4);
  default:
    if (c != '-' && (c < '0' || c > '9'))
      return roster_json_fail(&d->in, "expected a value");
    return read_number(d);
  }
}

/* Everything: the value, and nothing behind it. [-0, +(0|1), m] */
static int read_all(struct decoder *d) {
  roster_json_space(&d->in);
  d->outermost = d->in.at < d->in.end && *d->in.at == '[' ? 2 : 1;
  /* of a kind that is not known, only a list's records come more than once */
  if (!read_value(d, 0, d->shape->kind != NULL ? &d->shape->first : NULL))
    return 0;
  roster_json_space(&d->in);
  if (d->in.at < d->in.end)
    return roster_json_fail(&d->in, "expected nothing more");
  return 1;
}

/* Of a kind that is not known, a name seldom comes twice in a few bytes. */
static short most_names(const struct roster_model *model, size_t len) {
  return model != NULL || len / 64 > ROSTER_NAMES_MOST ? ROSTER_NAMES_MOST
                                                       : (short)(len / 64);
}

int roster_decode(lua_State *L, const char *json, size_t len,
                  const struct roster_model *model, int flags,
                  size_t max_values, size_t *repaired,
                  struct roster_fault *fault) {
  struct decoder d;
  struct roster_memory *memory;
  int base = lua_gettop(L);
  int decoded;
  int short_of; /* memory */
  d.L = L;
  d.flags = flags;
  d.room = 0;
  d.spare = WAITING;
  d.most = most_names(model, len);
  d.lessons = LESSONS;
  roster_json_init(&d.in, json, len, max_values, fault);
  d.in.repairs = repaired != NULL;
  luaL_checkstack(L, 8, "JSON");
  memory = roster_memory_take(L);
  roster_collect_before(L, len, &memory->heap);
  d.scratch = &memory->scratch;
  roster_marks_push(L);
  d.marker = base + 2;
  d.shape = roster_memory_shape(L, base + 1, model);
  d.names = base + 3;
  reserve(&d);
  decoded = read_all(&d);
  short_of = memory->scratch.error == ROSTER_BUF_NOMEM;
  roster_memory_give(memory);
  if (!decoded && short_of)
    luaL_error(L, "not enough memory"); /* says nothing of the bytes */
  if (!decoded) {
    lua_settop(L, base);
    return 0;
  }
  if (repaired != NULL)
    *repaired = d.in.repaired;
  lua_replace(L, base + 1);
  lua_settop(L, base + 1);
  return 1;
}
