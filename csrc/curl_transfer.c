/* Exchanges over a libcurl multi handle; the contract is in curl_transfer.h. */
#define _POSIX_C_SOURCE 200809L /* access under -std=c99 */

#include "curl_transfer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { IDLE_MAX = 32 };

/* Seconds: load balancers hang up on a connection that was idle for 60. */
static const long IDLE_AGE = 50;

/* One exchange on its way, or an idle handle kept for the next one. */
struct roster_transfer {
  CURL *easy;
  CURLU *url;
  /* the request's lines, which stay where the exchange has them: no copy of
     the credential that nobody would wipe */
  struct curl_slist *fields;
  size_t field_count;
  size_t field_room;
  struct roster_buf bare; /* lines that libcurl spells in its own way */
  struct roster_exchange *x;
  struct roster_multi *owner;
  struct roster_transfer *next;
  int ready;  /* what holds for every request is set */
  int plain;  /* ... and what the scheme asks for: 1 http, 0 https, -1 not */
  int runs;   /* how often the request was begun on a connection */
  int spoilt; /* did not come to a good end: its state may be anything */
  char error[CURL_ERROR_SIZE];
};

/* ---------------------------------------------------------------- callbacks */

static size_t on_body(char *bytes, size_t size, size_t n, void *data) {
  struct roster_transfer *t = (struct roster_transfer *)data;
  curl_off_t length = 0;
  if (t->x->answer.len == 0 &&
      curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) ==
          CURLE_OK)
    roster_exchange_expect(t->x, (double)length);
  if (!roster_buf_add(&t->x->answer, bytes, size * n)) {
    roster_exchange_overflow(t->x, &t->x->answer, "answer");
    return 0;
  }
  return size * n;
}

static size_t on_header(char *line, size_t size, size_t n, void *data) {
  struct roster_transfer *t = (struct roster_transfer *)data;
  struct roster_exchange *x = t->x;
  /* a proxy's CONNECT and a 1xx have status lines of their own */
  if (n >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
    const char *space = (const char *)memchr(line, ' ', n);
    roster_exchange_status(x, space == NULL ? 0 : (int)strtol(space, NULL, 10));
  } else if (n > 0 && (line[0] == '\r' || line[0] == '\n')) {
    /* a 1xx has an end of its own, and another header behind it */
    x->headed = x->status >= 200;
    t->owner->headed |= x->headed;
  } else if (!roster_headers_line(&x->headers, line, size * n)) {
    roster_exchange_overflow(x, &x->headers.text, "header");
    return 0;
  }
  return size * n;
}

/*
** libcurl sends a request again by itself when a reused connection dies
** before a byte came back. The service may have acted all the same, so what
** must not happen twice is not begun twice.
*/
static int on_begin(void *data, char *remote_ip, char *local_ip,
                    int remote_port, int local_port) {
  struct roster_transfer *t = (struct roster_transfer *)data;
  (void)remote_ip;
  (void)local_ip;
  (void)remote_port;
  (void)local_port;
  t->runs++;
  if (t->runs > 1 && !t->x->repeatable) {
    t->x->sent = 1;
    roster_exchange_lose(t->x, ROSTER_LOSS_TRANSPORT,
                         "the connection was lost before an answer came");
    return CURL_PREREQFUNC_ABORT;
  }
  return CURL_PREREQFUNC_OK;
}

/* ---------------------------------------------------------------- transfers */

static void free_transfer(struct roster_transfer *t) {
  if (t->easy != NULL)
    curl_easy_cleanup(t->easy);
  curl_url_cleanup(t->url);
  free(t->fields);
  roster_buf_free(&t->bare);
  free(t);
}

/*
** The handle stays as it is set, but knows nothing of the exchange any more:
** all of that belongs to the call.
*/
static void forget_request(struct roster_transfer *t) {
  curl_easy_setopt(t->easy, CURLOPT_CURLU, NULL);
  curl_easy_setopt(t->easy, CURLOPT_URL, NULL);
  curl_url_cleanup(t->url);
  t->url = NULL;
  curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, NULL);
  curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, NULL);
  roster_buf_wipe(&t->bare);
  t->field_count = 0;
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
  }
  curl_multi_remove_handle(m->handle, t->easy);
  t->x->abandon = NULL;
  t->x->transport = NULL;
  t->x = NULL;
  if (m->idle_count < IDLE_MAX && !t->spoilt) {
    forget_request(t);
    t->next = m->idle;
    m->idle = t;
    m->idle_count++;
  } else {
    free_transfer(t);
  }
}

