/* What an easy handle is told; the contract is in curl_request.h. */
#define _POSIX_C_SOURCE 200809L /* access under -std=c99 */

#include "curl_request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { MAX_SETTING = 4096 };

/* The first libcurl with curl#11103: at run time, whatever the headers say. */
static const unsigned int FOLDS_SAFELY = 0x080100;

/*
** libcurl below 8.1 waits for ever for the end of an HTTP/2 stream whose last
** frame did not fit into its receive buffer, when that frame was the last it
** had read: nghttp2, paused there, goes on only when more bytes come. In a
** buffer of a header, of at most 128 KB, and of what it reads at a time, 32
** KB, any frame fits; this is the largest it takes, for what comes while other
** streams of the connection are read.
*/
enum { MAX_RECEIVED = 512 * 1024 };
static const unsigned int ENDS_STREAMS = 0x080100;

/* Seconds: load balancers hang up on a connection that was idle for 60. */
static const long IDLE_AGE = 50;

double roster_curl_seconds(CURL *easy, CURLINFO info) {
  curl_off_t us = 0;
  if (curl_easy_getinfo(easy, info, &us) != CURLE_OK)
    return -1;
  return (double)us / 1e6;
}

long roster_curl_milliseconds(double seconds) {
  double ms = seconds * 1000;
  return ms < 1 ? 1 : ms > 2e9 ? 2000000000L : (long)ms;
}

/*
** The line for the encodings that libcurl can unpack, as it would write it
** itself: but with every request anew, and letter by letter. NULL: it knows
** none.
*/
static const char *known_encodings(void) {
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

static int has_ca_file(void) {
  const curl_version_info_data *known = curl_version_info(CURLVERSION_NOW);
  return known->age >= CURLVERSION_SEVENTH && known->cainfo != NULL &&
         access(known->cainfo, R_OK) == 0;
}

void roster_curl_options_init(struct roster_curl_options *o) {
  o->encodings = known_encodings();
  o->has_ca_file = has_ca_file();
  o->checks_first_line =
      curl_version_info(CURLVERSION_NOW)->version_num < FOLDS_SAFELY;
  o->needs_room =
      curl_version_info(CURLVERSION_NOW)->version_num < ENDS_STREAMS;
  roster_buf_init(&o->ca, MAX_SETTING);
  roster_buf_init(&o->proxy, MAX_SETTING);
}

void roster_curl_options_free(struct roster_curl_options *o) {
  roster_buf_free(&o->ca);
  roster_buf_free(&o->proxy);
}

int roster_curl_request_init(struct roster_curl_request *r,
                             const struct roster_curl_options *o) {
  memset(r, 0, sizeof(*r));
  r->options = o;
  r->plain = -1;
  roster_buf_init(&r->origin, (size_t)-1 / 4);
  roster_buf_init(&r->bare, (size_t)-1 / 4);
  r->easy = curl_easy_init();
  return r->easy != NULL;
}

void roster_curl_request_free(struct roster_curl_request *r) {
  /* first: it refers to the others */
  if (r->easy != NULL)
    curl_easy_cleanup(r->easy);
  curl_url_cleanup(r->url);
  roster_buf_free(&r->origin);
  free(r->fields);
  roster_buf_free(&r->bare);
}

/* ------------------------------------------------------------------- fields */

/* Makes room for `n` lines, none of which is there yet. */
static int reserve_lines(struct roster_curl_request *r, size_t n) {
  struct curl_slist *fields;
  if (n <= r->field_room)
    return 1;
  fields = (struct curl_slist *)calloc(n, sizeof(*fields));
  if (fields == NULL)
    return 0;
  free(r->fields);
  r->fields = fields;
  r->field_room = n;
  return 1;
}

/* libcurl only reads the line, whatever its type says. */
static void add_line(struct roster_curl_request *r, const char *line) {
  struct curl_slist *field = &r->fields[r->field_count];
  memcpy(&field->data, &line, sizeof(line));
  field->next = NULL;
  if (r->field_count > 0)
    field[-1].next = field;
  r->field_count++;
}

/* libcurl drops "Name:"; an empty value is spelled "Name;". */
static const char *spell_bare(struct roster_curl_request *r, const char *line) {
  size_t at = r->bare.len;
  roster_buf_add(&r->bare, line, strlen(line) - 2);
  roster_buf_add(&r->bare, ";", 2);
  return r->bare.data + at;
}

static int add_lines(struct roster_curl_request *r,
                     const struct roster_exchange *x, int has_body) {
  static const char untyped[] = "Content-Type:";
  size_t at = 0;
  size_t n = 3;
  int typed = 0;
  int encoded = 0;
  const char *line;
  while (roster_exchange_field(x, &at) != NULL)
    n++;
  /* at once: what has been added must not move */
  if (!reserve_lines(r, n) || roster_buf_room(&r->bare, x->fields.len) == NULL)
    return 0;
  at = 0;
  while ((line = roster_exchange_field(x, &at)) != NULL) {
    typed = typed || strncasecmp(line, untyped, sizeof(untyped) - 1) == 0;
    encoded = encoded || strncasecmp(line, "Accept-Encoding:", 16) == 0;
    n = strlen(line);
    if (n >= 2 && strcmp(line + n - 2, ": ") == 0)
      line = spell_bare(r, line);
    add_line(r, line);
  }
  if (!encoded && r->options->encodings != NULL)
    add_line(r, r->options->encodings);
  if (has_body) {
    /* libcurl would call an empty body a form */
    if (!typed)
      add_line(r, untyped);
    /* no 100-continue: it costs a round trip, or a second where unsupported */
    add_line(r, "Expect:");
  }
  return 1;
}

/* ------------------------------------------------------------------ options */

#define SET(option, value) ROSTER_SETOPT(code, r->easy, option, value)

/* A libcurl without TLS to proxies has no such option, and needs none. */
static CURLcode set_proxy_tls(CURL *easy) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION,
                                   (long)CURL_SSLVERSION_TLSv1_2);
  return code == CURLE_UNKNOWN_OPTION || code == CURLE_NOT_BUILT_IN ? CURLE_OK
                                                                    : code;
}

