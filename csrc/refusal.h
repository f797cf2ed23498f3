/* Why a request was not built. No Lua here. */
#ifndef ROSTER_REFUSAL_H
#define ROSTER_REFUSAL_H

#include "buf.h"

struct roster_refusal {
  int misuse; /* the call is written wrongly, whatever the data is */
  int view;   /* no reason: Lua has to read the arguments, see view.h */
  struct roster_buf text;
};

/* Writes the reason and returns 0, so that a builder can `return` it. */
int roster_refuse(struct roster_refusal *r, int misuse, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The reason; what stood in the way of it if it is not there. */
const char *roster_refusal_text(const struct roster_refusal *r);

#endif
