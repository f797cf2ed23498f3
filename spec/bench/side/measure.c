/*
** Runs a command and prints what it took: wall seconds, CPU seconds, and the
** largest resident memory in KB. usage: measure command [argument...]
*/
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv) {
  struct rusage use;
  double began = now();
  int status;
  pid_t pid;
  if (argc < 2)
    return 2;
  pid = fork();
  if (pid == 0) {
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  if (pid < 0 || wait4(pid, &status, 0, &use) != pid || status != 0) {
    fprintf(stderr, "%s failed\n", argv[1]);
    return 1;
  }
  printf("%.6f %.6f %ld\n", now() - began,
         seconds(use.ru_utime) + seconds(use.ru_stime), use.ru_maxrss);
  return 0;
}
