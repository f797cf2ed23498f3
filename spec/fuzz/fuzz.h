/* What the fuzz targets share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct lua_State;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run: the input at hand breaks what must hold for every input. */
#define MUST(condition)                                                        \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
      abort();                                                                 \
    }                                                                          \
  } while (0)

/* The input as a source of choices; zeros when it is used up. */
struct choices {
  const uint8_t *at;
  const uint8_t *end;
};

static inline unsigned choose(struct choices *c, unsigned below) {
  return c->at < c->end ? *c->at++ % below : 0;
}

/* The next bytes, at most `most`. */
static inline const char *take(struct choices *c, size_t most, size_t *n) {
  const char *s = (const char *)c->at;
  size_t left = (size_t)(c->end - c->at);
  *n = most < left ? most : left;
  c->at += *n;
  return s;
}

/*
** memcmp for the core where the fuzzer is not to learn from it (see .ci/fuzz):
** that takes longer than all else. ASan watches every byte that is looked at.
*/
int fuzz_compare(const void *a, const void *b, size_t n);

/* A lua_Alloc that lets ASan watch every block. Ends the run without memory. */
void *fuzz_alloc(void *unused, void *block, size_t old, size_t n);

/* A Lua with roster.core in it, made once. */
struct lua_State *fuzz_lua(void);

/* Are the two values alike, whatever their tables are? */
int fuzz_same(struct lua_State *L, int a, int b);

/*
** The same by value, ours first: lua-cjson has no integers, and doubles where
** digits were kept.
*/
int fuzz_alike(struct lua_State *L, int a, int b);

/* lua-cjson's decode, which the core is compared with. [-0, +1, e] */
void fuzz_push_cjson(struct lua_State *L);

#endif