/* The exchange goes away first: its call was closed while on its way. */
static void abandon(struct roster_exchange *x) {
  detach((struct roster_transfer *)x->transport);
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
  t->plain = -1;
  roster_buf_init(&t->bare, (size_t)-1 / 4);
  t->easy = curl_easy_init();
  if (t->easy == NULL) {
    free(t);
    return NULL;
  }
  return t;
}

/* Makes room for `n` lines, none of which is there yet. */
static int reserve_lines(struct roster_transfer *t, size_t n) {
  struct curl_slist *fields;
  if (n <= t->field_room)
    return 1;
  fields = (struct curl_slist *)calloc(n, sizeof(*fields));
  if (fields == NULL)
    return 0;
  free(t->fields);
  t->fields = fields;
  t->field_room = n;
  return 1;
}

/* libcurl only reads the line, whatever its type says. */
static void add_line(struct roster_transfer *t, const char *line) {
  struct curl_slist *field = &t->fields[t->field_count];
  memcpy(&field->data, &line, sizeof(line));
  field->next = NULL;
  if (t->field_count > 0)
    field[-1].next = field;
  t->field_count++;
}

/* Does libcurl see a body, be it an empty one? */
static int sends_body(const struct roster_exchange *x) {
  return x->has_body || strcmp(x->method, "POST") == 0 ||
         strcmp(x->method, "PUT") == 0 || strcmp(x->method, "PATCH") == 0;
}

/* libcurl drops "Name:"; an empty value is spelled "Name;". */
static const char *spell_bare(struct roster_transfer *t, const char *line) {
  size_t at = t->bare.len;
  roster_buf_add(&t->bare, line, strlen(line) - 2);
  roster_buf_add(&t->bare, ";", 2);
  return t->bare.data + at;
}

static int add_lines(struct roster_transfer *t, int has_body) {
  static const char untyped[] = "Content-Type:";
  const struct roster_exchange *x = t->x;
  size_t at = 0;
  size_t n = 3;
  int typed = 0;
  int encoded = 0;
  const char *line;
  while (roster_exchange_field(x, &at) != NULL)
    n++;
  /* at once: what has been added must not move */
  if (!reserve_lines(t, n) || roster_buf_room(&t->bare, x->fields.len) == NULL)
    return 0;
  at = 0;
  while ((line = roster_exchange_field(x, &at)) != NULL) {
    typed = typed || strncasecmp(line, untyped, sizeof(untyped) - 1) == 0;
    encoded = encoded || strncasecmp(line, "Accept-Encoding:", 16) == 0;
    n = strlen(line);
    if (n >= 2 && strcmp(line + n - 2, ": ") == 0)
      line = spell_bare(t, line);
    add_line(t, line);
  }
  if (!encoded && t->owner->encodings != NULL)
    add_line(t, t->owner->encodings);
  if (has_body) {
    /* libcurl would call an empty body a form */
    if (!typed)
      add_line(t, untyped);
    /* no 100-continue: it costs a round trip, or a second where unsupported */
    add_line(t, "Expect:");
  }
  return 1;
}

long roster_transfer_milliseconds(double seconds) {
  double ms = seconds * 1000;
  return ms < 1 ? 1 : ms > 2e9 ? 2000000000L : (long)ms;
}

const char *roster_transfer_encodings(void) {
  static const char *const lines[2][2] = {
      {"Accept-Encoding: deflate, gzip",
       "Accept-Encoding: deflate, gzip, zstd"},
      {"Accept-Encoding: deflate, gzip, br",
       "Accept-Encoding: deflate, gzip, br, zstd"}};
  int known = curl_version_info(CURLVERSION_NOW)->features;
  if ((known & CURL_VERSION_LIBZ) == 0)
    return NULL;
  return lines[(known & CURL_VERSION_BROTLI) != 0]
              [(known & CURL_VERSION_ZSTD) != 0];
}

int roster_transfer_has_ca_file(void) {
  const curl_version_info_data *known = curl_version_info(CURLVERSION_NOW);
  return known->age >= CURLVERSION_SEVENTH && known->cainfo != NULL &&
         access(known->cainfo, R_OK) == 0;
}

