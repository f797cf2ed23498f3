/*
** One request and its answer as bytes: what a call hands to a transport and
** gets back. No Lua and no socket here, so that both shared objects can hold
** the same struct.
*/
#ifndef ROSTER_EXCHANGE_H
#define ROSTER_EXCHANGE_H

#include "buf.h"
#include "headers.h"

/*
** The metatable of a call, whose userdata begins with its exchange: how a
** transport in C knows one.
*/
#define ROSTER_CALL_TYPE "roster.core.call"

enum roster_outcome {
  ROSTER_PENDING,
  ROSTER_ANSWERED, /* status, headers and the whole body are there */
  ROSTER_LOST      /* no whole answer: `loss` and `reason` say why */
};

enum roster_loss {
  ROSTER_LOSS_NONE,
  ROSTER_LOSS_TRANSPORT, /* name, connection, TLS, a body cut short */
  ROSTER_LOSS_LASTING,   /* likewise, and each attempt would end so: a
                            certificate, credentials of a proxy */
  ROSTER_LOSS_TIMEOUT,
  ROSTER_LOSS_PROTOCOL, /* what came is not HTTP, or past a ceiling; or what
                           was to be sent is nothing that can be */
  ROSTER_LOSS_CLOSED    /* the client was closed while it was on its way */
};

struct roster_exchange {
  size_t size; /* sizeof this struct: refuses a mismatched pair of builds */

  /* the request; fixed before a transport sees it */
  const char *method;       /* static */
  struct roster_buf url;    /* absolute */
  struct roster_buf fields; /* "Name: value" '\0' ... */
  struct roster_buf body;
  int has_body;
  int repeatable;         /* sending it twice does no harm */
  double timeout;         /* seconds for the whole exchange */
  double connect_timeout; /* seconds until a connection stands */
  double stall_timeout;   /* seconds without a byte */

  /* the answer; written by the transport */
  enum roster_outcome outcome;
  enum roster_loss loss;
  int sent;   /* bytes of the request may have reached the service */
  int headed; /* status and headers are there; the body may still come */
  int status;
  struct roster_headers headers;
  struct roster_buf answer;
  double connect_time; /* seconds from the start; below 0: not known */
  double first_byte_time;
  double total_time;
  char *reason; /* the owner's; NULL: there is no place for one */

  /* set by a transport while it holds a pointer to this exchange */
  void (*abandon)(struct roster_exchange *x);
  void *transport;
};

/* What a finished exchange leaves for the next one: memory, wiped. */
struct roster_spare {
  struct roster_buf url;
  struct roster_buf fields;
  struct roster_buf headers;
  struct roster_buf answer;
  struct roster_buf scratch;
};

/* Keeps buffers of up to `most` bytes each. */
void roster_spare_init(struct roster_spare *s, size_t most);

/* Frees what is there, and keeps nothing from now on. */
void roster_spare_close(struct roster_spare *s);

enum { ROSTER_REASON = 256 };

/*
** Empty on both sides; `max_answer` in bytes caps the body. `reason` has
** ROSTER_REASON bytes, and stays the caller's; NULL: there is no place yet.
*/
void roster_exchange_init(struct roster_exchange *x, size_t max_answer,
                          char *reason);

/* Forgets the answer, keeps the request: before it is sent (again). */
void roster_exchange_rewind(struct roster_exchange *x);

/* A new answer's status line came: forget the fields of a 1xx before it. */
void roster_exchange_status(struct roster_exchange *x, int status);

/* The answer's body will have `n` bytes, or so it says: room for it at once
** instead of growing to that. */
void roster_exchange_expect(struct roster_exchange *x, double n);

/* Records why there is no answer; the first reason stays. */
void roster_exchange_lose(struct roster_exchange *x, enum roster_loss loss,
                          const char *reason);

/* As roster_exchange_lose, for a ceiling or memory that `b` ran into. */
void roster_exchange_overflow(struct roster_exchange *x,
                              const struct roster_buf *b, const char *what);

/* Begins with that memory; nothing has been written yet. */
void roster_exchange_take(struct roster_exchange *x, struct roster_spare *from);

/* Detaches from a transport and frees everything; may be called again. */
void roster_exchange_close(struct roster_exchange *x);

/* As roster_exchange_close, but `to` gets what it has no memory for yet. */
void roster_exchange_leave(struct roster_exchange *x, struct roster_spare *to);

/* Walks the request's fields: start with *at = 0; NULL after the last. */
const char *roster_exchange_field(const struct roster_exchange *x, size_t *at);

/* Goes out with a body, be it an empty one: such methods say its length. */
int roster_exchange_sends_body(const struct roster_exchange *x);

#endif
