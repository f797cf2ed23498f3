/* Exchanges over a libcurl multi handle; the contract is in curl_transfer.h. */
#include "curl_transfer.h"
#include "curl_certain.h"
#include "curl_socket.h"
#include "http1.h"
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { IDLE_MAX = 32 };

/* One exchange on its way, or an idle handle kept for the next one. */
struct roster_transfer {
  struct roster_curl_request request;
  struct roster_exchange *x;
  struct roster_http1 http1; /* reads the answer beside libcurl */
  struct roster_multi *owner;
  struct roster_transfer *next;
  struct roster_certain certain;
  int spoilt;     /* did not come to a good end: its state may be anything */
  int watched;    /* libcurl tells what it does: of streams and of a GOAWAY */
  int first_line; /* a header's first line comes next */
  int chunked;    /* the body comes in chunks, and is looked at */
  int verbose;    /* for any of these libcurl calls the debug function */
  int posts;      /* a body whose end libcurl may hang on: see look_again */
  char error[CURL_ERROR_SIZE];
};

/* ---------------------------------------------------------------- callbacks */

static size_t on_body(char *bytes, size_t size, size_t n, void *data) {
  struct roster_transfer *t = (struct roster_transfer *)data;
  curl_off_t length = 0;
  if (t->x->outcome == ROSTER_LOST)
    return 0;
  if (t->x->answer.len == 0 &&
      curl_easy_getinfo(t->request.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                        &length) == CURLE_OK)
    roster_exchange_expect(t->x, (double)length);
  if (!roster_buf_add(&t->x->answer, bytes, size * n)) {
    roster_exchange_overflow(t->x, &t->x->answer, "answer");
    return 0;
  }
  return size * n;
}

static int is_folded(const char *line, size_t n) {
  return n > 0 && (line[0] == ' ' || line[0] == '\t');
}

/* RFC 9112 2.2: no header line, and nothing that one could continue. */
static void reject_fold(struct roster_exchange *x) {
  roster_exchange_lose(x, ROSTER_LOSS_PROTOCOL,
                       "the answer's header has a line that is no field");
}

/* Whether libcurl calls the debug function; 0: that could not be set. */
static int set_verbose(struct roster_transfer *t) {
  int on = t->watched || t->first_line || t->chunked;
  if (t->verbose == on)
    return 1;
  t->verbose = on;
  return curl_easy_setopt(t->request.easy, CURLOPT_VERBOSE, (long)on) ==
         CURLE_OK;
}

/* A line of libcurl's own about what it does. */
static void on_line(struct roster_transfer *t, const char *line, size_t n) {
  struct roster_transfer *other;
  long last = roster_certain_read(&t->certain, line, n, t->error);
  for (other = t->owner->active; last >= 0 && other != NULL;
       other = other->next)
    roster_certain_excluded(&other->certain, &t->certain, last);
}

/*
** libcurl below 8.1 keeps a pointer to the last header line of a handle's
** previous transfer, whose memory it has freed, and appends a folded line to it
** unless another line came first (curl#11101): each first line after a status
** line is looked at before libcurl does.
*/
static void look_at_first(struct roster_transfer *t, char *line, size_t n) {
  t->first_line = 0;
  set_verbose(t);
  if (is_folded(line, n)) {
    reject_fold(t->x);
    line[0] = ':'; /* a name of no bytes, and no fold: on_header ends it */
  }
}

/*
** The debug function: what libcurl does, a header's first line, and the bytes
** of a body in chunks, as libcurl takes bare line feeds, and a last chunk
** without its end, for chunks.
*/
static int on_debug(CURL *easy, curl_infotype type, char *bytes, size_t n,
                    void *data) {
  struct roster_transfer *t = (struct roster_transfer *)data;
  (void)easy;
  if (t->x == NULL) /* libcurl tells of a handle's end as well */
    return 0;
  if (type == CURLINFO_TEXT)
    on_line(t, bytes, n);
  else if (type == CURLINFO_HEADER_IN && t->first_line)
    look_at_first(t, bytes, n);
  else if (type == CURLINFO_DATA_IN && t->chunked)
    roster_http1_feed(&t->http1, t->x, bytes, n);
  t->owner->faulted |= t->x->outcome == ROSTER_LOST;
  return 0;
}