/* What holds for every request: safe by default, nothing followed. */
static CURLcode set_common(struct roster_curl_request *r) {
  const struct roster_curl_options *o = r->options;
  CURLcode code = CURLE_OK;
  if (r->ready)
    return code;
  SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* or the end of a transfer waits for a name server that does not answer;
     a libcurl that does not know it may be loaded */
  curl_easy_setopt(r->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  SET(CURLOPT_ACCEPT_ENCODING, "");
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_MAXAGE_CONN, IDLE_AGE);
  SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
  SET(CURLOPT_PATH_AS_IS, 1L);
  if (o->needs_room)
    SET(CURLOPT_BUFFERSIZE, (long)MAX_RECEIVED);
  if (o->ca.len > 0)
    SET(CURLOPT_CAINFO, o->ca.data);
  /* with a folder besides, libcurl reads the file for each connection; whoever
     knows no folder refuses the option, and need not be told */
  if (o->ca.len > 0 || o->has_ca_file)
    curl_easy_setopt(r->easy, CURLOPT_CAPATH, NULL);
  if (code == CURLE_OK)
    code = set_proxy_tls(r->easy);
  if (o->proxy.len > 0) {
    SET(CURLOPT_PROXY, o->proxy.data);
    SET(CURLOPT_NOPROXY, "");
  } else if (o->direct) {
    SET(CURLOPT_PROXY, "");
  }
  r->ready = code == CURLE_OK;
  return code;
}

