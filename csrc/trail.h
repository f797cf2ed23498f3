/*
** Where in a value a walk is, and how to say it: body.profile.tags[3]. No Lua
** here; the frames live on the C stack of the walk.
*/
#ifndef ROSTER_TRAIL_H
#define ROSTER_TRAIL_H

#include <stddef.h>

/* The container that is being walked, and which member it has come to. */
struct roster_trail {
  const struct roster_trail *up; /* NULL for the outermost one */
  const void *container;         /* its identity */
  const char *key;               /* of the member; NULL: `index` counts */
  size_t len;
  size_t index; /* from 1 */
};

/* Whether `container` is one of those that the place is in. */
int roster_trail_holds(const struct roster_trail *at, const void *container);

/*
** Writes the place into `out`, cut to `size` bytes with the final NUL; a long
** one ends in "...". NULL is the body itself. Keys that are no plain word are
** shown as ["..."] with what is not printable replaced, so it stays one line.
*/
void roster_trail_write(const struct roster_trail *at, char *out, size_t size);

#endif
