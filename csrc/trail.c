/* Where in a value a walk is; the contract is in trail.h. */
#include "trail.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 40 }; /* bytes of one key */

struct text {
  char *out;
  size_t len;
  size_t size;
  int cut;
};

int roster_trail_holds(const struct roster_trail *at, const void *container) {
  for (; at != NULL; at = at->up) {
    if (at->container == container)
      return 1;
  }
  return 0;
}

/* Keeps room for the dots. */
static void add(struct text *t, const char *bytes, size_t n) {
  static const char dots[] = "...";
  if (t->cut)
    return;
  if (t->len + n + sizeof dots > t->size) {
    t->cut = 1;
    bytes = dots;
    n = sizeof dots - 1;
  }
  memcpy(t->out + t->len, bytes, n);
  t->len += n;
  t->out[t->len] = '\0';
}

static int is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void add_key(struct text *t, const char *key, size_t len) {
  char shown[SHOWN];
  size_t n = len < SHOWN ? len : SHOWN;
  int plain = len > 0 && len <= SHOWN && is_letter(key[0]);
  size_t i;
  for (i = 0; i < n; i++) {
    char c = key[i];
    plain = plain && (is_letter(c) || (c >= '0' && c <= '9'));
    shown[i] = (char)(c >= 0x20 && c < 0x7F && c != '"' ? c : '?');
  }
  if (plain) {
    add(t, ".", 1);
    add(t, shown, n);
  } else {
    add(t, "[\"", 2);
    add(t, shown, n);
    add(t, len > SHOWN ? "..\"]" : "\"]", len > SHOWN ? 4 : 2);
  }
}

static void add_place(struct text *t, const struct roster_trail *at) {
  char number[32];
  if (at == NULL) {
    add(t, "body", 4);
    return;
  }
  add_place(t, at->up);
  if (at->key != NULL) {
    add_key(t, at->key, at->len);
  } else {
    snprintf(number, sizeof number, "[%lu]", (unsigned long)at->index);
    add(t, number, strlen(number));
  }
}

void roster_trail_write(const struct roster_trail *at, char *out, size_t size) {
  struct text t;
  t.out = out;
  t.len = 0;
  t.size = size;
  t.cut = 0;
  out[0] = '\0';
  add_place(&t, at);
}
