/* Where a member that a model does not have may belong. No Lua here. */
#ifndef ROSTER_SUGGEST_H
#define ROSTER_SUGGEST_H

#include "catalog.h"

/* Where a name was looked for. */
struct roster_names {
  const struct roster_model *root; /* the whole body */
  const struct roster_model *base; /* the object that it stands in ... */
  const struct roster_model *kind; /* ... and its kind; often the same */
};

struct roster_suggestion {
  const char *name; /* static: as the model spells it */
  char path[128];   /* the objects that lead there, with dots */
};

enum roster_suggest {
  ROSTER_SUGGEST_NONE,
  ROSTER_SUGGEST_NAME,    /* another spelling in the same object */
  ROSTER_SUGGEST_INSIDE,  /* in a member of the object, at `path` from it */
  ROSTER_SUGGEST_OUTSIDE, /* elsewhere, at `path` from the body; may be "" */
  ROSTER_SUGGEST_OPEN     /* the member at `path` takes any name; no `name` */
};

/*
** Looks for the `len` bytes of `name` among what a caller can set: in another
** case style ("group_ids", "GroupIDs": groupIds) in the object, in the objects
** inside of it, in the whole body; then with slips, at most a third of its
** letters. Fills in `out` unless it returns ROSTER_SUGGEST_NONE.
*/
enum roster_suggest roster_suggest(const struct roster_names *names,
                                   const char *name, size_t len,
                                   struct roster_suggestion *out);

enum { ROSTER_SUGGEST_FAR = 99 };

/*
** How far `name` is from the word that may be meant: 0 for the same letters in
** another case style, else how many slips, at most a third of the letters of
** the shorter one; ROSTER_SUGGEST_FAR for more.
*/
unsigned roster_suggest_distance(const char *name, const char *word);

/* The word of the list, which ends with NULL, that `name` is a misspelling of
** in this sense; or NULL. */
const char *roster_suggest_word(const char *const *words, const char *name);

#endif
