/*
** JSON bytes to Lua values; the contract is in decode.h. Two things make it
** fast. What belongs to a table waits on the Lua stack until the table's size
** is known, so no table is ever grown. And the records of a list have the
** same members in the same order, so each name is remembered with the name
** that came after it: comparing it costs less than making it a string again.
*/
#include "decode.h"
#include "marks.h"

#include <limits.h>

enum {
  WAITING = 640,  /* stack slots for what waits for its table, all levels */
  PER_LEVEL = 5,  /* slots that a level needs besides */
  NAMES = 160,    /* names remembered */
  AHEAD = 6,      /* how far a name is looked for before it is read anew */
  BEHIND = 40,    /* and how far then, before it is remembered anew */
  LONGEST = 40,   /* bytes of a name worth remembering */
  KEEP = 64 << 10 /* bytes of scratch kept from one call to the next */
};

#define SCRATCH "roster.scratch"

/* A name met in an object; its string waits at stack index `names` + i. */
struct name {
  const char *text; /* in the bytes */
  short len;
  short next; /* the name that followed, below 0: none */
  short sub;  /* the first name in objects under this one */
};

struct decoder {
  lua_State *L;
  struct roster_json in;
  struct roster_buf *scratch;
  int flags;
  int marker; /* stack index */
  int names;
  int room; /* what is left of WAITING */
  short count;
  short most;
  int outermost; /* depth of the objects that "_links" is dropped from */
  struct name name[NAMES];
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

/* ----------------------------------------------------------------- scratch */

/* [-0, +0, -] */
static int scratch_gc(lua_State *L) {
  roster_buf_free((struct roster_buf *)lua_touserdata(L, 1));
  return 0;
}

/*
** Pushes a buffer that no other decoding uses: while one is at work the
** registry has none, so a finalizer that decodes makes its own. [-0, +1, m]
*/
static struct roster_buf *take_scratch(lua_State *L) {
  struct roster_buf *b;
  lua_getfield(L, LUA_REGISTRYINDEX, SCRATCH);
  b = (struct roster_buf *)lua_touserdata(L, -1);
  if (b != NULL) {
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, SCRATCH);
    return b;
  }
  lua_pop(L, 1);
  b = (struct roster_buf *)roster_newuserdata(L, sizeof *b);
  roster_buf_init(b, ((size_t)-1) / 4);
  if (luaL_newmetatable(L, SCRATCH ".type")) {
    lua_pushcfunction(L, scratch_gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return b;
}

/* Puts the buffer at `index` back. [-0, +0, m] */
static void give_scratch(lua_State *L, int index) {
  struct roster_buf *b = (struct roster_buf *)lua_touserdata(L, index);
  if (b->cap > KEEP)
    roster_buf_free(b);
  lua_pushvalue(L, index);
  lua_setfield(L, LUA_REGISTRYINDEX, SCRATCH);
}

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
  else if (n.kind == ROSTER_NUMBER_INTEGER && n.integer <= (1LL << 53) &&
           n.integer >= -(1LL << 53))
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
  const char *end = roster_json_plain(text, d->in.end);
  size_t len = (size_t)(end - text);
  int tries = BEHIND;
  short *link;
  short i;
  o->distinct = 0;
  if (o->first == NULL || d->count >= d->most || end >= d->in.end ||
      *end != '"' || len > LONGEST)
    return read_string(d);
  for (i = *o->first; i >= 0 && tries > 0; i = d->name[i].next, tries--) {
    struct name *n = &d->name[i];
    if (n->len == (short)len && memcmp(n->text, text, len) == 0) {
      d->in.at = end + 1;
      lua_pushvalue(d->L, d->names + i);
      o->last = i;
      return 1;
    }
  }
  if (!read_string(d))
    return 0;
  i = d->count++;
  link = o->last < 0 ? o->first : &d->name[o->last].next;
  d->name[i].text = text;
  d->name[i].len = (short)len;
  d->name[i].next = *link;
  d->name[i].sub = -1;
  *link = i;
  o->last = i;
  lua_pushvalue(d->L, -1);
  lua_replace(d->L, d->names + i);
  return 1;
}

/*
** At the opening quote of a member's name; pushes it. As long as each name
** is found ahead of the one before it, no two can be the same. [-0,+(0|1),m]
*/
static int read_name(struct decoder *d, struct level *o) {
  const char *text = d->in.at + 1;
  size_t left = (size_t)(d->in.end - text);
  int tries = AHEAD;
  short i = -1;
  if (o->first != NULL)
    i = o->last < 0 ? *o->first : d->name[o->last].next;
  for (; i >= 0 && tries > 0; i = d->name[i].next, tries--) {
    const struct name *n = &d->name[i];
    size_t len = (size_t)n->len;
    if (left > len && text[len] == '"' && memcmp(text, n->text, len) == 0) {
      d->in.at = text + len + 1;
      lua_pushvalue(d->L, d->names + i);
      o->last = i;
      return 1;
    }
  }
  return learn_name(d, o);
}

/* -------------------------------------------------------------- containers */

/* At the opening bracket; pushes what holds the table's place. [-0,+1,-] */
static void open_level(struct decoder *d, struct level *t, short *first) {
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

/* Checks a name, a colon and a value, keeps nothing. */
static int skip_member(struct decoder *d, int depth) {
  const char *text;
  size_t len;
  d->in.at++;
  return roster_json_read_string(&d->in, d->scratch, &text, &len) &&
         read_colon(d) && roster_json_skip(&d->in, d->scratch, depth);
}

/* The value of the name on top: leaves a pair, or takes the name away when
** there is nothing to keep. [-(0|1), +(0|1), m] */
static int read_member(struct decoder *d, int depth, struct level *o) {
  short *sub = o->last < 0 ? NULL : &d->name[o->last].sub;
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
  if (d->room >= 2) {
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
  open_level(d, &o, first);
  if (d->in.at < d->in.end && *d->in.at == '}') {
    d->in.at++;
    more = 0;
  }
  while (more) {
    if (d->in.at >= d->in.end || *d->in.at != '"')
      return roster_json_fail(&d->in, "expected a member name");
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
  int count = 0;
  int more = 1;
  open_level(d, &a, NULL);
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
    if (d->room >= 1) {
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
  short first = -1;
  roster_json_space(&d->in);
  d->outermost = d->in.at < d->in.end && *d->in.at == '[' ? 2 : 1;
  if (!read_value(d, 0, &first))
    return 0;
  roster_json_space(&d->in);
  if (d->in.at < d->in.end)
    return roster_json_fail(&d->in, "expected nothing more");
  return 1;
}

static int least(size_t a, int b) { return a < (size_t)b ? (int)a : b; }

int roster_decode(lua_State *L, const char *json, size_t len,
                  const struct roster_model *model, int flags,
                  struct roster_fault *fault) {
  struct decoder d;
  int base = lua_gettop(L);
  int decoded;
  (void)model; /* what came before predicts better than what is documented */
  d.L = L;
  d.flags = flags;
  d.room = least(len / 2, WAITING); /* "0," is the least that takes a slot */
  d.most = (short)least(len / 64, NAMES);
  d.count = 0;
  roster_json_init(&d.in, json, len, fault);
  luaL_checkstack(
      L, d.room + d.most + 8 + PER_LEVEL * (1 + least(len, ROSTER_JSON_DEPTH)),
      "JSON");
  d.scratch = take_scratch(L);
  roster_marks_push(L);
  d.marker = base + 2;
  d.names = base + 3;
  lua_settop(L, base + 2 + d.most);
  decoded = read_all(&d);
  give_scratch(L, base + 1);
  if (!decoded) {
    lua_settop(L, base);
    return 0;
  }
  lua_replace(L, base + 1);
  lua_settop(L, base + 1);
  return 1;
}
