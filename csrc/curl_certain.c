/* Verdicts on what was sent; the contract is in curl_certain.h. */
#include "curl_certain.h"

#include <stdlib.h>
#include <string.h>

/* An exchange is begun again so often, the last time on a new connection, and
   is allowed out so often before that. */
enum { MAX_RESTARTS = 4, MAX_RUNS = 6 };

/*
** libcurl sends a request again by itself in two cases: when a reused
** connection was lost before a byte of the response came, and when the service
** refused the stream (RST_STREAM with REFUSED_STREAM, or a GOAWAY whose last
** stream is an earlier one: RFC 9113 6.8 and 8.7), which it then has not
** processed. RTSP's "receive" has no request of its own, so libcurl leaves out
** the first case, also for HTTP; no public option does. So it is in
** Curl_retry_request from 7.85 up to the version below. What a later libcurl
** does has to be read in its source first.
*/
static const unsigned int READ_UP_TO = 0x081600;

/* 0 when this libcurl does not do so; one without RTSP knows no such option. */
static int tell_single(CURL *easy, int single) {
  long request = single ? CURL_RTSPREQ_RECEIVE : CURL_RTSPREQ_OPTIONS;
  return curl_easy_setopt(easy, CURLOPT_RTSP_REQUEST, request) == CURLE_OK &&
         curl_version_info(CURLVERSION_NOW)->version_num <= READ_UP_TO;
}

void roster_certain_init(struct roster_certain *c, CURL *easy, int single) {
  int was_single = c->single;
  int refusals = c->refusals;
  memset(c, 0, sizeof(*c));
  c->single = single;
  c->refusals = was_single == single ? refusals : tell_single(easy, single);
}

static int is_reused(CURL *easy) {
  long connects = 0;
  return curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects) ==
             CURLE_OK &&
         connects == 0;
}

int roster_certain_together(const struct roster_certain *a,
                            const struct roster_certain *b) {
  return a->at.local_port != 0 && a->at.local_port == b->at.local_port &&
         a->at.remote_port == b->at.remote_port &&
         strcmp(a->at.remote_ip, b->at.remote_ip) == 0;
}

enum roster_permission roster_certain_ask(struct roster_certain *c, CURL *easy,
                                          const struct roster_sockets *sockets,
                                          int shared, const char *error) {
  if (c->single) {
    enum roster_socket_state state;
    /* with an error text, libcurl had another reason to begin again */
    if (c->runs > 0 && c->out && (!c->refusals || error[0] != '\0'))
      return ROSTER_MUST_STOP;
    c->out = 0;
    state = roster_socket_look(sockets, c->at.local_port, c->at.remote_port);
    /* an idle connection has nothing to read but the peer's farewell; a new
       one, or one with other streams, may have */
    c->stale = state == ROSTER_SOCKET_CLOSED ||
               (state == ROSTER_SOCKET_PENDING && !shared && is_reused(easy));
    if (c->stale) {
      /* or the next exchange would get the same connection */
      curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
      return ROSTER_MUST_REPLACE;
    }
  }
  c->stream = 0;
  c->runs++;
  c->out = 1;
  return ROSTER_MAY_WRITE;
}

/* The number after `words` at the start of the line, or -1. */
static long number_after(const char *line, const char *words) {
  size_t n = strlen(words);
  char *end;
  long number;
  if (strncmp(line, words, n) != 0)
    return -1;
  number = strtol(line + n, &end, 10);
  return end > line + n && number >= 0 ? number : -1;
}

/* As libcurl 7.85 to 8.4 and later ones tell of a stream, and 7.85 to 8.0 and
   later ones of a GOAWAY. */
long roster_certain_read(struct roster_certain *c, const char *line, size_t n,
                         const char *error) {
  static const char last_stream[] = "last_stream=";
  char text[96];
  const char *last;
  long stream;
  n = n < sizeof(text) ? n : sizeof(text) - 1;
  memcpy(text, line, n);
  text[n] = '\0';
  stream = number_after(text, "Using Stream ID: ");
  if (stream < 0 && (stream = number_after(text, "[HTTP/2] [")) >= 0 &&
      strstr(text, "] OPENED stream") == NULL)
    stream = -1;
  if (stream > 0)
    c->stream = stream;
  else if (strncmp(text, "Connection died", 15) == 0)
    c->stream = 0; /* what follows is of another connection */
  if (c->stream == 0 || error[0] != '\0' ||
      (strncmp(text, "received GOAWAY", 15) != 0 &&
       strncmp(text, "recveived GOAWAY", 16) != 0))
    return -1;
  last = strstr(text, last_stream);
  return last == NULL ? -1 : number_after(last, last_stream);
}

