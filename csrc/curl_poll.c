/* A pollable multi; the contract is in curl_poll.h. */
#define _POSIX_C_SOURCE 200809L /* CLOCK_MONOTONIC under -std=c99 */

#include "curl_poll.h"
#include "process.h"

#ifdef __linux__

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { BATCH = 64 };

/* libcurl says which of its sockets to watch, and for what. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data,
                     void *socket_data) {
  const struct roster_multi *m = (const struct roster_multi *)data;
  struct epoll_event e;
  (void)easy;
  (void)socket_data;
  memset(&e, 0, sizeof(e));
  e.data.fd = fd;
  if ((what & CURL_POLL_IN) != 0)
    e.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0)
    e.events |= EPOLLOUT;
  if (what == CURL_POLL_REMOVE)
    epoll_ctl(m->poll_fd, EPOLL_CTL_DEL, fd, &e);
  else if (epoll_ctl(m->poll_fd, EPOLL_CTL_MOD, fd, &e) != 0 && errno == ENOENT)
    /* new, or closed and opened again under the same number */
    epoll_ctl(m->poll_fd, EPOLL_CTL_ADD, fd, &e);
  return 0;
}

/* libcurl says when it wants to be called even if no socket moves. */
static int on_timer(CURLM *handle, long ms, void *data) {
  const struct roster_multi *m = (const struct roster_multi *)data;
  struct itimerspec t;
  (void)handle;
  memset(&t, 0, sizeof(t));
  if (ms >= 0) {
    t.it_value.tv_sec = ms / 1000;
    /* all zero would stop the timer */
    t.it_value.tv_nsec = ms == 0 ? 1 : ms % 1000 * 1000000L;
  }
  timerfd_settime(m->timer_fd, 0, &t, NULL);
  return 0;
}

const char *roster_poll_open(struct roster_multi *m) {
  struct epoll_event e;
  if (m->poll_fd >= 0)
    return NULL;
  if (m->active != NULL)
    return "calls are on their way: ask for the descriptor before the first";
  m->poll_fd = epoll_create1(EPOLL_CLOEXEC);
  m->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  memset(&e, 0, sizeof(e));
  e.events = EPOLLIN;
  e.data.fd = m->timer_fd;
  if (m->poll_fd < 0 || m->timer_fd < 0 ||
      !roster_process_own(m->poll_fd, ROSTER_OWNED_AWAKE) ||
      !roster_process_own(m->timer_fd, ROSTER_OWNED_SILENT) ||
      epoll_ctl(m->poll_fd, EPOLL_CTL_ADD, m->timer_fd, &e) != 0) {
    roster_poll_close(m);
    return "the system has no descriptor left";
  }
  /* the data first: no callback may be without it */
  if (curl_multi_setopt(m->handle, CURLMOPT_SOCKETDATA, m) != CURLM_OK ||
      curl_multi_setopt(m->handle, CURLMOPT_TIMERDATA, m) != CURLM_OK ||
      curl_multi_setopt(m->handle, CURLMOPT_TIMERFUNCTION, on_timer) !=
          CURLM_OK ||
      curl_multi_setopt(m->handle, CURLMOPT_SOCKETFUNCTION, on_socket) !=
          CURLM_OK) {
    roster_poll_close(m);
    return "libcurl cannot be polled";
  }
  return NULL;
}

static int flags_of(uint32_t events) {
  int flags = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0)
    flags |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0)
    flags |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0)
    flags |= CURL_CSELECT_ERR;
  return flags;
}

CURLMcode roster_poll_step(struct roster_multi *m, int ms) {
  struct epoll_event events[BATCH];
  CURLMcode code = CURLM_OK;
  int running;
  int expired = 0;
  int n = epoll_wait(m->poll_fd, events, BATCH, ms);
  int i;
  if (n < 0 && errno != EINTR)
    return CURLM_INTERNAL_ERROR;
  for (i = 0; i < n && code == CURLM_OK; i++) {
    uint64_t times;
    if (events[i].data.fd != m->timer_fd)
      code = curl_multi_socket_action(m->handle, events[i].data.fd,
                                      flags_of(events[i].events), &running);
    else if (read(m->timer_fd, &times, sizeof(times)) > 0)
      expired = 1;
  }
  if (expired) {
    long next_ms = -1;
    CURLMcode late =
        curl_multi_socket_action(m->handle, CURL_SOCKET_TIMEOUT, 0, &running);
    code = code == CURLM_OK ? late : code;
    /* libcurl names its next time only when that has changed */
    curl_multi_timeout(m->handle, &next_ms);
    on_timer(m->handle, next_ms, m);
  }
  return code;
}

void roster_poll_wake(struct roster_multi *m) { on_timer(m->handle, 0, m); }

void roster_poll_close(struct roster_multi *m) {
  roster_process_disown(m->poll_fd);
  roster_process_disown(m->timer_fd);
  if (m->poll_fd >= 0)
    close(m->poll_fd);
  if (m->timer_fd >= 0)
    close(m->timer_fd);
  m->poll_fd = -1;
  m->timer_fd = -1;
}

#else

const char *roster_poll_open(struct roster_multi *m) {
  (void)m;
  return "a pollable descriptor needs Linux";
}

CURLMcode roster_poll_step(struct roster_multi *m, int ms) {
  (void)m;
  (void)ms;
  return CURLM_OK;
}

void roster_poll_wake(struct roster_multi *m) { (void)m; }

void roster_poll_close(struct roster_multi *m) { (void)m; }

#endif
