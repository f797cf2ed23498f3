/* Names remembered; the contract is in names.h. */
#include "names.h"

#define MEMORY "roster.memory" /* registry: userdata and its metatable */

enum {
  BEHIND = 60,    /* how many names are compared before one is a new one */
  KEEP = 64 << 10 /* bytes of scratch kept from one time to the next */
};

/* [-0, +0, -] */
static int memory_gc(lua_State *L) {
  struct roster_memory *m = (struct roster_memory *)lua_touserdata(L, 1);
  roster_buf_free(&m->scratch);
  return 0;
}

/* [-0, +1, m] */
static void create_metatable(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, memory_gc);
  lua_setfield(L, -2, "__gc");
}

/* [-0, +1, m] */
static struct roster_memory *create(lua_State *L) {
  struct roster_memory *m =
      (struct roster_memory *)roster_newuserdata(L, sizeof *m);
  memset(m, 0, sizeof *m);
  roster_buf_init(&m->scratch, ((size_t)-1) / 4);
  roster_pushmetatable(L, MEMORY ".type", create_metatable);
  lua_setmetatable(L, -2);
  lua_createtable(L, ROSTER_SHAPES, 0);
  roster_setuservalue(L, -2);
  return m;
}

struct roster_memory *roster_memory_take(lua_State *L) {
  struct roster_memory *m;
  lua_getfield(L, LUA_REGISTRYINDEX, MEMORY);
  m = (struct roster_memory *)lua_touserdata(L, -1);
  /* one that an error left busy is replaced like one that is at work */
  if (m == NULL || m->busy) {
    lua_pop(L, 1);
    m = create(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, MEMORY);
  }
  m->busy = 1;
  return m;
}

void roster_memory_give(struct roster_memory *m) {
  if (m->scratch.cap > KEEP)
    roster_buf_free(&m->scratch);
  m->busy = 0;
}

/* The one of that kind, or else the one that was not used for longest. */
static int choose(const struct roster_memory *m, const void *kind) {
  int oldest = 0;
  int i;
  for (i = 0; i < ROSTER_SHAPES; i++) {
    if (m->shape[i].kind == kind && m->shape[i].stamp != 0)
      return i;
    if (m->shape[i].stamp < m->shape[oldest].stamp)
      oldest = i;
  }
  return oldest;
}

struct roster_shape *roster_memory_shape(lua_State *L, int memory,
                                         const void *kind) {
  struct roster_memory *m = (struct roster_memory *)lua_touserdata(L, memory);
  int i = choose(m, kind);
  struct roster_shape *s = &m->shape[i];
  int fresh = s->stamp == 0;
  roster_getuservalue(L, memory);
  if (fresh) {
    lua_createtable(L, ROSTER_NAMES_MOST, 0);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, i + 1);
  } else {
    lua_rawgeti(L, -1, i + 1);
  }
  lua_remove(L, -2);
  /* one that is full holds names that seldom come back: those of a map, say */
  if (fresh || kind == NULL || s->kind != kind ||
      s->count == ROSTER_NAMES_MOST) {
    s->kind = kind;
    s->count = 0;
    s->first = -1;
  }
  s->stamp = ++m->stamp;
  return s;
}

short roster_shape_search(const struct roster_shape *s, const short *link,
                          const char *text, size_t len) {
  int tries = BEHIND;
  short i;
  for (i = *link; i >= 0; i = s->name[i].next) {
    const struct roster_name *n = &s->name[i];
    if (n->len == (short)len && memcmp(n->text, text, len) == 0)
      return i;
    if (--tries == 0)
      return -2;
  }
  return -1;
}

short roster_shape_add(lua_State *L, int names, struct roster_shape *s,
                       short *link) {
  struct roster_name *n = &s->name[s->count];
  size_t len;
  size_t head;
  lua_pushvalue(L, -1);
  lua_rawseti(L, names, s->count + 1);
  n->text = lua_tolstring(L, -1, &len);
  n->len = (short)len;
  n->head = 0;
  n->mask = 0;
  head = len < sizeof(n->head) ? len : sizeof(n->head);
  memcpy(&n->head, n->text, head);
  memset(&n->mask, 0xFF, head);
  if (head < sizeof(n->head)) {
    memcpy((char *)&n->head + head, "\"", 1);
    memset((char *)&n->mask + head, 0xFF, 1);
  }
  n->next = *link;
  n->sub = -1;
  *link = s->count;
  return s->count++;
}
