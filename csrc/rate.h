/* What an answer's header says of limits and clocks. No Lua here. */
#ifndef ROSTER_RATE_H
#define ROSTER_RATE_H

#include "catalog.h"
#include "headers.h"

/* Below 0: absent, or not to be believed. */
struct roster_rate {
  double limit;       /* calls a window */
  double remaining;   /* calls left in it */
  double reset;       /* epoch seconds, by the server's clock */
  double date;        /* the server's clock, epoch seconds */
  double retry_after; /* seconds */
  double retry_date;  /* the same as a date: epoch seconds, server's clock */
};

/*
** Reads them. A header given more than once, or with several values, counts
** with its most cautious one: the least remaining, the latest reset.
*/
struct roster_rate roster_rate_read(const struct roster_provider *provider,
                                    const struct roster_headers *headers);

/* An HTTP date in the form of RFC 9110 5.6.7 as epoch seconds, or below 0. */
double roster_rate_date(const char *text);

#endif