#define SET(option, value)                                                     \
  do {                                                                         \
    if (code == CURLE_OK)                                                      \
      code = curl_easy_setopt(t->easy, option, value);                         \
  } while (0)

/* What holds for every request: safe by default, nothing followed. */
static CURLcode set_common(struct roster_transfer *t) {
  const struct roster_multi *m = t->owner;
  CURLcode code = CURLE_OK;
  if (t->ready)
    return code;
  SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* or the end of a transfer waits for a name server that does not answer;
     a libcurl that does not know it may be loaded */
  curl_easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
  SET(CURLOPT_ERRORBUFFER, t->error);
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  SET(CURLOPT_ACCEPT_ENCODING, "");
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_WRITEFUNCTION, on_body);
  SET(CURLOPT_WRITEDATA, t);
  SET(CURLOPT_HEADERFUNCTION, on_header);
  SET(CURLOPT_HEADERDATA, t);
  SET(CURLOPT_PREREQFUNCTION, on_begin);
  SET(CURLOPT_PREREQDATA, t);
  SET(CURLOPT_PRIVATE, t);
  SET(CURLOPT_MAXAGE_CONN, IDLE_AGE);
  SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
  SET(CURLOPT_PATH_AS_IS, 1L);
  if (m->ca.len > 0)
    SET(CURLOPT_CAINFO, m->ca.data);
  /* whoever knows no folder refuses the option, and need not be told */
  if (m->only_file)
    curl_easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
  if (m->proxy.len > 0) {
    SET(CURLOPT_PROXY, m->proxy.data);
    SET(CURLOPT_NOPROXY, "");
  }
  t->ready = code == CURLE_OK;
  return code;
}

static CURLcode set_scheme(struct roster_transfer *t) {
  int plain = strncasecmp(t->x->url.data, "http://", 7) == 0;
  CURLcode code = CURLE_OK;
  if (plain == t->plain)
    return code;
  /* a connection in the making may turn out to carry several at a time */
  SET(CURLOPT_PIPEWAIT, plain ? 0L : 1L);
  /* plain http was allowed because it stays on this machine: a proxy of the
     environment must not carry it away */
  if (t->owner->proxy.len == 0)
    SET(CURLOPT_NOPROXY, plain ? "*" : NULL);
  t->plain = code == CURLE_OK ? plain : -1;
  return code;
}

/*
** Parsed here, because libcurl would spell what it has parsed once more. Where
** this fails it tells itself what it does not like.
*/
static CURLcode set_url(struct roster_transfer *t) {
  const char *text = t->x->url.data;
  CURLcode code = CURLE_OK;
  SET(CURLOPT_URL, text);
  t->url = curl_url();
  if (t->url != NULL &&
      curl_url_set(t->url, CURLUPART_URL, text,
                   CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME |
                       CURLU_PATH_AS_IS) == CURLUE_OK)
    SET(CURLOPT_CURLU, t->url);
  return code;
}

static CURLcode set_request(struct roster_transfer *t, int has_body) {
  const struct roster_exchange *x = t->x;
  int is_get = strcmp(x->method, "GET") == 0 && !has_body;
  CURLcode code = set_url(t);
  SET(CURLOPT_HTTPHEADER, t->field_count > 0 ? t->fields : NULL);
  SET(CURLOPT_TIMEOUT_MS, roster_transfer_milliseconds(x->timeout));
  SET(CURLOPT_CONNECTTIMEOUT_MS,
      roster_transfer_milliseconds(x->connect_timeout));
  SET(CURLOPT_LOW_SPEED_TIME,
      (long)(x->stall_timeout < 1 ? 1 : x->stall_timeout));
  if (has_body) {
    SET(CURLOPT_POSTFIELDS, roster_buf_text(&x->body));
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body.len);
  } else {
    SET(CURLOPT_HTTPGET, 1L);
  }
  SET(CURLOPT_CUSTOMREQUEST, is_get ? NULL : x->method);
  return code;
}

