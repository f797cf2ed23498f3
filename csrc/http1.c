/* HTTP/1.1 framing; the contract is in http1.h. */
#include "http1.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One answer's status lines, fields, chunk extensions and trailers. */
enum { MAX_OVERHEAD = 256 * 1024 };

/* 15 hexadecimal digits are less than 2^60 and more than anybody sends. */
enum { MAX_HEX_DIGITS = 15, MAX_DIGITS = 15 };

void roster_http1_init(struct roster_http1 *h) {
  memset(h, 0, sizeof(*h));
  roster_buf_init(&h->line, MAX_OVERHEAD);
}

void roster_http1_free(struct roster_http1 *h) { roster_buf_free(&h->line); }

/* ---------------------------------------------------------------- outcomes */

/* Ready for a status line. */
static void begin(struct roster_http1 *h) {
  roster_buf_wipe(&h->line);
  h->state = ROSTER_HTTP1_STATUS;
  h->overhead = 0;
  h->left = 0;
  h->length = 0;
  h->begun = 0;
  h->keep = 0;
}

void roster_http1_begin(struct roster_http1 *h, struct roster_exchange *x) {
  begin(h);
  h->watches = 0;
  roster_exchange_status(x, 0);
  roster_buf_wipe(&x->answer);
}

void roster_http1_watch(struct roster_http1 *h) {
  begin(h);
  h->watches = 1;
}

static void stop(struct roster_http1 *h) {
  h->state = ROSTER_HTTP1_DONE;
  roster_buf_wipe(&h->line);
}

static void lose(struct roster_http1 *h, struct roster_exchange *x,
                 enum roster_loss loss, const char *reason) {
  roster_exchange_lose(x, loss, reason);
  x->status = 0;
  h->keep = 0;
  stop(h);
}

static void refuse(struct roster_http1 *h, struct roster_exchange *x,
                   const char *reason) {
  lose(h, x, ROSTER_LOSS_PROTOCOL, reason);
}

static void overflow(struct roster_http1 *h, struct roster_exchange *x,
                     const struct roster_buf *b, const char *what) {
  roster_exchange_overflow(x, b, what);
  x->status = 0;
  h->keep = 0;
  stop(h);
}

static void finish(struct roster_http1 *h, struct roster_exchange *x) {
  if (!h->watches)
    x->outcome = ROSTER_ANSWERED;
  stop(h);
}

/* ------------------------------------------------------------------ header */

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_blank(char c) { return c == ' ' || c == '\t'; }

/*
** The bytes of a status line up to its status; 0: it is of another protocol.
** libcurl writes a line of this form for HTTP/2, which is spoken over TLS
** alone.
*/
static size_t version_length(const struct roster_http1 *h,
                             const struct roster_exchange *x, const char *s,
                             size_t n) {
  if (n >= 12 && memcmp(s, "HTTP/1.", 7) == 0 && (s[7] == '0' || s[7] == '1') &&
      s[8] == ' ')
    return 9;
  if (h->watches && n >= 10 && memcmp(s, "HTTP/2 ", 7) == 0 &&
      strncasecmp(roster_buf_text(&x->url), "https:", 6) == 0)
    return 7;
  return 0;
}

/* HTTP-version SP status-code [ SP reason ] (RFC 9112 4) */
static void read_status(struct roster_http1 *h, struct roster_exchange *x,
                        const char *s, size_t n) {
  size_t at = version_length(h, x, s, n);
  int status;
  if (at == 0 || !is_digit(s[at]) || !is_digit(s[at + 1]) ||
      !is_digit(s[at + 2]) || (n > at + 3 && s[at + 3] != ' ')) {
    refuse(h, x, "the answer is not HTTP/1.1");
    return;
  }
  h->framed = at == 7;
  status = (s[at] - '0') * 100 + (s[at + 1] - '0') * 10 + (s[at + 2] - '0');
  if (status < 100 || status == 101) {
    refuse(h, x,
           status == 101 ? "the service wants to change the protocol"
                         : "the answer has no status");
    return;
  }
  roster_exchange_status(x, status);
  h->keep = s[7] != '0';
  h->state = ROSTER_HTTP1_FIELDS;
}

/*
** May the connection be used again (RFC 9112 9.3)? `keep` says so far whether
** the version is one that keeps it unless told otherwise.
*/
static void read_connection(struct roster_http1 *h,
                            const struct roster_exchange *x) {
  if (roster_headers_has(&x->headers, "Connection", "keep-alive"))
    h->keep = 1;
  if (roster_headers_has(&x->headers, "Connection", "close"))
    h->keep = 0;
}

