/*
** Could any byte of a request have reached the service? And could another
** attempt end otherwise? Both are decided here, from what libcurl and the
** system know. No Lua here.
*/
#ifndef ROSTER_CURL_CERTAIN_H
#define ROSTER_CURL_CERTAIN_H

#include "curl_request.h"
#include "curl_socket.h"

/* What is known of one exchange's attempts. */
struct roster_certain {
  int runs;     /* how often libcurl was allowed to write the request */
  int out;      /* the last of those may have reached the service */
  int stale;    /* not allowed: the peer had closed the connection before */
  int restarts; /* how often a stale connection was replaced */
  int refusals; /* libcurl begins again only what the peer has refused */
};

/*
** Before an exchange begins. What must not be sent twice is `single`: libcurl
** is then told not to send it again after a connection was lost.
*/
CURLcode roster_certain_init(struct roster_certain *c, CURL *easy, int single);

enum roster_permission {
  ROSTER_MAY_WRITE,
  ROSTER_MUST_REPLACE, /* nothing was written: another connection is needed */
  ROSTER_MUST_STOP     /* the service may have acted on the first attempt */
};

/* One end of a connection each, as libcurl tells them. */
struct roster_ports {
  int local;
  int remote;
};

/*
** libcurl has a connection, encrypted and through any proxy, and is about to
** write the request. `error` is the handle's error buffer; `shared` says that
** other exchanges use the connection.
*/
enum roster_permission roster_certain_ask(struct roster_certain *c, CURL *easy,
                                          const struct roster_sockets *sockets,
                                          struct roster_ports ports, int single,
                                          int shared, const char *error);

/* May another connection replace a stale one at once? Counts it. */
int roster_certain_replace(struct roster_certain *c, CURL *easy);

/* The verdict on an exchange that libcurl ended with `code` and `error`. */
int roster_certain_sent(const struct roster_certain *c, CURLcode code,
                        const char *error);

/* Would every further attempt end in the same way? */
int roster_certain_lasting(CURL *easy, CURLcode code, const char *error);

/* What to do about it, to follow libcurl's words; NULL: nothing is known. */
const char *roster_certain_advice(CURLcode code, const char *error);

#endif