int roster_transfer_begin(struct roster_multi *m, struct roster_exchange *x) {
  struct roster_transfer *t = take_transfer(m);
  CURLcode code = CURLE_OUT_OF_MEMORY;
  int has_body = sends_body(x);
  if (t == NULL)
    return 0;
  t->x = x;
  t->runs = 0;
  t->spoilt = 1;
  t->error[0] = '\0';
  x->abandon = abandon;
  x->transport = t;
  t->next = m->active;
  m->active = t;
  m->active_count++;
  if (add_lines(t, has_body))
    code = set_common(t);
  if (code == CURLE_OK)
    code = set_scheme(t);
  if (code == CURLE_OK)
    code = set_request(t, has_body);
  if (code == CURLE_OK && curl_multi_add_handle(m->handle, t->easy) != CURLM_OK)
    code = CURLE_FAILED_INIT;
  if (code != CURLE_OK) {
    roster_exchange_lose(x, ROSTER_LOSS_TRANSPORT, curl_easy_strerror(code));
    detach(t);
  }
  return 1;
}

void roster_transfer_cancel(struct roster_multi *m, struct roster_exchange *x,
                            const char *reason) {
  struct roster_transfer *t = (struct roster_transfer *)x->transport;
  if (t != NULL && t->owner == m) {
    /* once it was begun on a connection, some of it may have arrived */
    x->sent = x->sent || t->runs > 0;
    roster_exchange_lose(x, ROSTER_LOSS_TRANSPORT, reason);
    detach(t);
  }
}

int roster_transfer_give_up(struct roster_multi *m, const char *reason) {
  int count = 0;
  for (; m->active != NULL; count++) {
    m->active->spoilt = 1;
    roster_transfer_cancel(m, m->active->x, reason);
  }
  return count;
}

static double seconds_of(CURL *easy, CURLINFO info) {
  curl_off_t us = 0;
  if (curl_easy_getinfo(easy, info, &us) != CURLE_OK)
    return -1;
  return (double)us / 1e6;
}

static enum roster_loss loss_of(CURLcode code) {
  switch (code) {
  case CURLE_OPERATION_TIMEDOUT:
    return ROSTER_LOSS_TIMEOUT;
  case CURLE_UNSUPPORTED_PROTOCOL: /* also: an answer that is not HTTP */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_OUT_OF_MEMORY:
    return ROSTER_LOSS_PROTOCOL;
  default:
    return ROSTER_LOSS_TRANSPORT;
  }
}

/* libcurl is done with the transfer: the exchange gets its outcome. */
static void settle(struct roster_transfer *t, CURLcode code) {
  struct roster_exchange *x = t->x;
  long request_size = 0;
  curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &request_size);
  if (request_size > 0)
    x->sent = 1;
  x->connect_time = seconds_of(t->easy, CURLINFO_APPCONNECT_TIME_T);
  if (x->connect_time <= 0)
    x->connect_time = seconds_of(t->easy, CURLINFO_CONNECT_TIME_T);
  x->first_byte_time = seconds_of(t->easy, CURLINFO_STARTTRANSFER_TIME_T);
  x->total_time = seconds_of(t->easy, CURLINFO_TOTAL_TIME_T);
  if (x->outcome == ROSTER_LOST) {
    x->status = 0;
  } else if (code == CURLE_OK && x->status >= 100 && x->status <= 999) {
    x->outcome = ROSTER_ANSWERED;
  } else if (code == CURLE_OK) {
    roster_exchange_lose(x, ROSTER_LOSS_PROTOCOL, "the answer is not HTTP");
    x->status = 0;
  } else {
    roster_exchange_lose(x, loss_of(code),
                         t->error[0] != '\0' ? t->error
                                             : curl_easy_strerror(code));
    x->status = 0;
  }
}

int roster_transfer_collect(struct roster_multi *m) {
  CURLMsg *message;
  int left;
  int count = 0;
  while ((message = curl_multi_info_read(m->handle, &left)) != NULL) {
    struct roster_transfer *t = NULL;
    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
    settle(t, message->data.result);
    t->spoilt = message->data.result != CURLE_OK;
    detach(t);
    count++;
  }
  return count;
}

void roster_transfer_close(struct roster_multi *m) {
  roster_transfer_give_up(m, "the client was closed");
  while (m->idle != NULL) {
    struct roster_transfer *t = m->idle;
    m->idle = t->next;
    free_transfer(t);
  }
  m->idle_count = 0;
  if (m->handle != NULL)
    curl_multi_cleanup(m->handle);
  m->handle = NULL;
  roster_buf_free(&m->ca);
  roster_buf_free(&m->proxy);
}
