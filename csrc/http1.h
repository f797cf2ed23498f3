/*
** HTTP/1.1 framing (RFC 9112) for transports that move bytes themselves: the
** request of an exchange as bytes, and its answer from bytes in pieces of any
** size. No Lua and no socket here.
*/
#ifndef ROSTER_HTTP1_H
#define ROSTER_HTTP1_H

#include "exchange.h"

enum roster_http1_state {
  ROSTER_HTTP1_STATUS,
  ROSTER_HTTP1_FIELDS,
  ROSTER_HTTP1_LENGTH, /* a body of `left` more bytes */
  ROSTER_HTTP1_EOF,    /* a body that ends with the connection */
  ROSTER_HTTP1_CHUNK,  /* the line with a chunk's size */
  ROSTER_HTTP1_DATA,   /* `left` more bytes of a chunk */
  ROSTER_HTTP1_BEHIND, /* the line end behind a chunk */
  ROSTER_HTTP1_TRAILER,
  ROSTER_HTTP1_DONE /* the exchange has its outcome */
};

struct roster_http1 {
  enum roster_http1_state state;
  struct roster_buf line; /* the beginning of a line that has not ended */
  size_t overhead;        /* bytes that were neither body nor chunk size */
  size_t left;
  size_t length; /* of the whole body, where it was announced */
  int begun;     /* has a byte of the answer come? */
  int keep;      /* may the connection carry another request? */
  int watches;   /* the body is another's: see roster_http1_watch */
  int framed;    /* ... and so is where it ends: HTTP/2 */
};

/* Owns nothing yet; any state but a cleared one is begun anew. */
void roster_http1_init(struct roster_http1 *h);
void roster_http1_free(struct roster_http1 *h);

/*
** Appends request line and header fields, with the empty line behind them;
** the body follows as it is. Returns 0 when `to` took no more, or the URL
** is not absolute.
*/
int roster_http1_request(const struct roster_exchange *x,
                         struct roster_buf *to);

/* Ready for the answer's first byte. Forgets what came of an earlier one. */
void roster_http1_begin(struct roster_http1 *h, struct roster_exchange *x);

/*
** Ready for the first byte of an answer that another moves, unpacks and keeps:
** what is fed then is looked at, and its header kept. The body has to be fed
** only where the state after the header is ROSTER_HTTP1_CHUNK. A fault makes
** the exchange lost; ROSTER_ANSWERED is the other's to say.
*/
void roster_http1_watch(struct roster_http1 *h);

/*
** The next bytes of the answer. The exchange then has its outcome, or wants
** more: however the bytes are cut, the result is the same.
*/
void roster_http1_feed(struct roster_http1 *h, struct roster_exchange *x,
                       const char *bytes, size_t n);

/* There are no more bytes. The exchange then has its outcome. */
void roster_http1_end(struct roster_http1 *h, struct roster_exchange *x);

#endif
