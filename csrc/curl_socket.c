/* Descriptors of a multi handle; the contract is in curl_socket.h. */
#define _POSIX_C_SOURCE 200809L /* F_DUPFD_CLOEXEC under -std=c99 */
#define _DEFAULT_SOURCE 1       /* SOCK_CLOEXEC */
#define _GNU_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "curl_socket.h"
#include "process.h"

#include <fcntl.h>
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

static curl_socket_t on_open(void *data, curlsocktype purpose,
                             struct curl_sockaddr *address) {
  int fd = new_socket(address->family, address->socktype, address->protocol);
  (void)data;
  (void)purpose;
  if (fd >= 0 && roster_process_own(fd, ROSTER_OWNED_SILENT))
    return fd;
  if (fd >= 0)
    close(fd);
  return CURL_SOCKET_BAD;
}

static int on_close(void *data, curl_socket_t fd) {
  (void)data;
  roster_process_disown(fd);
  return close(fd);
}

CURLcode roster_socket_set(CURL *easy) {
  CURLcode code = CURLE_OK;
  ROSTER_SETOPT(code, easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
  ROSTER_SETOPT(code, easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
  return code;
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