static size_t on_header(char *line, size_t size, size_t n, void *data) {
  struct roster_transfer *t = (struct roster_transfer *)data;
  struct roster_exchange *x = t->x;
  int checks = t->owner->options.checks_first_line &&
               t->http1.state == ROSTER_HTTP1_STATUS;
  if (x->outcome == ROSTER_LOST)
    return 0;
  if (x->headed) /* trailers say nothing about the answer (RFC 9110 6.5.1) */
    return size * n;
  roster_http1_feed(&t->http1, x, line, size * n);
  t->owner->headed |= x->headed;
  t->first_line = checks;
  t->chunked = t->http1.state == ROSTER_HTTP1_CHUNK;
  if (x->outcome == ROSTER_LOST || !set_verbose(t))
    return 0;
  return size * n;
}

/* Does another exchange use the connection as well? */
static int is_shared(const struct roster_transfer *t) {
  const struct roster_transfer *other = t->owner->active;
  while (other != NULL &&
         (other == t || !roster_certain_together(&other->certain, &t->certain)))
    other = other->next;
  return other != NULL;
}

static void watch(struct roster_transfer *t, int on) {
  t->watched = on;
  set_verbose(t);
}

/*
** A GOAWAY is read for whichever exchange of its connection comes first. While
** one is on its way that must not be sent twice, all are watched; else none is,
** which costs nothing.
*/
static void watch_all(struct roster_multi *m) {
  struct roster_transfer *t;
  for (t = m->active; t != NULL; t = t->next) {
    if (t->certain.runs > 0)
      watch(t, 1);
  }
}

/* Before the request is written to a connection. */
static int on_begin(void *data, char *remote_ip, char *local_ip,
                    int remote_port, int local_port) {
  struct roster_transfer *t = (struct roster_transfer *)data;
  struct roster_certain *c = &t->certain;
  size_t n;
  (void)local_ip;
  c->at.local_port = local_port;
  c->at.remote_port = remote_port;
  n = strlen(remote_ip);
  memcpy(c->at.remote_ip, remote_ip,
         n < sizeof(c->at.remote_ip) ? n + 1 : sizeof(c->at.remote_ip) - 1);
  switch (roster_certain_ask(c, t->request.easy, &t->owner->sockets,
                             c->single && is_shared(t), t->error)) {
  case ROSTER_MAY_WRITE:
    roster_http1_watch(&t->http1);
    if (t->owner->singles > 0 && !t->request.plain)
      watch_all(t->owner);
    return CURL_PREREQFUNC_OK;
  case ROSTER_MUST_STOP:
    roster_exchange_lose(t->x, ROSTER_LOSS_TRANSPORT,
                         "the connection was lost before an answer came");
    break;
  case ROSTER_MUST_REPLACE:
    break;
  }
  return CURL_PREREQFUNC_ABORT;
}

/* ---------------------------------------------------------------- transfers */

static void free_transfer(struct roster_transfer *t) {
  roster_curl_request_free(&t->request);
  roster_http1_free(&t->http1);
  free(t);
}

/* Takes the transfer off the multi; the exchange knows it no longer. */
static void detach(struct roster_transfer *t) {
  struct roster_multi *m = t->owner;
  struct roster_transfer **at = &m->active;
  while (*at != NULL && *at != t)
    at = &(*at)->next;
  if (*at == t) {
    *at = t->next;
    m->active_count--;
    m->singles -= t->certain.single;
    m->posting -= t->posts;
  }
  curl_multi_remove_handle(m->handle, t->request.easy);
  t->x->abandon = NULL;
  t->x->transport = NULL;
  t->x = NULL;
  if (m->idle_count < IDLE_MAX && !t->spoilt) {
    roster_curl_request_forget(&t->request);
    t->next = m->idle;
    m->idle = t;
    m->idle_count++;
  } else {
    free_transfer(t);
  }
}

/* What a process inherited: reachable, so that it is not taken for a leak. */
struct inherited {
  CURLM *handle;
  struct roster_transfer *active;
  struct roster_transfer *idle;
  struct inherited *next;
};

static void keep_inherited(struct roster_multi *m) {
  static struct inherited *all;
  struct inherited *one = (struct inherited *)malloc(sizeof(*one));
  if (one == NULL)
    return;
  one->handle = m->handle;
  one->active = m->active;
  one->idle = m->idle;
  one->next = all;
  all = one;
}

int roster_transfer_is_inherited(struct roster_multi *m) {
  struct roster_transfer *t;
  if (m->process == roster_process())
    return 0;
  if (m->handle == NULL)
    return 1;
  for (t = m->active; t != NULL; t = t->next) {
    t->x->sent = t->x->sent || t->certain.out;
    roster_exchange_lose(t->x, ROSTER_LOSS_TRANSPORT,
                         "the connection is of another process");
    t->x->abandon = NULL;
    t->x->transport = NULL;
    t->x = NULL;
  }
  keep_inherited(m);
  m->handle = NULL;
  m->active = NULL;
  m->idle = NULL;
  m->active_count = 0;
  m->idle_count = 0;
  m->singles = 0;
  m->posting = 0;
  return 1;
}

