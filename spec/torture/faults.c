/*
** The calls that can fail, each behind the linker's --wrap: those of the core
** itself, since only its object files are linked with it.
*/
#define _GNU_SOURCE 1

#include "faults.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

static int armed = -1;
static enum fault_length lasts;
static long nth;
static long seen;
static long failed;
static long blocks;
static const char *last_name = "";

void fault_arm(enum fault_class wanted, enum fault_length length, long n) {
  armed = (int)wanted;
  lasts = length;
  nth = n;
  seen = 0;
  failed = 0;
  last_name = "";
}

long fault_disarm(void) {
  armed = -1;
  return failed;
}

long fault_seen(void) { return seen; }

long fault_blocks(void) { return blocks; }

const char *fault_name(void) { return last_name; }

void fault_set_name(const char *name) { last_name = name; }

int fault_due(enum fault_class of) {
  if (armed != (int)of)
    return 0;
  seen++;
  if (nth == 0 || seen < nth || (lasts == FAULT_ONCE && seen > nth) ||
      (lasts == FAULT_TWICE && seen > nth + 1))
    return 0;
  failed++;
  return 1;
}

static int due(const char *name) {
  if (!fault_due(FAULT_SYSTEM))
    return 0;
  last_name = name;
  errno = EIO;
  return 1;
}

/* ------------------------------------------------------------------ memory */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size) {
  if (fault_due(FAULT_CORE))
    return NULL;
  blocks++;
  return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
  if (fault_due(FAULT_CORE))
    return NULL;
  blocks++;
  return __real_calloc(n, size);
}

void __wrap_free(void *block) {
  if (block != NULL)
    blocks--;
  __real_free(block);
}

/* Lua is told by its manual that a block never fails to become smaller. */
void *fault_lua_alloc(void *data, void *block, size_t old_size, size_t size) {
  (void)data;
  if (size == 0) {
    __real_free(block);
    return NULL;
  }
  if ((block == NULL || size > old_size) && fault_due(FAULT_LUA))
    return NULL;
  return realloc(block, size);
}

static void *curl_alloc(size_t size) {
  return fault_due(FAULT_LIBCURL) ? NULL : __real_malloc(size);
}

static void *curl_resize(void *block, size_t size) {
  return fault_due(FAULT_LIBCURL) ? NULL : realloc(block, size);
}

static void *curl_zeroed(size_t n, size_t size) {
  return fault_due(FAULT_LIBCURL) ? NULL : __real_calloc(n, size);
}

static char *curl_copy(const char *text) {
  return fault_due(FAULT_LIBCURL) ? NULL : strdup(text);
}

int fault_curl_start(void) {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_alloc, __real_free,
                              curl_resize, curl_copy, curl_zeroed) == CURLE_OK;
}

/* --------------------------------------------------------- libcurl, system */

/* Each row: type, name, what a failure returns, parameters, arguments. */
#define FAILING(type, name, value, parameters, arguments)                      \
  type __real_##name parameters;                                               \
  type __wrap_##name parameters;                                               \
  type __wrap_##name parameters {                                              \
    return due(#name) ? (value) : __real_##name arguments;                     \
  }

FAILING(CURLcode, curl_global_init, CURLE_FAILED_INIT, (long flags), (flags))
FAILING(CURL *, curl_easy_init, NULL, (void), ())
FAILING(CURLM *, curl_multi_init, NULL, (void), ())
FAILING(CURLMcode, curl_multi_add_handle, CURLM_OUT_OF_MEMORY,
        (CURLM * m, CURL *e), (m, e))
FAILING(CURLMcode, curl_multi_perform, CURLM_OUT_OF_MEMORY,
        (CURLM * m, int *running), (m, running))
FAILING(CURLMcode, curl_multi_poll, CURLM_OUT_OF_MEMORY,
        (CURLM * m, struct curl_waitfd *fds, unsigned n, int ms, int *count),
        (m, fds, n, ms, count))
FAILING(CURLMcode, curl_multi_socket_action, CURLM_OUT_OF_MEMORY,
        (CURLM * m, curl_socket_t fd, int bits, int *running),
        (m, fd, bits, running))
FAILING(CURLMcode, curl_multi_timeout, CURLM_BAD_HANDLE, (CURLM * m, long *ms),
        (m, ms))
FAILING(CURLU *, curl_url, NULL, (void), ())
FAILING(CURLUcode, curl_url_set, CURLUE_OUT_OF_MEMORY,
        (CURLU * url, CURLUPart part, const char *text, unsigned flags),
        (url, part, text, flags))
FAILING(int, epoll_create1, -1, (int flags), (flags))
FAILING(int, epoll_ctl, -1, (int p, int op, int fd, struct epoll_event *e),
        (p, op, fd, e))
FAILING(int, epoll_wait, -1, (int p, struct epoll_event *e, int n, int ms),
        (p, e, n, ms))
FAILING(int, timerfd_create, -1, (int clock, int flags), (clock, flags))
FAILING(int, timerfd_settime, -1,
        (int fd, int flags, const struct itimerspec *t, struct itimerspec *old),
        (fd, flags, t, old))
FAILING(ssize_t, read, -1, (int fd, void *to, size_t n), (fd, to, n))
FAILING(int, fflush, EOF, (FILE * f), (f))
FAILING(int, fsync, -1, (int fd), (fd))
FAILING(int, ftruncate, -1, (int fd, off_t n), (fd, n))
FAILING(int, flock, -1, (int fd, int op), (fd, op))
FAILING(int, fstat, -1, (int fd, struct stat *about), (fd, about))
FAILING(int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
FAILING(int, dup2, -1, (int from, int to), (from, to))
FAILING(int, isatty, 0, (int fd), (fd))
FAILING(int, nanosleep, -1, (const struct timespec *t, struct timespec *left),
        (t, left))

/* The three that take one more argument of any type: a register, all of it. */
#define FAILING_ANY(name, handle, option, type, value, may)                    \
  type __real_##name(handle, option, ...);                                     \
  type __wrap_##name(handle, option, ...);                                     \
  type __wrap_##name(handle h, option o, ...) {                                \
    va_list args;                                                              \
    void *argument;                                                            \
    va_start(args, o);                                                         \
    argument = va_arg(args, void *);                                           \
    va_end(args);                                                              \
    return (may) && due(#name) ? (value) : __real_##name(h, o, argument);      \
  }

typedef CURL *easy_handle;
typedef CURLM *multi_handle;
FAILING_ANY(curl_easy_setopt, easy_handle, CURLoption, CURLcode,
            CURLE_OUT_OF_MEMORY, 1)
/* the pointer that a transfer was given comes back without fail */
FAILING_ANY(curl_easy_getinfo, easy_handle, CURLINFO, CURLcode,
            CURLE_UNKNOWN_OPTION, o != CURLINFO_PRIVATE)
FAILING_ANY(curl_multi_setopt, multi_handle, CURLMoption, CURLMcode,
            CURLM_UNKNOWN_OPTION, 1)

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...) {
  va_list args;
  int argument;
  va_start(args, command);
  argument = va_arg(args, int);
  va_end(args);
  return due("fcntl") ? -1 : __real_fcntl(fd, command, argument);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...) {
  va_list args;
  int mode;
  va_start(args, flags);
  mode = (flags & O_CREAT) != 0 ? va_arg(args, int) : 0;
  va_end(args);
  return due("open") ? -1 : __real_open(path, flags, mode);
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...) {
  va_list args;
  void *argument;
  va_start(args, request);
  argument = va_arg(args, void *);
  va_end(args);
  return due("ioctl") ? -1 : __real_ioctl(fd, request, argument);
}