static CURLcode set_scheme(struct roster_curl_request *r, const char *url) {
  int plain = strncasecmp(url, "http://", 7) == 0;
  CURLcode code = CURLE_OK;
  if (plain == r->plain)
    return code;
  /* a connection in the making may turn out to carry several at a time */
  SET(CURLOPT_PIPEWAIT, plain ? 0L : 1L);
  /* plain http was allowed because it stays on this machine: a proxy of the
     environment must not carry it away */
  if (r->options->proxy.len == 0)
    SET(CURLOPT_NOPROXY, plain ? "*" : NULL);
  r->plain = code == CURLE_OK ? plain : -1;
  return code;
}

/* The bytes of an absolute URL up to its path. */
static size_t origin_length(const char *url) {
  const char *colon = strstr(url, "://");
  size_t scheme = colon == NULL ? 0 : (size_t)(colon - url) + 3;
  return scheme + strcspn(url + scheme, "/?#");
}

/* Is the origin parsed? Where it cannot be, libcurl says what it dislikes. */
static int has_origin(struct roster_curl_request *r, const char *url,
                      size_t n) {
  if (r->origin.len == n && memcmp(r->origin.data, url, n) == 0)
    return 1;
  if (r->url == NULL && (r->url = curl_url()) == NULL)
    return 0;
  roster_buf_clear(&r->origin);
  if (roster_buf_add(&r->origin, url, n) &&
      curl_url_set(r->url, CURLUPART_URL, r->origin.data, 0) == CURLUE_OK)
    return 1;
  roster_buf_clear(&r->origin);
  return 0;
}

/*
** One parsed origin serves many requests, and what is behind it goes out as it
** stands: to parse a URL was most of what it took to begin a request. Left to
** libcurl are a proxy of plain http, which is told the whole of it, and a
** fragment, which is told to nobody.
*/
static CURLcode set_url(struct roster_curl_request *r, const char *url) {
  size_t n = origin_length(url);
  int relayed = r->plain == 1 && r->options->proxy.len > 0;
  int split = url[n] == '/' && !relayed && strchr(url + n, '#') == NULL &&
              has_origin(r, url, n);
  CURLcode code = CURLE_OK;
  /* CURLOPT_CURLU, NULL included, makes libcurl 8.14 forget CURLOPT_URL */
  SET(CURLOPT_CURLU, split ? r->url : NULL);
  SET(CURLOPT_URL, split ? r->origin.data : url);
  SET(CURLOPT_REQUEST_TARGET, split ? url + n : NULL);
  return code;
}

static CURLcode set_request(struct roster_curl_request *r,
                            const struct roster_exchange *x, int has_body) {
  int is_get = strcmp(x->method, "GET") == 0 && !has_body;
  CURLcode code = set_url(r, x->url.data);
  SET(CURLOPT_HTTPHEADER, r->field_count > 0 ? r->fields : NULL);
  SET(CURLOPT_TIMEOUT_MS, roster_curl_milliseconds(x->timeout));
  SET(CURLOPT_CONNECTTIMEOUT_MS, roster_curl_milliseconds(x->connect_timeout));
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

CURLcode roster_curl_request_set(struct roster_curl_request *r,
                                 const struct roster_exchange *x) {
  int has_body = roster_exchange_sends_body(x);
  CURLcode code = CURLE_OUT_OF_MEMORY;
  if (add_lines(r, x, has_body))
    code = set_common(r);
  if (code == CURLE_OK)
    code = set_scheme(r, x->url.data);
  if (code == CURLE_OK)
    code = set_request(r, x, has_body);
  return code;
}

void roster_curl_request_forget(struct roster_curl_request *r) {
  curl_easy_setopt(r->easy, CURLOPT_CURLU, NULL);
  curl_easy_setopt(r->easy, CURLOPT_URL, NULL);
  curl_easy_setopt(r->easy, CURLOPT_REQUEST_TARGET, NULL);
  curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, NULL);
  curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, NULL);
  roster_buf_wipe(&r->bare);
  r->field_count = 0;
}