/* The exchange goes away first: its call was closed while on its way. */
static void abandon(struct roster_exchange *x) {
  struct roster_transfer *t = (struct roster_transfer *)x->transport;
  if (!roster_transfer_is_inherited(t->owner))
    detach(t);
}

static struct roster_transfer *take_transfer(struct roster_multi *m) {
  struct roster_transfer *t = m->idle;
  if (t != NULL) {
    m->idle = t->next;
    m->idle_count--;
    return t;
  }
  t = (struct roster_transfer *)calloc(1, sizeof(*t));
  if (t == NULL)
    return NULL;
  t->owner = m;
  roster_http1_init(&t->http1);
  if (!roster_curl_request_init(&t->request, &m->options)) {
    free_transfer(t);
    return NULL;
  }
  return t;
}

static CURLcode set_callbacks(struct roster_transfer *t) {
  CURL *easy = t->request.easy;
  CURLcode code = roster_socket_set(easy, &t->owner->sockets);
  ROSTER_SETOPT(code, easy, CURLOPT_ERRORBUFFER, t->error);
  ROSTER_SETOPT(code, easy, CURLOPT_WRITEFUNCTION, on_body);
  ROSTER_SETOPT(code, easy, CURLOPT_WRITEDATA, t);
  ROSTER_SETOPT(code, easy, CURLOPT_HEADERFUNCTION, on_header);
  ROSTER_SETOPT(code, easy, CURLOPT_HEADERDATA, t);
  ROSTER_SETOPT(code, easy, CURLOPT_PREREQFUNCTION, on_begin);
  ROSTER_SETOPT(code, easy, CURLOPT_PREREQDATA, t);
  ROSTER_SETOPT(code, easy, CURLOPT_PRIVATE, t);
  ROSTER_SETOPT(code, easy, CURLOPT_DEBUGFUNCTION, on_debug);
  ROSTER_SETOPT(code, easy, CURLOPT_DEBUGDATA, t);
  return code;
}

int roster_transfer_begin(struct roster_multi *m, struct roster_exchange *x) {
  struct roster_transfer *t = take_transfer(m);
  CURLcode code = CURLE_OK;
  if (t == NULL)
    return 0;
  t->x = x;
  roster_certain_init(&t->certain, t->request.easy, !x->repeatable);
  t->spoilt = 1;
  t->error[0] = '\0';
  x->abandon = abandon;
  x->transport = t;
  t->next = m->active;
  m->active = t;
  m->active_count++;
  m->singles += t->certain.single;
  t->posts =
      m->options.needs_room && roster_exchange_sends_body(x) && x->body.len > 0;
  m->posting += t->posts;
  if (!t->request.ready)
    code = set_callbacks(t);
  t->watched = t->first_line = t->chunked = 0;
  if (code == CURLE_OK && !set_verbose(t))
    code = CURLE_FAILED_INIT;
  if (code == CURLE_OK)
    code = roster_curl_request_set(&t->request, x);
  if (code == CURLE_OK &&
      curl_multi_add_handle(m->handle, t->request.easy) != CURLM_OK)
    code = CURLE_FAILED_INIT;
  if (code != CURLE_OK) {
    roster_exchange_lose(x, ROSTER_LOSS_TRANSPORT, curl_easy_strerror(code));
    detach(t);
  }
  return 1;
}

void roster_transfer_cancel(struct roster_multi *m, struct roster_exchange *x,
                            enum roster_loss loss, const char *reason) {
  struct roster_transfer *t = (struct roster_transfer *)x->transport;
  if (t != NULL && t->owner == m) {
    x->sent = x->sent || t->certain.out;
    roster_exchange_lose(x, loss, reason);
    detach(t);
  }
}

int roster_transfer_give_up(struct roster_multi *m, enum roster_loss loss,
                            const char *reason) {
  int count = 0;
  for (; m->active != NULL; count++) {
    m->active->spoilt = 1;
    roster_transfer_cancel(m, m->active->x, loss, reason);
  }
  return count;
}

/* No answer: why, in libcurl's words, and what to do about it. */
static void lose(struct roster_transfer *t, CURLcode code) {
  const char *words = t->error[0] != '\0' ? t->error : curl_easy_strerror(code);
  const char *advice = roster_certain_advice(code, words);
  enum roster_loss loss = roster_certain_loss(t->request.easy, code, words);
  char reason[ROSTER_REASON];
  if (t->certain.stale)
    words = "the service closed each connection before a request was sent";
  snprintf(reason, sizeof(reason), "%.160s%s", words,
           advice == NULL ? "" : advice);
  roster_exchange_lose(t->x, loss, advice == NULL ? words : reason);
}