/* The announced length; 0 when it is not one. */
static int read_length(const char *s, size_t *length) {
  size_t n = 0;
  *length = 0;
  for (; n <= MAX_DIGITS && is_digit(s[n]); n++)
    *length = *length * 10 + (size_t)(s[n] - '0');
  return n > 0 && n <= MAX_DIGITS && s[n] == '\0';
}

/*
** The length that one field or several announce, which then have to agree (RFC
** 9112 6.3). Returns why there is none, or NULL.
*/
static const char *agree_length(const struct roster_headers *fields,
                                const char *first, size_t *length) {
  const char *value = first;
  size_t other;
  size_t nth = 1;
  if (!read_length(first, length))
    return "the answer's Content-Length is not a length";
  while ((value = roster_headers_get(fields, "Content-Length", nth++)) !=
         NULL) {
    if (!read_length(value, &other) || other != *length)
      return "the answer has more than one Content-Length";
  }
  return NULL;
}

/* Is the body packed in a way that was not asked for? */
static int is_packed(const struct roster_http1 *h,
                     const struct roster_headers *fields) {
  const char *coding;
  if (h->watches) /* who moves the bytes has asked, and unpacks them */
    return 0;
  coding = roster_headers_get(fields, "Content-Encoding", 0);
  return coding != NULL && *coding != '\0' &&
         strcasecmp(coding, "identity") != 0;
}

/* The body has `length` bytes, as they come over the connection. */
static void frame_length(struct roster_http1 *h, struct roster_exchange *x,
                         const char *first) {
  const char *fault = agree_length(&x->headers, first, &h->left);
  if (fault != NULL) {
    refuse(h, x, fault);
  } else if (h->left > x->answer.max &&
             !(h->watches &&
               roster_headers_get(&x->headers, "Content-Encoding", 0))) {
    overflow(h, x, &x->answer, "answer");
  } else if (h->left == 0) {
    finish(h, x);
  } else {
    h->length = h->left;
    h->state = ROSTER_HTTP1_LENGTH;
  }
}

/* How the body is framed (RFC 9112 6.3). */
static void frame(struct roster_http1 *h, struct roster_exchange *x) {
  const struct roster_headers *fields = &x->headers;
  const char *coding = roster_headers_get(fields, "Transfer-Encoding", 0);
  const char *length = roster_headers_get(fields, "Content-Length", 0);
  int is_old = !h->keep;
  if (!h->watches)
    read_connection(h, x);
  if (is_old && coding != NULL)
    h->keep = 0; /* HTTP/1.0 does not know it (RFC 9112 6.1) */
  x->headed = 1;
  if (x->status == 204 || x->status == 304) {
    finish(h, x);
    return;
  }
  if (coding != NULL && length != NULL) {
    refuse(h, x, "the answer has both Transfer-Encoding and Content-Length");
  } else if (is_packed(h, fields)) {
    refuse(h, x, "the answer has a Content-Encoding, which was not asked for");
  } else if (coding != NULL) {
    if (strcasecmp(coding, "chunked") != 0 ||
        roster_headers_get(fields, "Transfer-Encoding", 1) != NULL)
      refuse(h, x, "the answer has a Transfer-Encoding other than chunked");
    h->state = h->state == ROSTER_HTTP1_DONE ? h->state : ROSTER_HTTP1_CHUNK;
  } else if (length != NULL) {
    frame_length(h, x, length);
  } else {
    h->keep = 0;
    h->state = ROSTER_HTTP1_EOF;
  }
}

/* A name without blanks (RFC 9112 5.1), and a colon. */
static int is_field(const char *s, size_t n) {
  const char *colon = (const char *)memchr(s, ':', n);
  size_t len = colon == NULL ? 0 : (size_t)(colon - s);
  return len > 0 && memchr(s, ' ', len) == NULL && memchr(s, '\t', len) == NULL;
}

/* The empty line: the body follows, or after a 1xx another header. */
static void end_header(struct roster_http1 *h, struct roster_exchange *x) {
  if (x->status < 200) {
    h->state = ROSTER_HTTP1_STATUS; /* RFC 9110 15.2 */
  } else if (h->framed) {
    x->headed = 1;
    finish(h, x);
  } else {
    frame(h, x);
  }
}

/* A line that goes on with a field by which the body is framed: others read
   that field without it (RFC 9112 5.2). */
