/*
** What the torture talks to over TCP: a few fixed answers on loopback, many
** connections, each kept. It forgets everything, so that what is asked twice
** is answered twice in the same way.
*/
#define _GNU_SOURCE 1

#include "faults.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 200, ROOM = 8192 };

static struct pollfd fds[MOST];
static char taken[MOST][ROOM];
static size_t lengths[MOST];
static int count;
static int port;
static pid_t child;

static int begins(const char *s, const char *with) {
  return strncmp(s, with, strlen(with)) == 0;
}

static void answer(int fd, const char *request) {
  static const char user[] = "{\"id\":\"00u1\",\"status\":\"ACTIVE\","
                             "\"profile\":{\"login\":\"a\\u00e9@x\"}}";
  char more[256] = "";
  char body[512];
  char whole[1024];
  int status = 200;
  int n;
  snprintf(body, sizeof body, "%s", user);
  if (begins(request, "GET /api/v1/users?after=2")) {
    snprintf(body, sizeof body, "[%s]", user);
  } else if (begins(request, "GET /api/v1/users ") ||
             begins(request, "GET /api/v1/users?")) {
    snprintf(body, sizeof body, "[%s,%s]", user, user);
    snprintf(more, sizeof more,
             "Link: <http://127.0.0.1:%d/api/v1/users?after=2>; "
             "rel=\"next\"\r\n",
             port);
  } else if (begins(request, "GET /api/v1/users/missing")) {
    status = 404;
    snprintf(body, sizeof body,
             "{\"errorCode\":\"E0000007\",\"errorSummary\":\"Not found\"}");
  } else if (begins(request, "DELETE ")) {
    body[0] = '\0';
  }
  n = snprintf(whole, sizeof whole,
               "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n"
               "X-Okta-Request-Id: req1\r\n%sContent-Length: %lu\r\n\r\n%s",
               status, more, (unsigned long)strlen(body), body);
  if (write(fd, whole, (size_t)n) < 0)
    return;
}

static void drop(int i) {
  close(fds[i].fd);
  count--;
  fds[i] = fds[count];
  lengths[i] = lengths[count];
  memcpy(taken[i], taken[count], lengths[count]);
}

/* Is a whole request there? Its length, or 0. */
static size_t whole_length(const char *s, size_t n) {
  const char *end = (const char *)memmem(s, n, "\r\n\r\n", 4);
  const char *length = strcasestr(s, "\r\nContent-Length:");
  size_t header;
  size_t body = 0;
  if (end == NULL)
    return 0;
  header = (size_t)(end - s) + 4;
  if (length != NULL && length < end)
    body = (size_t)strtoul(length + 17, NULL, 10);
  return header + body <= n ? header + body : 0;
}

static void serve_one(int i) {
  ssize_t n = read(fds[i].fd, taken[i] + lengths[i], ROOM - 1 - lengths[i]);
  size_t length;
  if (n <= 0) {
    drop(i);
    return;
  }
  lengths[i] += (size_t)n;
  taken[i][lengths[i]] = '\0';
  while ((length = whole_length(taken[i], lengths[i])) > 0) {
    answer(fds[i].fd, taken[i]);
    lengths[i] -= length;
    memmove(taken[i], taken[i] + length, lengths[i] + 1);
  }
}

static void serve(int listener) {
  fds[0].fd = listener;
  fds[0].events = POLLIN;
  count = 1;
  for (;;) {
    int i;
    if (poll(fds, (nfds_t)count, -1) < 0)
      continue;
    for (i = count - 1; i > 0; i--) {
      if (fds[i].revents != 0)
        serve_one(i);
    }
    if (fds[0].revents != 0 && count < MOST) {
      int fd = accept(listener, NULL, NULL);
      if (fd < 0)
        continue;
      fds[count].fd = fd;
      fds[count].events = POLLIN;
      fds[count].revents = 0;
      lengths[count] = 0;
      count++;
    }
  }
}

int server_start(void) {
  struct sockaddr_in at;
  socklen_t length = sizeof at;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
      listen(listener, MOST) != 0 ||
      getsockname(listener, (struct sockaddr *)&at, &length) != 0) {
    perror("torture: no server");
    exit(1);
  }
  port = ntohs(at.sin_port);
  child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    serve(listener);
  }
  close(listener);
  return port;
}

void server_stop(void) {
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
  child = 0;
}
