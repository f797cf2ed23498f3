/*
** The descriptors of a multi handle: close-on-exec, and of this process alone.
** No Lua here.
*/
#ifndef ROSTER_CURL_SOCKET_H
#define ROSTER_CURL_SOCKET_H

#include "curl_request.h"

/* curl_multi_init; NULL when out of memory. */
CURLM *roster_socket_multi(void);

/* Lets the handle open and close its sockets so. */
CURLcode roster_socket_set(CURL *easy);

#endif
