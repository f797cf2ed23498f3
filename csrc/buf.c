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
  b->max = max;
  b->error = ROSTER_BUF_OK;
}

/*
** Copies by hand instead of realloc: the old block may hold a secret and
** must be overwritten before it goes back to the allocator.
*/
static int grow(struct roster_buf *b, size_t need) {
  size_t cap = b->cap < SMALLEST ? SMALLEST : b->cap;
  char *fresh;
  while (cap < need)
    cap = cap > ((size_t)-1) / 2 ? need : cap * 2;
  fresh = (char *)malloc(cap);
  if (fresh == NULL) {
    b->error = ROSTER_BUF_NOMEM;
    return 0;
  }
  if (b->data != NULL) {
    memcpy(fresh, b->data, b->len + 1);
    roster_wipe(b->data, b->cap);
    free(b->data);
  }
  b->data = fresh;
  b->cap = cap;
  return 1;
}

char *roster_buf_room(struct roster_buf *b, size_t n) {
  if (b->error != ROSTER_BUF_OK)
    return NULL;
  if (n > b->max || b->len > b->max - n) {
    b->error = ROSTER_BUF_TOOBIG;
    return NULL;
  }
  if (b->len + n + 1 > b->cap && !grow(b, b->len + n + 1))
    return NULL;
  return b->data + b->len;
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
  return roster_buf_add(b, &c, 1);
}

const char *roster_buf_text(const struct roster_buf *b) {
  return b->data != NULL ? b->data : "";
}

void roster_buf_clear(struct roster_buf *b) {
  b->len = 0;
  b->error = ROSTER_BUF_OK;
  if (b->data != NULL)
    b->data[0] = '\0';
}

void roster_buf_wipe(struct roster_buf *b) {
  if (b->data != NULL)
    roster_wipe(b->data, b->cap);
  roster_buf_clear(b);
}

void roster_buf_free(struct roster_buf *b) {
  if (b->data != NULL) {
    roster_wipe(b->data, b->cap);
    free(b->data);
  }
  roster_buf_init(b, b->max);
}
