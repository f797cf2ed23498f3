/*
** Exchanges on their way over one libcurl multi handle. No Lua here. Whoever
** begins an exchange keeps it until it has its outcome, or closes it, which
** takes it off the multi.
*/
#ifndef ROSTER_CURL_TRANSFER_H
#define ROSTER_CURL_TRANSFER_H

#include "curl_request.h"
#include "curl_socket.h"

/* The reason of what was on its way when its client was closed. */
#define ROSTER_CLOSED "the client was closed"

struct roster_transfer;

struct roster_multi {
  CURLM *handle;         /* NULL: closed, or not yet made */
  unsigned long process; /* whose it is: see roster_process */
  struct roster_transfer *active;
  struct roster_transfer *idle;
  int active_count;
  int idle_count;
  int singles;  /* active ones that must not be sent twice */
  int posting;  /* active ones whose body libcurl may hang on */
  int headed;   /* an answer's header came since this was last cleared */
  int faulted;  /* an exchange was lost that libcurl goes on with */
  int poll_fd;  /* -1 unless roster_poll_open made it pollable */
  int timer_fd; /* among what poll_fd watches */
  struct roster_sockets sockets;
  struct roster_curl_options options;
};

/*
** Begins the exchange; 0 when out of memory. What libcurl refuses is a lost
** exchange.
*/
int roster_transfer_begin(struct roster_multi *m, struct roster_exchange *x);

/* Forgets the exchange, which is then lost in that way for that reason. */
void roster_transfer_cancel(struct roster_multi *m, struct roster_exchange *x,
                            enum roster_loss loss, const char *reason);

/* Loses all exchanges, in that way for that reason; returns how many. */
int roster_transfer_give_up(struct roster_multi *m, enum roster_loss loss,
                            const char *reason);

/* Gives what libcurl has finished its outcome; returns how many. */
int roster_transfer_collect(struct roster_multi *m);

/*
** Was the multi made by a process that this one was forked from? Then it is
** empty from now on: its exchanges are lost, and libcurl, whose copies of
** connections and threads' locks are of no use here, is not called.
*/
int roster_transfer_is_inherited(struct roster_multi *m);

/* Loses all exchanges, closes all connections; may be called again. */
void roster_transfer_close(struct roster_multi *m);

#endif
