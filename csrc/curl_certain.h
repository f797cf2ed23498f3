/*
** Could any byte of a request have reached the service? And could another
** attempt end otherwise? Both are decided here, from what libcurl and the
** system know. No Lua here.
*/
#ifndef ROSTER_CURL_CERTAIN_H
#define ROSTER_CURL_CERTAIN_H

#include "curl_request.h"
#include "curl_socket.h"

/* The ends of a connection, by which it is known while it is open. */
struct roster_ends {
  int local_port; /* 0: there is no connection yet */
  int remote_port;
  char remote_ip[48];
};

/* What is known of one exchange's attempts. */
struct roster_certain {
  int single;   /* the request must not be sent twice */
  int runs;     /* how often libcurl was allowed to write it */
  int out;      /* the last of those may have reached the service */
  int stale;    /* not allowed: the peer had closed the connection before */
  int restarts; /* how often it was begun again on another connection */
  int refusals; /* libcurl begins again only what the peer has refused */
  struct roster_ends at;
  long stream; /* of HTTP/2, of the last attempt; 0: not known */
};

/*
** Before an exchange begins, with what the last one over the same handle left,
** or all zero. What must not be sent twice is `single`: libcurl is then told
** not to send it again after a connection was lost.
*/
void roster_certain_init(struct roster_certain *c, CURL *easy, int single);

/* Do two exchanges use one connection? */
int roster_certain_together(const struct roster_certain *a,
                            const struct roster_certain *b);

enum roster_permission {
  ROSTER_MAY_WRITE,
  ROSTER_MUST_REPLACE, /* nothing was written: another connection is needed */
  ROSTER_MUST_STOP     /* the service may have acted on the first attempt */
};

/*
** libcurl has a connection, encrypted and through any proxy, and is about to
** write the request. `error` is the handle's error buffer; `shared` says that
** other exchanges use the connection.
*/
enum roster_permission roster_certain_ask(struct roster_certain *c, CURL *easy,
                                          const struct roster_sockets *sockets,
                                          int shared, const char *error);

/*
** A line that libcurl writes with CURLOPT_VERBOSE, `n` bytes. Returns the last
** stream that the service will process if the line tells of a GOAWAY on the
** exchange's connection, else -1.
*/
long roster_certain_read(struct roster_certain *c, const char *line, size_t n,
                         const char *error);

/* Such a GOAWAY came on the connection of `from`. */
void roster_certain_excluded(struct roster_certain *c,
                             const struct roster_certain *from, long last);

/*
** libcurl ended the exchange with an error: may it begin again at once, on
** another connection? Not if the service may have seen it. Counts it.
*/
int roster_certain_replace(struct roster_certain *c, CURL *easy);

/* The verdict on an exchange that libcurl ended with `code` and `error`. */
int roster_certain_sent(const struct roster_certain *c, CURLcode code,
                        const char *error);

/* What kind of loss that is, and whether every further attempt would end in the
   same way. */
enum roster_loss roster_certain_loss(CURL *easy, CURLcode code,
                                     const char *error);

/* What to do about it, to follow libcurl's words; NULL: nothing is known. */
const char *roster_certain_advice(CURLcode code, const char *error);

#endif
