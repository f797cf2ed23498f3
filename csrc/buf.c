/* Bytes with a ceiling; the contract is in buf.h. */
#include "buf.h"

#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 64 };

void roster_wipe(void *p, size_t n) {
  memset(p, 0, n);
  /* the compiler must believe that somebody looks at the zeros */
  __asm__ volatile("" : : "r"(p) : "memory");
}

void roster_buf_init(struct roster_buf *b, size_t max) {
  b->data = NULL;
  b->len = 0;
  b->cap = 0;
  b->used = 0;
  b->max = max;
  b->error = ROSTER_BUF_OK;
}

/*
** The first block is as large as what is known to be needed, later ones double.
** Copies by hand instead of realloc: the old block may hold a secret and
** must be overwritten before it goes back to the allocator.
*/
static int grow(struct roster_buf *b, size_t need) {
  size_t cap = b->cap < SMALLEST ? SMALLEST : b->cap;
  char *fresh;
  while (cap < need)
    cap = b->data == NULL || cap > ((size_t)-1) / 2 ? need : cap * 2;
  fresh = (char *)malloc(cap);
  if (fresh == NULL)
    return 0;
  if (b->data != NULL) {
    memcpy(fresh, b->data, b->len + 1);
    roster_wipe(b->data, b->used);
    free(b->data);
  } else {
    fresh[0] = '\0';
  }
  b->data = fresh;
  b->cap = cap;
  b->used = b->len + 1;
  return 1;
}

char *roster_buf_room(struct roster_buf *b, size_t n) {
  size_t need = b->len + n + 1;
  if (b->error != ROSTER_BUF_OK)
    return NULL;
  if (n > b->max || b->len > b->max - n) {
    b->error = ROSTER_BUF_TOOBIG;
    return NULL;
  }
  if (need > b->cap && !grow(b, need)) {
    b->error = ROSTER_BUF_NOMEM;
    return NULL;
  }
  if (b->used < need)
    b->used = need;
  return b->data + b->len;
}

void roster_buf_reserve(struct roster_buf *b, size_t n) {
  if (b->error == ROSTER_BUF_OK && n <= b->max && b->len <= b->max - n &&
      b->len + n + 1 > b->cap)
    grow(b, b->len + n + 1);
}

int roster_buf_add(struct roster_buf *b, const char *bytes, size_t n) {
  char *to = roster_buf_room(b, n);
  if (to == NULL)
    return 0;
  if (n > 0)
    memcpy(to, bytes, n);
  b->len += n;
  b->data[b->len] = '\0';
  return 1;
}

int roster_buf_adds(struct roster_buf *b, const char *text) {
  return roster_buf_add(b, text, strlen(text));
}

int roster_buf_addc(struct roster_buf *b, char c) {
  char *to = roster_buf_room(b, 1);
  if (to == NULL)
    return 0;
  to[0] = c;
  to[1] = '\0';
  b->len++;
  return 1;
}

const char *roster_buf_text(const struct roster_buf *b) {
  return b->data != NULL ? b->data : "";
}

const char *roster_buf_fault(const struct roster_buf *b) {
  if (b->error == ROSTER_BUF_OK)
    return NULL;
  return b->error == ROSTER_BUF_NOMEM ? "found no memory" : "is too long";
}

void roster_buf_clear(struct roster_buf *b) {
  b->len = 0;
  b->error = ROSTER_BUF_OK;
  if (b->data != NULL)
    b->data[0] = '\0';
}

void roster_buf_wipe(struct roster_buf *b) {
  if (b->used > 0)
    roster_wipe(b->data, b->used);
  b->used = 0;
  roster_buf_clear(b);
}

void roster_buf_free(struct roster_buf *b) {
  if (b->data != NULL) {
    roster_wipe(b->data, b->used);
    free(b->data);
  }
  roster_buf_init(b, b->max);
}

void roster_buf_give(struct roster_buf *b, struct roster_buf *to) {
  if (b->data == NULL || to->data != NULL || b->cap > to->max)
    return;
  roster_buf_wipe(b);
  to->data = b->data;
  to->cap = b->cap;
  roster_buf_init(b, b->max);
}
