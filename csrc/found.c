/* Secrets that were found; the contract is in found.h. */
#include "found.h"
#include "secrets.h"

#include <string.h>

enum { MAX_FOUND = 64 * 1024 * 1024, MOST = 1000 };

void roster_found_init(struct roster_found *f) {
  roster_buf_init(&f->bytes, MAX_FOUND);
  f->count = 0;
  f->full = 0;
}

void roster_found_free(struct roster_found *f) { roster_buf_free(&f->bytes); }

int roster_found_add(struct roster_found *f, const char *secret, size_t n) {
  struct roster_buf *b = &f->bytes;
  size_t at = 0;
  size_t next = 0;
  size_t other;
  const char *found;
  char *to;
  /* a secret may be the beginning of another: the longer one comes first */
  while ((found = roster_found_next(f, &next, &other)) != NULL && other >= n) {
    if (other == n && memcmp(found, secret, n) == 0)
      return 1;
    at = next;
  }
  if (f->count == MOST) {
    f->full = 1;
    return 1;
  }
  if (roster_buf_room(b, sizeof n + n) == NULL)
    return 0;
  f->count++;
  other = b->len - at;
  roster_buf_add(b, (const char *)&n, sizeof n);
  roster_buf_add(b, secret, n);
  to = b->data + at;
  memmove(to + sizeof n + n, to, other);
  memcpy(to, &n, sizeof n);
  memcpy(to + sizeof n, secret, n);
  return 1;
}

void roster_found_clear(struct roster_found *f) {
  roster_buf_wipe(&f->bytes);
  f->count = 0;
  f->full = 0;
}

const char *roster_found_next(const struct roster_found *f, size_t *at,
                              size_t *n) {
  const char *secret;
  if (*at >= f->bytes.len)
    return NULL;
  memcpy(n, f->bytes.data + *at, sizeof *n);
  secret = f->bytes.data + *at + sizeof *n;
  *at += sizeof *n + *n;
  return secret;
}

size_t roster_found_scrub(const struct roster_found *f, char *text,
                          size_t len) {
  const char *secret;
  size_t at = 0;
  size_t n;
  while ((secret = roster_found_next(f, &at, &n)) != NULL)
    len = roster_secrets_strike(text, len, secret, n);
  return len;
}