void roster_certain_excluded(struct roster_certain *c,
                             const struct roster_certain *from, long last) {
  if (roster_certain_together(c, from) && c->stream > last)
    c->out = 0;
}

int roster_certain_replace(struct roster_certain *c, CURL *easy) {
  if (!c->single || c->out || (!c->stale && c->runs == 0) ||
      c->restarts >= MAX_RESTARTS || c->runs >= MAX_RUNS)
    return 0;
  c->stale = 0;
  c->restarts++;
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 0L);
  if (c->restarts == MAX_RESTARTS)
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  return 1;
}

/* TLS 1.3: the service has ended the handshake that the client thought over,
   so that no request was decrypted (RFC 8446 4.4.2.4, 6.2). */
static int wants_certificate(const char *error) {
  return strstr(error, "alert certificate required") != NULL;
}

int roster_certain_sent(const struct roster_certain *c, CURLcode code,
                        const char *error) {
  static const char refused_often[] = "Connection died, tried";
  if (code == CURLE_SEND_ERROR && c->refusals &&
      strncmp(error, refused_often, sizeof(refused_often) - 1) == 0)
    return 0;
  if (code == CURLE_RECV_ERROR && wants_certificate(error))
    return 0;
  return c->out;
}

/* Has the proxy turned the credentials down, or asked for some? */
static int is_proxy_denial(CURL *easy, CURLcode code) {
  long status = 0;
  long denial = CURLPX_OK;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  if (status == 407)
    return 1;
  return code == CURLE_PROXY &&
         curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &denial) == CURLE_OK &&
         (denial == CURLPX_USER_REJECTED || denial == CURLPX_NO_AUTH);
}

/* Would every further attempt end in the same way? */
static int is_lasting(CURL *easy, CURLcode code, const char *error) {
  switch (code) {
  case CURLE_PEER_FAILED_VERIFICATION: /* certificates, and whom they are for */
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CLIENTCERT:
  case CURLE_SSL_CRL_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_NOT_BUILT_IN:
  case CURLE_UNKNOWN_OPTION:
  case CURLE_BAD_FUNCTION_ARGUMENT:
    return 1;
  case CURLE_OK:
    return 0;
  default:
    return wants_certificate(error) || is_proxy_denial(easy, code);
  }
}

/* CURLE_TOO_LARGE of libcurl 8.6 and later: the headers of an older libcurl,
   which roster may be built with, do not name it. */
enum { TOO_LARGE = 100 };

enum roster_loss roster_certain_loss(CURL *easy, CURLcode code,
                                     const char *error) {
  switch ((int)code) {
  case CURLE_OPERATION_TIMEDOUT:
    return ROSTER_LOSS_TIMEOUT;
  case CURLE_UNSUPPORTED_PROTOCOL: /* also: an answer that is not HTTP */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_URL_MALFORMAT:
  case CURLE_OUT_OF_MEMORY:
  case TOO_LARGE: /* a header line is longer than libcurl takes */
    return ROSTER_LOSS_PROTOCOL;
  default:
    return is_lasting(easy, code, error) ? ROSTER_LOSS_LASTING
                                         : ROSTER_LOSS_TRANSPORT;
  }
}

const char *roster_certain_advice(CURLcode code, const char *error) {
  static const char *const untrusted[] = {
      /* OpenSSL's words for an issuer that is not known, then GnuTLS's */
      "issuer certificate",
      "self-signed certificate",
      "self signed certificate",
      "verify the first certificate",
      "not trusted",
      "CAfile: none"};
  size_t i;
  if (code == CURLE_SSL_CACERT_BADFILE)
    return "; check the option \"ca\": a file with certificates in PEM";
  if (code != CURLE_PEER_FAILED_VERIFICATION)
    return NULL;
  for (i = 0; i < sizeof(untrusted) / sizeof(untrusted[0]); i++) {
    if (strstr(error, untrusted[i]) != NULL)
      return "; if the issuer is your own, name its certificate: ca = "
             "\"file.pem\"";
  }
  return NULL;
}
