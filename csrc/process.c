/* Processes and their descriptors; the contract is in process.h. */
#define _POSIX_C_SOURCE 200809L /* fstat's times and pipe under -std=c99 */
#define _DARWIN_C_SOURCE 1

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __APPLE__
#include <dlfcn.h>
#endif

/* A number is given again once it is closed: the file tells them apart. */
struct owned {
  int fd;
  enum roster_owned kind;
  dev_t device;
  ino_t file;
};

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned long forks;
static struct owned *list;
static size_t count;
static size_t room;
static int started;

/* --------------------------------------------------- in the child of a fork */

/* Only what POSIX allows there: another thread may have held any lock. */

static int new_silent(void) {
  int both[2];
  int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (fd < 0 && pipe(both) == 0) {
    close(both[1]);
    fd = both[0];
  }
  return fd;
}

static int new_awake(void) {
  int both[2];
  int written;
  if (pipe(both) != 0)
    return -1;
  written = write(both[1], "", 1) == 1;
  close(both[1]);
  if (written)
    return both[0];
  close(both[0]);
  return -1;
}

static void replace(const struct owned *o) {
  struct stat s;
  int fd;
  if (fstat(o->fd, &s) != 0 || s.st_dev != o->device || s.st_ino != o->file)
    return;
  /* first: the process may have no descriptor left */
  close(o->fd);
  fd = o->kind == ROSTER_OWNED_AWAKE ? new_awake() : new_silent();
  if (fd >= 0 && fd != o->fd) {
    dup2(fd, o->fd);
    close(fd);
  }
  if (fd >= 0)
    fcntl(o->fd, F_SETFD, FD_CLOEXEC);
}

static void in_child(void) {
  int number = errno;
  size_t i;
  forks++;
  for (i = 0; i < count; i++)
    replace(&list[i]);
  count = 0;
  errno = number;
  pthread_mutex_unlock(&gate);
}

/* --------------------------------------------------------- in all others */

static void lock(void) { pthread_mutex_lock(&gate); }

static void unlock(void) { pthread_mutex_unlock(&gate); }

#ifdef __APPLE__
/* Stays mapped: the system calls the handlers after dlclose as well. */
static void stay(void) {
  Dl_info info;
  if (dladdr((const void *)&forks, &info) != 0)
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NODELETE);
}
#else
static void stay(void) {}
#endif

int roster_process_start(void) {
  int ok;
  lock();
  if (!started) {
    started = pthread_atfork(lock, unlock, in_child) == 0;
    if (started)
      stay();
  }
  ok = started;
  unlock();
  return ok;
}

unsigned long roster_process(void) { return forks; }

static void forget(int fd) {
  size_t i = 0;
  while (i < count) {
    if (list[i].fd == fd)
      list[i] = list[--count];
    else
      i++;
  }
}

int roster_process_own(int fd, enum roster_owned kind) {
  struct owned o;
  struct stat s;
  int ok;
  if (fstat(fd, &s) != 0)
    return 1; /* not a descriptor: nothing to keep */
  o.fd = fd;
  o.kind = kind;
  o.device = s.st_dev;
  o.file = s.st_ino;
  lock();
  forget(fd);
  if (count == room) {
    size_t more = room == 0 ? 16 : 2 * room;
    struct owned *grown = (struct owned *)realloc(list, more * sizeof(*list));
    if (grown != NULL) {
      list = grown;
      room = more;
    }
  }
  ok = count < room;
  if (ok)
    list[count++] = o;
  unlock();
  return ok;
}

void roster_process_disown(int fd) {
  lock();
  forget(fd);
  unlock();
}
