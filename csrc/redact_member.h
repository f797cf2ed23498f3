/*
** How much of a member's value is secret: by the catalog where a model has the
** member, else by its name, what holds it and what stands beside it. Pure.
*/
#ifndef ROSTER_REDACT_MEMBER_H
#define ROSTER_REDACT_MEMBER_H

#include "catalog.h"

enum roster_secrecy {
  ROSTER_SHOWN,
  ROSTER_TEXTS,     /* texts, and all of a list but for the objects in it */
  ROSTER_NAMED,     /* texts and numbers, in an object what its names say */
  ROSTER_ALL_SECRET /* texts and numbers at any depth: the catalog says so */
};

/* What is known of a value before it is read. */
struct roster_holding {
  const struct roster_model *model;
  enum roster_secrecy secrecy;
  unsigned char map;   /* free names; the model is of their values */
  unsigned char named; /* is an object by a secret's name: "password" */
  unsigned char links; /* HAL: its names are those of links */
  unsigned char url;   /* is a URL that works once */
};

extern const struct roster_holding roster_holding_unknown;

/* An object or a list that is being read. */
struct roster_frame {
  struct roster_holding place;
  char open;              /* '{' or '[' */
  unsigned char flow;     /* has a member grant_type or state */
  unsigned char labelled; /* has a member that names "value" a secret */
  unsigned char key;      /* is a JSON Web Key (RFC 7517) */
};

/* Begins the container whose opening byte is at `p`, and looks ahead at what
** its members say of each other. */
void roster_frame_open(struct roster_frame *f, struct roster_holding place,
                       const char *p, const char *end);

/*
** What is known of the member of that name. `f` is the object that holds it;
** NULL for a parameter, header or word: `flow` then says whether grant_type or
** state stands beside it.
*/
struct roster_holding roster_member_holding(const struct roster_frame *f,
                                            int flow, const char *name,
                                            size_t n);

/* Is the query parameter one of the operation's, which the catalog does not
** mark? `op` may be NULL. */
int roster_member_is_shown_param(const struct roster_op *op, const char *name,
                                 size_t n);

#endif
