/*
** The names of members, remembered from one document to the next. The records
** of a model have the same members in the same order, so each name is kept
** with the name that came after it: comparing it costs less than making it a
** string again.
*/
#ifndef ROSTER_NAMES_H
#define ROSTER_NAMES_H

#include "buf.h"
#include "compat.h"

#include <stdint.h>
#include <string.h>

enum {
  ROSTER_NAMES_MOST = 160,   /* names in one shape */
  ROSTER_NAMES_LONGEST = 40, /* bytes of a name worth remembering */
  ROSTER_NAMES_AHEAD = 6     /* how far a name is looked for at first */
};

/* A name met in an object. */
struct roster_name {
  uint64_t head;    /* its first bytes, with the closing quote if that fits */
  uint64_t mask;    /* ... and which of the eight these are */
  const char *text; /* of the string in the shape's table */
  short len;
  short next; /* the name that followed, below 0: none */
  short sub;  /* the first name in objects under this one */
};

/* What one kind of record looks like. */
struct roster_shape {
  const void *kind; /* whose address tells it from others */
  unsigned stamp;   /* grows with each use */
  short count;
  short first; /* of the outermost objects */
  struct roster_name name[ROSTER_NAMES_MOST];
};

enum { ROSTER_SHAPES = 4 };

/* What decoding keeps from one time to the next, in a userdata. */
struct roster_memory {
  struct roster_buf scratch;
  int busy;
  int heap; /* for roster_collect_before */
  unsigned stamp;
  struct roster_shape shape[ROSTER_SHAPES];
};

/*
** Pushes a memory that no other decoding uses: while one is at work, a
** finalizer that decodes gets another. [-0, +1, m]
*/
struct roster_memory *roster_memory_take(lua_State *L);

/* It may be taken again. */
void roster_memory_give(struct roster_memory *m);

/*
** The shape of that kind, and pushes the table of its strings; `memory` is
** where roster_memory_take pushed. The one that was not used for longest gives
** way; NULL is a kind of which nothing is known. [-0, +1, m]
*/
struct roster_shape *roster_memory_shape(lua_State *L, int memory,
                                         const void *kind);

/*
** Looks from the name `*link` on, as far as uniqueness needs: the name's
** index, -1 if it is certain not to be there, -2 if it may be.
*/
short roster_shape_search(const struct roster_shape *s, const short *link,
                          const char *text, size_t len);

/*
** Remembers the string at the top in front of what `link` names; its index.
** The table of strings is at `names`. [-0, +0, m]
*/
short roster_shape_add(lua_State *L, int names, struct roster_shape *s,
                       short *link);

/*
** The name that begins at `text`, among the few from `i` on; -1 if it is none
** of them. `left` bytes are there.
*/
static inline short roster_shape_next(const struct roster_shape *s, short i,
                                      const char *text, size_t left) {
  int tries = ROSTER_NAMES_AHEAD;
  uint64_t word;
  if (left < sizeof(word))
    return -1;
  memcpy(&word, text, sizeof(word));
  for (; i >= 0 && tries > 0; i = s->name[i].next, tries--) {
    const struct roster_name *n = &s->name[i];
    size_t len = (size_t)n->len;
    if ((word & n->mask) == n->head &&
        (len < sizeof(word) ||
         (left > len && text[len] == '"' &&
          memcmp(text + sizeof(word), n->text + sizeof(word),
                 len - sizeof(word)) == 0)))
      return i;
  }
  return -1;
}

#endif
