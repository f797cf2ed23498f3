/*
** Verdicts, each a pure function of what happened: no clock, no socket, no
** Lua, so that every rule can be tested by itself.
*/
#ifndef ROSTER_POLICY_H
#define ROSTER_POLICY_H

#include "catalog.h"
#include "exchange.h"
#include "rate.h"

/* What a failed call means for whoever thinks of sending it again. */
struct roster_verdict {
  int retryable; /* sending it again can do no harm and may help */
  int ambiguous; /* the service may have done it: only a look can tell */
};

/* `status` is 0 when no whole answer came; `sent` as in the exchange. */
struct roster_verdict roster_policy_failure(enum roster_retry retry,
                                            enum roster_loss loss, int sent,
                                            int status);

/* The kind of error an HTTP status is: "auth", "rate_limited" or "http". */
const char *roster_policy_kind(int status);

/* The kind of error a lost answer is. */
const char *roster_policy_loss_kind(enum roster_loss loss);

/* What is known when an attempt has ended. */
struct roster_attempt {
  enum roster_retry retry;
  enum roster_loss loss;
  int sent;
  int status;      /* 0: no whole answer */
  int retries;     /* before this attempt */
  int max_retries; /* allowed after the first attempt */
  int budget;      /* does the client's retry budget allow another? */
  double left;     /* seconds until the call's deadline */
  double wall;     /* our own clock, epoch seconds */
  double random;   /* from 0 up to but not 1 */
  struct roster_rate rate;
};

struct roster_decision {
  int again;
  double wait;     /* seconds before the next attempt, or before it could be */
  int concurrency; /* too many at a time, not too many in a minute */
  int costs;       /* another attempt counts against the client's budget */
  const char *why; /* static: why again, or why not */
};

/*
** Another attempt? Waits are those of the service where it names one:
** Retry-After (RFC 9110 10.2.3), else Okta's X-Rate-Limit-Reset against its
** own Date plus a second. What cannot be is not believed: then the wait is
** exponential with full jitter, under a ceiling.
*/
struct roster_decision roster_policy_again(const struct roster_attempt *a);

#endif
