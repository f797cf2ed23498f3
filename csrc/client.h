/*
** What all calls of one client share: the service, its base URL, the
** credential and the limits. Two clients share nothing.
*/
#ifndef ROSTER_CLIENT_H
#define ROSTER_CLIENT_H

#include "buf.h"
#include "catalog.h"
#include "compat.h"
#include "exchange.h"
#include "text.h"

struct roster_client {
  const struct roster_provider *provider;
  struct roster_buf base;   /* base URL without a trailing slash */
  struct roster_url origin; /* slices of `base` */
  struct roster_buf agent;  /* User-Agent */
  struct roster_buf secret; /* the credential, bare; empty: see `asks` */
  const char *credential;   /* static: the option that takes it ... */
  const char *auth_prefix;  /* static: ... and what it goes out behind */
  struct roster_buf org;    /* tenant of requests without a row; or empty */
  int bearer;               /* that is an OAuth access token */
  int asks;                 /* a call asks its driver for the credential */
  int check;                /* check arguments and bodies before sending */
  int strict_text;          /* text that is not Unicode is an error */
  int max_retries;          /* further tries of one call, at most */
  double timeout;           /* seconds, for a whole call with its waits */
  double connect_timeout;   /* seconds */
  double stall_timeout;     /* seconds without a byte */
  size_t max_response;      /* bytes of one answer's body, unpacked */
  size_t max_nodes;         /* values of one answer's body, nested included */
  const struct roster_op *last_op; /* most calls are of the one before */
  /* what a finished call leaves for the next */
  struct roster_spare spare;
};

/* The client at `index`; raises when there is none. [-0, +0, v] */
struct roster_client *roster_client_check(lua_State *L, int index);

/*
** core.client(provider, settings) -> client | nil, message. `settings` is
** complete: its defaults are the business of Lua. [-0, +1, e]
*/
int roster_client_new(lua_State *L);

#endif
