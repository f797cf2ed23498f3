/*
** A request as an easy handle is told it: what holds for all of them, what the
** client was given, and the exchange's own. No Lua here.
*/
#ifndef ROSTER_CURL_REQUEST_H
#define ROSTER_CURL_REQUEST_H

#include "exchange.h"

#if defined(__has_include)
#if !__has_include(<curl/curl.h>)
#error "libcurl's headers are missing: libcurl4-openssl-dev (Debian), \
libcurl-devel (Fedora), curl-dev (Alpine), curl (Homebrew)"
#endif
#endif
#include <curl/curl.h>

#if LIBCURL_VERSION_NUM < 0x075500
#error "libcurl 7.85 or later is needed"
#endif

/* Sets an option unless an earlier one failed; `code` is a variable. */
#define ROSTER_SETOPT(code, easy, option, value)                               \
  do {                                                                         \
    if ((code) == CURLE_OK)                                                    \
      (code) = curl_easy_setopt(easy, option, value);                          \
  } while (0)

/* What all requests of a multi handle share. */
struct roster_curl_options {
  const char *encodings;   /* static: the line that names them, or NULL */
  int has_ca_file;         /* of the system's: its folder is not needed */
  int checks_first_line;   /* of a header: folded, it corrupts its memory */
  int needs_room;          /* for a stream's last frame: else it waits */
  struct roster_buf ca;    /* file with certificates to trust, or empty */
  struct roster_buf proxy; /* URL, or empty */
  int direct;              /* no proxy, not even one of the environment */
};

/* What one easy handle was told, and what it refers to. */
struct roster_curl_request {
  CURL *easy;
  const struct roster_curl_options *options; /* its owner's */
  CURLU *url;               /* `origin` as libcurl has parsed it */
  struct roster_buf origin; /* of an earlier request, and likely of the next */
  /* the request's lines, which stay where the exchange has them: no copy of
     the credential that nobody would wipe */
  struct curl_slist *fields;
  size_t field_count;
  size_t field_room;
  struct roster_buf bare; /* lines that libcurl spells in its own way */
  int ready;              /* what holds for every request is set */
  int plain; /* ... and what the scheme asks for: 1 http, 0 https, -1 not */
};

/* What this libcurl can unpack; no setting of the client's yet. */
void roster_curl_options_init(struct roster_curl_options *o);
void roster_curl_options_free(struct roster_curl_options *o);

/* Makes a handle, which is told nothing yet; 0 when out of memory. */
int roster_curl_request_init(struct roster_curl_request *r,
                             const struct roster_curl_options *o);

/*
** Tells the handle the exchange's request, which must stay where it is until
** roster_curl_request_forget. What libcurl refuses is returned.
*/
CURLcode roster_curl_request_set(struct roster_curl_request *r,
                                 const struct roster_exchange *x);

/*
** The handle stays as it is set, but knows nothing of the exchange any more:
** all of that belongs to the call.
*/
void roster_curl_request_forget(struct roster_curl_request *r);

void roster_curl_request_free(struct roster_curl_request *r);

/* Seconds as libcurl takes them: in milliseconds, at least one. */
long roster_curl_milliseconds(double seconds);

/* A time that libcurl has taken of a transfer, in seconds. */
double roster_curl_seconds(CURL *easy, CURLINFO time);

#endif