/* libcurl is done with the transfer: the exchange gets its outcome. */
static void settle(struct roster_transfer *t, CURLcode code) {
  struct roster_exchange *x = t->x;
  x->sent = roster_certain_sent(&t->certain, code, t->error);
  x->connect_time =
      roster_curl_seconds(t->request.easy, CURLINFO_APPCONNECT_TIME_T);
  if (x->connect_time <= 0)
    x->connect_time =
        roster_curl_seconds(t->request.easy, CURLINFO_CONNECT_TIME_T);
  x->first_byte_time =
      roster_curl_seconds(t->request.easy, CURLINFO_STARTTRANSFER_TIME_T);
  x->total_time = roster_curl_seconds(t->request.easy, CURLINFO_TOTAL_TIME_T);
  /* a header or a last chunk that was cut off passes for an end with libcurl */
  if (code == CURLE_OK)
    roster_http1_end(&t->http1, x);
  if (x->outcome == ROSTER_LOST) {
    x->status = 0;
  } else if (code == CURLE_OK) {
    x->outcome = ROSTER_ANSWERED;
  } else {
    lose(t, code);
    x->status = 0;
  }
}

/* Ends what a look at its body has found a fault in; returns how many. */
static int end_faulted(struct roster_multi *m) {
  struct roster_transfer *t = m->active;
  int count = 0;
  m->faulted = 0;
  while (t != NULL) {
    struct roster_transfer *next = t->next;
    if (t->x->outcome == ROSTER_LOST) {
      settle(t, CURLE_WRITE_ERROR);
      detach(t);
      count++;
    }
    t = next;
  }
  return count;
}

/*
** Begins once more what the service certainly has not seen; 0 when the exchange
** has its outcome.
*/
static int begin_again(struct roster_transfer *t, CURLcode code) {
  CURL *easy = t->request.easy;
  double left =
      t->x->timeout - roster_curl_seconds(easy, CURLINFO_TOTAL_TIME_T);
  if (t->x->outcome == ROSTER_LOST || left <= 0 ||
      (code == CURLE_OK && t->x->status != 0) ||
      !roster_certain_replace(&t->certain, easy))
    return 0;
  t->first_line = t->chunked = 0;
  watch(t, 0);
  curl_multi_remove_handle(t->owner->handle, easy);
  t->error[0] = '\0';
  t->x->timeout = left;
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, roster_curl_milliseconds(left));
  return curl_multi_add_handle(t->owner->handle, easy) == CURLM_OK;
}

/*
** libcurl below 8.1 waits for ever when the response was whole before the end
** of the request was sent: the stream ends while libcurl writes, and it looks
** at a stream only when more bytes come. What is unpaused is looked at.
*/
static void look_again(struct roster_multi *m) {
  struct roster_transfer *t;
  for (t = m->active; t != NULL && m->posting > 0; t = t->next) {
    curl_off_t sent = 0;
    if (!t->posts ||
        curl_easy_getinfo(t->request.easy, CURLINFO_SIZE_UPLOAD_T, &sent) !=
            CURLE_OK ||
        (size_t)sent < t->x->body.len)
      continue;
    t->posts = 0;
    m->posting--;
    curl_easy_pause(t->request.easy, CURLPAUSE_RECV);
    curl_easy_pause(t->request.easy, CURLPAUSE_CONT);
  }
}

int roster_transfer_collect(struct roster_multi *m) {
  CURLMsg *message;
  int left;
  int count = 0;
  while ((message = curl_multi_info_read(m->handle, &left)) != NULL) {
    struct roster_transfer *t = NULL;
    CURLcode code;
    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
    code = message->data.result;
    if (begin_again(t, code))
      continue;
    settle(t, code);
    /* libcurl does not forget that a stream was refused */
    t->spoilt =
        code != CURLE_OK || t->certain.runs > 1 || t->certain.restarts > 0;
    detach(t);
    count++;
  }
  if (m->posting > 0)
    look_again(m);
  return m->faulted ? count + end_faulted(m) : count;
}

void roster_transfer_close(struct roster_multi *m) {
  roster_transfer_give_up(m, ROSTER_LOSS_CLOSED, ROSTER_CLOSED);
  while (m->idle != NULL) {
    struct roster_transfer *t = m->idle;
    m->idle = t->next;
    free_transfer(t);
  }
  m->idle_count = 0;
  if (m->handle != NULL)
    curl_multi_cleanup(m->handle);
  m->handle = NULL;
  roster_sockets_free(&m->sockets);
  roster_curl_options_free(&m->options);
}
