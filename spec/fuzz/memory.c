/*
** Lua's memory, much cheaper than from ASan's malloc and as closely watched:
** every block ends where it was asked to, poisoned bytes lie between two, and
** one that was freed stays poisoned until many of its size have followed it.
** The contract is in fuzz.h.
*/
#include "fuzz.h"

#include <sanitizer/asan_interface.h>
#include <string.h>

enum {
  GRAIN = 16,
  APART = GRAIN,    /* poisoned bytes between two blocks, at the least */
  LARGEST = 1024,   /* larger ones are malloc's */
  RESTING = 256,    /* blocks of one size that are free and not used again */
  PIECE = 64 * 1024 /* taken from malloc at a time */
};

enum { SIZES = LARGEST / GRAIN + 1 };

/* A block that is free; first in, first out. */
struct rest {
  struct rest *next;
};

static struct {
  struct rest *first;
  struct rest *last;
  size_t count;
} resting[SIZES];

/* What stands at the beginning of a piece; so none looks like a leak. */
struct piece {
  struct piece *before;
};

static struct piece *pieces;
static char *rest_of_piece;
static size_t left;

/* Whole grains. */
static size_t round_up(size_t n) { return (n + GRAIN - 1) / GRAIN; }

/* Fresh memory, poisoned. */
static char *cut(size_t n) {
  char *p;
  if (left < n) {
    struct piece *piece = (struct piece *)malloc(PIECE);
    MUST(piece != NULL);
    piece->before = pieces;
    pieces = piece;
    rest_of_piece = (char *)piece + APART;
    left = PIECE - APART;
    ASAN_POISON_MEMORY_REGION(rest_of_piece, left);
  }
  p = rest_of_piece;
  rest_of_piece += n;
  left -= n;
  return p;
}

__attribute__((no_sanitize("address"))) static char *take_block(size_t n) {
  size_t size = round_up(n);
  struct rest *p = resting[size].first;
  char *block;
  if (resting[size].count > RESTING) {
    resting[size].first = p->next;
    resting[size].count--;
    block = (char *)p;
  } else {
    block = cut(size * GRAIN + APART);
  }
  ASAN_UNPOISON_MEMORY_REGION(block, n);
  return block;
}

__attribute__((no_sanitize("address"))) static void put_block(char *block,
                                                              size_t n) {
  size_t size = round_up(n);
  struct rest *p = (struct rest *)block;
  p->next = NULL;
  if (resting[size].count++ == 0)
    resting[size].first = p;
  else
    resting[size].last->next = p;
  resting[size].last = p;
  ASAN_POISON_MEMORY_REGION(block, size * GRAIN);
}

static void *new_block(size_t n) {
  return n > LARGEST ? malloc(n) : take_block(n);
}

static void free_block(void *block, size_t n) {
  if (n > LARGEST)
    free(block);
  else if (n > 0)
    put_block((char *)block, n);
}

void *fuzz_alloc(void *unused, void *block, size_t old, size_t n) {
  void *fresh;
  (void)unused;
  if (n == 0) {
    if (block != NULL)
      free_block(block, old);
    return NULL;
  }
  fresh = new_block(n);
  if (block != NULL && fresh != NULL) {
    memcpy(fresh, block, old < n ? old : n);
    free_block(block, old);
  }
  return fresh;
}
