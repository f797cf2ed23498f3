/*
** The descriptors of a multi handle: close-on-exec, and of this process alone.
** No Lua here.
*/
#ifndef ROSTER_CURL_SOCKET_H
#define ROSTER_CURL_SOCKET_H

#include "curl_request.h"

/* curl_multi_init; NULL when out of memory. */
CURLM *roster_socket_multi(void);

/* The sockets that are open. */
struct roster_sockets {
  int *fds;
  size_t count;
  size_t room;
};

/*
** Lets the handle open and close its sockets so. They are listed in `sockets`,
** which must live as long as the multi handle.
*/
CURLcode roster_socket_set(CURL *easy, struct roster_sockets *sockets);

void roster_sockets_free(struct roster_sockets *s);

enum roster_socket_state {
  ROSTER_SOCKET_QUIET,   /* open, nothing to read; also: not known */
  ROSTER_SOCKET_PENDING, /* the peer has sent bytes that nothing has read yet */
  ROSTER_SOCKET_CLOSED   /* the peer has closed or reset the connection */
};

/*
** What the system has received on the socket that connects the two ports, at
** this moment and before anything else is read or written.
*/
enum roster_socket_state roster_socket_look(const struct roster_sockets *s,
                                            int local_port, int remote_port);

#endif
