/* Verdicts on what was sent; the contract is in curl_certain.h. */
#include "curl_certain.h"

#include <string.h>

/* A stale connection is replaced so often; the last time by a new one. */
enum { MAX_RESTARTS = 4 };

/*
** libcurl sends a request again by itself in two cases: when a reused
** connection was lost before a byte of the response came, and when the service
** refused the stream (RST_STREAM with REFUSED_STREAM, or a GOAWAY whose last
** stream is an earlier one: RFC 9113 6.8 and 8.7), which it then has not
** processed. RTSP's "receive" has no request of its own, so libcurl leaves out
** the first case, also for HTTP; no public option does. So it is in
** Curl_retry_request from 7.85 up to what follows; a later libcurl is not
** believed before somebody has looked.
*/
static const unsigned int READ_UP_TO = 0x081600;

static CURLcode tell_single(CURL *easy, int single) {
  return curl_easy_setopt(easy, CURLOPT_RTSP_REQUEST,
                          single ? (long)CURL_RTSPREQ_RECEIVE
                                 : (long)CURL_RTSPREQ_OPTIONS);
}

CURLcode roster_certain_init(struct roster_certain *c, CURL *easy, int single) {
  memset(c, 0, sizeof(*c));
  /* a libcurl without RTSP knows no such option */
  c->refusals = tell_single(easy, single) == CURLE_OK && single &&
                curl_version_info(CURLVERSION_NOW)->version_num <= READ_UP_TO;
  return CURLE_OK;
}

static int is_reused(CURL *easy) {
  long connects = 0;
  return curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects) ==
             CURLE_OK &&
         connects == 0;
}

enum roster_permission roster_certain_ask(struct roster_certain *c, CURL *easy,
                                          const struct roster_sockets *sockets,
                                          struct roster_ports ports, int single,
                                          int shared, const char *error) {
  if (single) {
    enum roster_socket_state state;
    /* with an error text, libcurl had another reason to begin again */
    if (c->runs > 0 && (!c->refusals || error[0] != '\0'))
      return ROSTER_MUST_STOP;
    c->out = 0;
    state = roster_socket_look(sockets, ports.local, ports.remote);
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
  c->runs++;
  c->out = 1;
  return ROSTER_MAY_WRITE;
}

int roster_certain_replace(struct roster_certain *c, CURL *easy) {
  if (!c->stale || c->restarts >= MAX_RESTARTS)
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

int roster_certain_lasting(CURL *easy, CURLcode code, const char *error) {
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
