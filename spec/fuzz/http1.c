/*
** The HTTP/1.1 response parser: in however many pieces an answer comes, the
** result is the same, and a whole one at that or none.
*/
#include "http1.h"
#include "fuzz.h"

#include <string.h>

enum { MOST = 4096 };

struct result {
  char reason[ROSTER_REASON];
  struct roster_exchange x;
  struct roster_http1 h;
};

static void begin(struct result *r) {
  roster_exchange_init(&r->x, MOST, r->reason);
  roster_http1_init(&r->h);
  roster_http1_begin(&r->h, &r->x);
}

static void finish(struct result *r) {
  if (r->x.outcome == ROSTER_PENDING)
    roster_http1_end(&r->h, &r->x);
}

static void drop(struct result *r) {
  roster_exchange_close(&r->x);
  roster_http1_free(&r->h);
}

static int alike(const struct roster_buf *a, const struct roster_buf *b) {
  return a->len == b->len &&
         memcmp(roster_buf_text(a), roster_buf_text(b), a->len) == 0;
}

static void compare(const struct result *a, const struct result *b) {
  MUST(a->x.outcome == b->x.outcome && a->x.loss == b->x.loss);
  MUST(a->x.status == b->x.status && a->h.keep == b->h.keep);
  MUST(a->x.headed == b->x.headed);
  MUST(strcmp(a->x.reason, b->x.reason) == 0);
  if (a->x.outcome == ROSTER_ANSWERED) {
    MUST(alike(&a->x.headers.text, &b->x.headers.text));
    MUST(alike(&a->x.answer, &b->x.answer));
  }
}

/* What holds whatever came. */
static void check(const struct result *r, size_t size) {
  const struct roster_exchange *x = &r->x;
  const char *name;
  const char *value;
  size_t at = 0;
  size_t count = 0;
  MUST(x->outcome != ROSTER_PENDING);
  MUST(x->answer.len <= MOST && x->answer.len <= size);
  if (x->outcome == ROSTER_LOST) {
    MUST(x->status == 0 && x->reason[0] != '\0' && !r->h.keep);
    return;
  }
  MUST(x->status >= 200 && x->status <= 999 && x->loss == ROSTER_LOSS_NONE);
  MUST(x->headed);
  while (roster_headers_next(&x->headers, &at, &name, &value)) {
    MUST(name[0] != '\0' && strpbrk(name, ":\r\n") == NULL);
    MUST(strpbrk(value, "\r\n") == NULL);
    count++;
  }
  MUST(count == x->headers.count && at == x->headers.text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  /* the last byte says how it is cut; it is no part of the answer */
  uint32_t chance = size > 0 ? data[--size] + 1u : 1;
  const char *bytes = (const char *)data;
  struct result whole;
  struct result cut;
  size_t at = 0;
  begin(&whole);
  roster_http1_feed(&whole.h, &whole.x, bytes, size);
  finish(&whole);
  check(&whole, size);
  begin(&cut);
  while (at < size) {
    size_t n;
    /* byte by byte for one value, else pieces of up to 1, 2, 4 ... bytes */
    chance = chance * 1103515245 + 12345;
    n = 1 + (chance >> 16) % (1u << (data[size] % 8));
    if (n > size - at)
      n = size - at;
    roster_http1_feed(&cut.h, &cut.x, bytes + at, n);
    at += n;
  }
  finish(&cut);
  compare(&whole, &cut);
  drop(&whole);
  drop(&cut);
  return 0;
}
