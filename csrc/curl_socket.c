/* Descriptors of a multi handle; the contract is in curl_socket.h. */
#define _POSIX_C_SOURCE 200809L /* F_DUPFD_CLOEXEC under -std=c99 */
#define _DEFAULT_SOURCE 1       /* SOCK_CLOEXEC */
#define _GNU_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "curl_socket.h"
#include "process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* The descriptors by which libcurl wakes a waiting thread, at most. */
enum { WAKERS = 2 };

static int set_cloexec(int fd) {
  int flags = fcntl(fd, F_GETFD);
  return flags >= 0 && fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0;
}

static int new_socket(int family, int type, int protocol) {
#ifdef SOCK_CLOEXEC
  return socket(family, type | SOCK_CLOEXEC, protocol);
#else
  int fd = socket(family, type, protocol);
  if (fd >= 0)
    set_cloexec(fd);
  return fd;
#endif
}

/* Lists the socket; one that there is no memory for is never looked at. */
static void list_socket(struct roster_sockets *s, int fd) {
  if (s->count == s->room) {
    size_t room = s->room == 0 ? 8 : s->room * 2;
    int *fds = (int *)malloc(room * sizeof(*fds));
    if (fds == NULL)
      return;
    if (s->count > 0)
      memcpy(fds, s->fds, s->count * sizeof(*fds));
    free(s->fds);
    s->fds = fds;
    s->room = room;
  }
  s->fds[s->count++] = fd;
}

static curl_socket_t on_open(void *data, curlsocktype purpose,
                             struct curl_sockaddr *address) {
  int fd = new_socket(address->family, address->socktype, address->protocol);
  (void)purpose;
  if (fd >= 0 && roster_process_own(fd, ROSTER_OWNED_SILENT)) {
    list_socket((struct roster_sockets *)data, fd);
    return fd;
  }
  if (fd >= 0)
    close(fd);
  return CURL_SOCKET_BAD;
}

static int on_close(void *data, curl_socket_t fd) {
  struct roster_sockets *s = (struct roster_sockets *)data;
  size_t i = 0;
  while (i < s->count && s->fds[i] != fd)
    i++;
  if (i < s->count)
    s->fds[i] = s->fds[--s->count];
  roster_process_disown(fd);
  return close(fd);
}

CURLcode roster_socket_set(CURL *easy, struct roster_sockets *sockets) {
  CURLcode code = CURLE_OK;
  ROSTER_SETOPT(code, easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
  ROSTER_SETOPT(code, easy, CURLOPT_OPENSOCKETDATA, sockets);
  ROSTER_SETOPT(code, easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
  ROSTER_SETOPT(code, easy, CURLOPT_CLOSESOCKETDATA, sockets);
  return code;
}

void roster_sockets_free(struct roster_sockets *s) {
  free(s->fds);
  memset(s, 0, sizeof(*s));
}

typedef int name_of(int fd, struct sockaddr *name, socklen_t *n);

/* The port at one end of the socket; -1 when it has none. */
static int port_of(int fd, name_of *end) {
  struct sockaddr_storage name;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  socklen_t n = sizeof(name);
  memset(&name, 0, sizeof(name));
  if (end(fd, (struct sockaddr *)&name, &n) != 0)
    return -1;
  if (name.ss_family == AF_INET) {
    memcpy(&v4, &name, sizeof(v4));
    return ntohs(v4.sin_port);
  }
  if (name.ss_family == AF_INET6) {
    memcpy(&v6, &name, sizeof(v6));
    return ntohs(v6.sin6_port);
  }
  return -1;
}

static enum roster_socket_state look(int fd) {
  struct pollfd p;
  char byte;
  short closed = POLLHUP | POLLERR;
#ifdef POLLRDHUP
  closed |= POLLRDHUP;
#endif
  memset(&p, 0, sizeof(p));
  p.fd = fd;
  p.events = (short)(POLLIN | closed);
  if (poll(&p, 1, 0) <= 0)
    return ROSTER_SOCKET_QUIET;
  if ((p.revents & closed) != 0 ||
      recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
    return ROSTER_SOCKET_CLOSED;
  return (p.revents & POLLIN) != 0 ? ROSTER_SOCKET_PENDING
                                   : ROSTER_SOCKET_QUIET;
}

enum roster_socket_state roster_socket_look(const struct roster_sockets *s,
                                            int local_port, int remote_port) {
  int found = -1;
  size_t i;
  for (i = 0; i < s->count; i++) {
    if (port_of(s->fds[i], getsockname) != local_port ||
        port_of(s->fds[i], getpeername) != remote_port)
      continue;
    if (found >= 0)
      return ROSTER_SOCKET_QUIET; /* of two hosts: which one is not known */
    found = s->fds[i];
  }
  return found < 0 ? ROSTER_SOCKET_QUIET : look(found);
}

/* One end of a pipe or of a pair of sockets that outlives exec? */
static int is_waker(int fd) {
  struct sockaddr_storage name;
  socklen_t n = sizeof(name);
  struct stat s;
  int flags = fcntl(fd, F_GETFD);
  memset(&name, 0, sizeof(name));
  if (flags < 0 || (flags & FD_CLOEXEC) != 0 || fstat(fd, &s) != 0)
    return 0;
  return S_ISFIFO(s.st_mode) ||
         (getsockname(fd, (struct sockaddr *)&name, &n) == 0 &&
          name.ss_family == AF_UNIX);
}

/*
** libcurl below 8.9 does not set close-on-exec on the pair of descriptors that
** each multi handle has to be woken by, and has no function that returns their
** numbers: the pair gets the lowest numbers that are free.
*/
CURLM *roster_socket_multi(void) {
  int free_fds[WAKERS];
  CURLM *handle;
  int i;
  for (i = 0; i < WAKERS; i++)
    free_fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (i = 0; i < WAKERS; i++) {
    if (free_fds[i] >= 0)
      close(free_fds[i]);
  }
  handle = curl_multi_init();
  for (i = 0; handle != NULL && i < WAKERS; i++) {
    if (free_fds[i] >= 0 && is_waker(free_fds[i]))
      set_cloexec(free_fds[i]);
  }
  return handle;
}