static int folds_frame(const struct roster_exchange *x) {
  const char *name = roster_headers_last(&x->headers);
  return strcasecmp(name, "Content-Length") == 0 ||
         strcasecmp(name, "Transfer-Encoding") == 0;
}

static void read_field(struct roster_http1 *h, struct roster_exchange *x,
                       const char *s, size_t n) {
  if (n == 0) {
    end_header(h, x);
  } else if (is_blank(s[0]) && folds_frame(x)) {
    refuse(h, x, "the answer's header has a length or a coding that is folded");
  } else if (is_blank(s[0]) ? x->headers.count == 0 : !is_field(s, n)) {
    refuse(h, x, "the answer's header has a line that is no field");
  } else if (!roster_headers_line(&x->headers, s, n)) {
    overflow(h, x, &x->headers.text, "header");
  }
}

/* ------------------------------------------------------------------ chunks */

static int hex_digit(char c) {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* chunk-size [ chunk-ext ] (RFC 9112 7.1); extensions mean nothing to us */
static void read_chunk_size(struct roster_http1 *h, struct roster_exchange *x,
                            const char *s, size_t n) {
  size_t size = 0;
  size_t i;
  size_t digits;
  for (i = 0; i < n && i <= MAX_HEX_DIGITS && hex_digit(s[i]) >= 0; i++)
    size = size * 16 + (size_t)hex_digit(s[i]);
  digits = i;
  while (i < n && is_blank(s[i]))
    i++;
  if (digits == 0 || digits > MAX_HEX_DIGITS || (i < n && s[i] != ';')) {
    refuse(h, x, "the answer has a chunk without a size");
  } else if (!h->watches && size > x->answer.max - x->answer.len) {
    x->answer.error = ROSTER_BUF_TOOBIG;
    overflow(h, x, &x->answer, "answer");
  } else {
    h->left = size;
    h->state = size == 0 ? ROSTER_HTTP1_TRAILER : ROSTER_HTTP1_DATA;
  }
}

/* Trailers are not of interest; that they are fields is (RFC 9112 7.1.2). */
static void read_trailer(struct roster_http1 *h, struct roster_exchange *x,
                         const char *s, size_t n) {
  if (n == 0)
    finish(h, x);
  else if (!is_blank(s[0]) && !is_field(s, n))
    refuse(h, x, "the answer's trailer has a line that is no field");
}

/* ------------------------------------------------------------------- lines */

/* A whole line, without its end. */
static void read_line(struct roster_http1 *h, struct roster_exchange *x,
                      const char *s, size_t n) {
  switch (h->state) {
  case ROSTER_HTTP1_STATUS:
    read_status(h, x, s, n);
    break;
  case ROSTER_HTTP1_FIELDS:
    read_field(h, x, s, n);
    break;
  case ROSTER_HTTP1_CHUNK:
    read_chunk_size(h, x, s, n);
    break;
  case ROSTER_HTTP1_BEHIND:
    if (n > 0)
      refuse(h, x, "the answer has a chunk longer than its size");
    h->state = h->state == ROSTER_HTTP1_DONE ? h->state : ROSTER_HTTP1_CHUNK;
    break;
  default:
    read_trailer(h, x, s, n);
    break;
  }
}

/*
** Is this still the beginning of what could be a status line? Whoever does not
** speak HTTP may never send the end of a line.
*/
static int could_be_status(const char *s, size_t n) {
  static const char version[] = "HTTP/1.";
  size_t len = sizeof(version) - 1;
  return memcmp(s, version, n < len ? n : len) == 0;
}

/*
** Counts towards the ceiling what is neither body nor a plain chunk size: a
** body may come in any number of chunks. Returns 0 when the ceiling was hit.
*/
static int count(struct roster_http1 *h, struct roster_exchange *x, size_t n) {
  size_t free_of_charge = 0;
  if (h->state == ROSTER_HTTP1_CHUNK || h->state == ROSTER_HTTP1_BEHIND)
    free_of_charge = MAX_HEX_DIGITS + 2;
  if (n > free_of_charge)
    h->overhead += n - free_of_charge;
  if (h->overhead <= MAX_OVERHEAD && n <= MAX_OVERHEAD)
    return 1;
  h->line.error = ROSTER_BUF_TOOBIG;
  overflow(h, x, &h->line, "header");
  return 0;
}

/* A line that has ended, with its line feed. */
static void end_line(struct roster_http1 *h, struct roster_exchange *x,
                     const char *s, size_t n) {
  int chunked = h->state == ROSTER_HTTP1_CHUNK ||
                h->state == ROSTER_HTTP1_BEHIND ||
                h->state == ROSTER_HTTP1_TRAILER;
  if (!count(h, x, n))
    return;
  n--;
  if (n > 0 && s[n - 1] == '\r')
    n--;
  else if (chunked) {
    /* in a header a line feed alone will do (RFC 9112 2.2) */
    refuse(h, x, "the answer has a chunk without its line end");
    return;
  }
  if (memchr(s, '\0', n) != NULL || memchr(s, '\r', n) != NULL)
    refuse(h, x, "the answer's header holds a NUL or a bare CR");
  else
    read_line(h, x, s, n);
}

/* Takes a line, or the beginning of one; returns how many bytes. */
static size_t take_line(struct roster_http1 *h, struct roster_exchange *x,
                        const char *bytes, size_t n) {
  const char *end = (const char *)memchr(bytes, '\n', n);
  size_t len = end == NULL ? n : (size_t)(end - bytes) + 1;
  const char *s = bytes;
  size_t whole = len;
  if (end == NULL || h->line.len > 0) {
    if (!roster_buf_add(&h->line, bytes, len)) {
      overflow(h, x, &h->line, "header");
      return len;
    }
    s = h->line.data;
    whole = h->line.len;
  }
  if (h->state == ROSTER_HTTP1_STATUS && !h->watches &&
      !could_be_status(s, whole)) {
    refuse(h, x, "the answer is not HTTP/1.1");
    return len;
  }
  if (end != NULL) {
    end_line(h, x, s, whole);
    roster_buf_wipe(&h->line);
  }
  return len;
}

/* ------------------------------------------------------------------- bytes */

/* Takes bytes of the body; returns how many. */
static size_t take_body(struct roster_http1 *h, struct roster_exchange *x,
                        const char *bytes, size_t n) {
  int counted = h->state != ROSTER_HTTP1_EOF;
  if (counted && n > h->left)
    n = h->left;
  if (!h->watches && !roster_buf_add(&x->answer, bytes, n)) {
    overflow(h, x, &x->answer, "answer");
    return n;
  }
  if (!counted)
    return n;
  h->left -= n;
  if (h->left > 0)
    return n;
  if (h->state == ROSTER_HTTP1_LENGTH)
    finish(h, x);
  else
    h->state = ROSTER_HTTP1_BEHIND;
  return n;
}

void roster_http1_feed(struct roster_http1 *h, struct roster_exchange *x,
                       const char *bytes, size_t n) {
  size_t at = 0;
  if (n > 0)
    h->begun = 1;
  if (h->watches && h->state <= ROSTER_HTTP1_FIELDS && n > 0) {
    /* who moves the bytes hands over one whole line at a time */
    end_line(h, x, bytes, n);
    return;
  }
  while (at < n && h->state != ROSTER_HTTP1_DONE) {
    switch (h->state) {
    case ROSTER_HTTP1_LENGTH:
    case ROSTER_HTTP1_DATA:
    case ROSTER_HTTP1_EOF:
      at += take_body(h, x, bytes + at, n - at);
      break;
    default:
      at += take_line(h, x, bytes + at, n - at);
      break;
    }
  }
  if (at < n)
    h->keep = 0; /* nobody asked for what came behind the answer */
}

void roster_http1_end(struct roster_http1 *h, struct roster_exchange *x) {
  char reason[96];
  h->keep = 0;
  switch (h->state) {
  case ROSTER_HTTP1_DONE:
    break;
  case ROSTER_HTTP1_EOF:
    finish(h, x);
    break;
  case ROSTER_HTTP1_LENGTH:
    if (h->watches)
      break;
    snprintf(reason, sizeof(reason), "the body ended early: %lu of %lu bytes",
             (unsigned long)x->answer.len, (unsigned long)h->length);
    lose(h, x, ROSTER_LOSS_TRANSPORT, reason);
    break;
  case ROSTER_HTTP1_STATUS:
  case ROSTER_HTTP1_FIELDS:
    lose(h, x, ROSTER_LOSS_TRANSPORT,
         h->begun ? "the connection was closed inside of the answer's header"
                  : "the connection was closed before an answer came");
    break;
  default:
    snprintf(reason, sizeof(reason),
             "the body ended early: %lu bytes, and no last chunk",
             (unsigned long)x->answer.len);
    lose(h, x, ROSTER_LOSS_TRANSPORT, reason);
    break;
  }
}
