/*
** Looks into every block that roster gives back to the allocator, linked
** between the two by -Wl,--wrap=malloc,--wrap=realloc,--wrap=free; at the end of
** the process it writes what it has seen to the file that FREED names: blocks,
** bytes, and blocks with a secret.
*/
#define _GNU_SOURCE /* memmem */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "CANARY";
static long blocks;
static long bytes;
static long marked;

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_realloc(void *block, size_t n);
void __real_free(void *block);
void __wrap_free(void *block);
void *freed_keep(void *block, int c, size_t n);

/* What others have left in the block, beside what is asked for, is not ours. */
void *__wrap_malloc(size_t n) {
  void *block = __real_malloc(n);
  if (block != NULL)
    memset(block, 0, malloc_usable_size(block));
  return block;
}

void __wrap_free(void *block) {
  if (block != NULL) {
    size_t n = malloc_usable_size(block);
    blocks++;
    bytes += (long)n;
    marked += memmem(block, n, mark, sizeof(mark) - 1) != NULL;
  }
  __real_free(block);
}

/* A block that grows is given back, and a new one has no more than it had. */
void *__wrap_realloc(void *block, size_t n) {
  void *grown = __wrap_malloc(n);
  if (grown != NULL && block != NULL) {
    size_t had = malloc_usable_size(block);
    memcpy(grown, block, had < n ? had : n);
    __wrap_free(block);
  }
  return grown;
}

/* What a build has in memset's place that wipes nothing. */
void *freed_keep(void *block, int c, size_t n) {
  (void)c;
  (void)n;
  return block;
}

static void tell(void) __attribute__((destructor));

static void tell(void) {
  const char *path = getenv("FREED");
  FILE *file = path == NULL ? NULL : fopen(path, "a");
  if (file != NULL) {
    fprintf(file, "%ld %ld %ld\n", blocks, bytes, marked);
    fclose(file);
  }
}
