/*
** What the model says about the value that encode.c is writing, and the walk's
** state: shared by encode.c and encode_model.c only.
*/
#ifndef ROSTER_ENCODE_MODEL_H
#define ROSTER_ENCODE_MODEL_H

#include "encode.h"
#include "trail.h"

/* What is wanted of a value. */
struct roster_want {
  int type;
  int item;
  const struct roster_model *model;
  int check;                    /* this value */
  int inside;                   /* and those in it */
  const struct roster_want *up; /* of the object it is in, or NULL ... */
  int holder;                   /* ... whose table is at this stack index */
};

struct roster_writer {
  lua_State *L;
  struct roster_encoder *e;
  struct roster_fault *fault;
  const struct roster_model *root; /* of the whole body */
  int marks;                       /* stack index */
};

extern const struct roster_want roster_want_anything;

/* Writes "place: reason" into the fault; returns 0. */
int roster_encode_fail(struct roster_writer *w, const struct roster_trail *at,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
** The kind of model that the table at `index`, which is wanted as an object of
** one, says it is; 0 with the fault if a required member is missing.
** [-0, +0, m]
*/
int roster_want_kind(struct roster_writer *w, int index,
                     const struct roster_want *want,
                     struct roster_trail *inside,
                     const struct roster_model **kind);

/* What is wanted of a member that is such a field. */
static inline void roster_want_field(const struct roster_field *field,
                                     const struct roster_want *want,
                                     struct roster_want *member) {
  member->type = field->type;
  member->item = field->item;
  member->model = field->model;
  member->check = want->inside;
  member->inside = want->inside;
}

/*
** Fills in what is wanted of the member that `inside` names, in the object at
** `index`, when it is no field that a caller sets; 0 with the fault if it is
** none at all. [-0, +0, m]
*/
int roster_want_other(struct roster_writer *w, int index,
                      const struct roster_want *want,
                      const struct roster_model *kind,
                      struct roster_trail *inside, struct roster_want *member);

#endif
