/* Verdicts on what happened; the contract is in policy.h. */
#include "policy.h"

/* Seconds. */
static const double BACKOFF_FIRST = 0.5;
static const double BACKOFF_MOST = 30;
/* Okta's windows are a minute long: a longer wait is a mistake of a clock */
static const double RESET_MOST = 120;
static const double RETRY_AFTER_MOST = 86400;
/* a place among the concurrent calls comes free in no time */
static const double CONCURRENCY_FIRST = 0.25;
static const double CONCURRENCY_MOST = 1;

/* A gateway's word that it lost the service, not the service's own answer. */
static int is_gateway_failure(int status) {
  return status == 502 || status == 503 || status == 504;
}

static int is_unsafe(enum roster_retry retry) {
  return retry != ROSTER_SAFE && retry != ROSTER_IDEMPOTENT;
}

struct roster_verdict roster_policy_failure(enum roster_retry retry,
                                            enum roster_loss loss, int sent,
                                            int status) {
  struct roster_verdict v = {0, 0};
  int unsafe = is_unsafe(retry);
  if (status == 0) {
    /* a token that was granted and lost does no harm, and expires */
    v.ambiguous = sent && unsafe && retry != ROSTER_GRANT;
    v.retryable = !(sent && unsafe) && loss != ROSTER_LOSS_PROTOCOL &&
                  loss != ROSTER_LOSS_LASTING && loss != ROSTER_LOSS_CLOSED;
  } else if (status == 429) {
    v.retryable = 1;
  } else if (is_gateway_failure(status)) {
    v.retryable = !unsafe;
    /* 503 says that nothing was taken on (RFC 9110 15.6.4) */
    v.ambiguous = unsafe && status != 503 && retry != ROSTER_GRANT;
  } else if (status >= 200 && status < 300) {
    /* success in a form that cannot be read: who answered is not known */
    v.ambiguous = unsafe && retry != ROSTER_GRANT;
  }
  return v;
}

const char *roster_policy_kind(int status) {
  if (status == 401)
    return "auth";
  return status == 429 ? "rate_limited" : "http";
}

const char *roster_policy_loss_kind(enum roster_loss loss) {
  switch (loss) {
  case ROSTER_LOSS_TIMEOUT:
    return "timeout";
  case ROSTER_LOSS_PROTOCOL:
    return "protocol";
  case ROSTER_LOSS_CLOSED:
    return "closed";
  default:
    return "transport";
  }
}

/* Full jitter: anything from nothing to the exponential, under `most`. */
static double backoff(const struct roster_attempt *a, double first,
                      double most) {
  double span = first;
  int i;
  for (i = 0; i < a->retries && span < most; i++)
    span *= 2;
  return (span < most ? span : most) * a->random;
}

/*
** How long the service says to wait, or below 0 when it does not say anything
** that can be believed.
*/
static double told_wait(const struct roster_attempt *a) {
  const struct roster_rate *r = &a->rate;
  double base = r->date > 0 ? r->date : a->wall;
  double wait = r->reset - base + 1;
  double after = r->retry_after;
  if (after < 0 && r->retry_date >= 0)
    after = r->retry_date > base ? r->retry_date - base : 0;
  if (after >= 0 && after <= RETRY_AFTER_MOST)
    return after;
  if (r->reset < 0 || wait > RESET_MOST || wait < -RESET_MOST)
    return -1;
  /* already past: the window is open again */
  return wait > 1 ? wait : 1;
}

static struct roster_decision limited(const struct roster_attempt *a) {
  struct roster_decision d = {1, 0, 0, 0, "rate limit"};
  if (a->rate.limit == 0 && a->rate.remaining == 0) {
    /* Okta's concurrency limit: the reset it prints is only an estimate */
    d.concurrency = 1;
    d.why = "concurrency limit";
    d.wait = backoff(a, CONCURRENCY_FIRST, CONCURRENCY_MOST);
    return d;
  }
  d.wait = told_wait(a);
  if (d.wait < 0)
    d.wait = backoff(a, BACKOFF_FIRST, BACKOFF_MOST);
  else
    d.wait += a->random; /* not all of those who wait in the same instant */
  return d;
}

static struct roster_decision failed(const struct roster_attempt *a) {
  struct roster_decision d = {0, 0, 0, 1, ""};
  struct roster_verdict v =
      roster_policy_failure(a->retry, a->loss, a->sent, a->status);
  if (!v.retryable) {
    d.why = v.ambiguous ? "the service may have done it"
                        : "another attempt would not help";
    return d;
  }
  d.again = 1;
  d.why = a->status == 0 ? "lost connection" : "gateway failure";
  d.wait = a->status == 503 ? told_wait(a) : -1;
  if (d.wait < 0)
    d.wait = backoff(a, BACKOFF_FIRST, BACKOFF_MOST);
  if (!a->budget) {
    d.again = 0;
    d.why = "the retry budget is used up";
  }
  return d;
}

struct roster_decision roster_policy_again(const struct roster_attempt *a) {
  struct roster_decision d = a->status == 429 ? limited(a) : failed(a);
  if (d.again && a->retries >= a->max_retries) {
    d.again = 0;
    d.why = "no attempts left";
  } else if (d.again && d.wait >= a->left) {
    d.again = 0;
    d.why = "the wait is longer than the call may take";
  }
  return d;
}
