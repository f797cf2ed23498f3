/* Response header fields; the contract is in headers.h. */
#include "headers.h"

#include <string.h>
#include <strings.h>

/* A typical answer's fields at once, instead of growing to that. */
enum { TYPICAL = 1000 };

/* What stands before a field's name: nobody counts the bytes again. */
struct lengths {
  size_t name;
  size_t value;
};

void roster_headers_init(struct roster_headers *h, size_t max) {
  roster_buf_init(&h->text, max);
  h->count = 0;
  h->last = 0;
}

void roster_headers_clear(struct roster_headers *h) {
  roster_buf_wipe(&h->text);
  h->count = 0;
}

void roster_headers_free(struct roster_headers *h) {
  roster_buf_free(&h->text);
  h->count = 0;
}

static int blank(char c) { return c == ' ' || c == '\t'; }

static int add(struct roster_headers *h, const char *name, size_t name_len,
               const char *value, size_t value_len) {
  const char *nul = (const char *)memchr(value, '\0', value_len);
  struct lengths n;
  char *to;
  if (nul != NULL)
    value_len = (size_t)(nul - value);
  while (value_len > 0 && blank(value[0])) {
    value++;
    value_len--;
  }
  while (value_len > 0 && blank(value[value_len - 1]))
    value_len--;
  n.name = name_len;
  n.value = value_len;
  if (h->text.cap == 0)
    roster_buf_reserve(&h->text, TYPICAL);
  to = roster_buf_room(&h->text, sizeof(n) + name_len + value_len + 2);
  if (to == NULL)
    return 0;
  memcpy(to, &n, sizeof(n));
  to += sizeof(n);
  memcpy(to, name, name_len);
  to[name_len] = '\0';
  to += name_len + 1;
  memcpy(to, value, value_len);
  to[value_len] = '\0';
  to[value_len + 1] = '\0'; /* behind the text, as in every buffer */
  h->last = h->text.len;
  h->text.len += sizeof(n) + name_len + value_len + 2;
  h->count++;
  return 1;
}

/* A line that continues the value before it (RFC 9112 5.2). */
static int unfold(struct roster_headers *h, const char *line, size_t n) {
  const char *nul = (const char *)memchr(line, '\0', n);
  struct lengths last;
  if (h->count == 0)
    return 1;
  if (nul != NULL)
    n = (size_t)(nul - line);
  while (n > 0 && blank(line[0])) {
    line++;
    n--;
  }
  while (n > 0 && blank(line[n - 1]))
    n--;
  if (n == 0)
    return 1;
  if (roster_buf_room(&h->text, n + 1) == NULL)
    return 0;
  h->text.len--; /* over the value's NUL */
  if (h->text.data[h->text.len - 1] != '\0')
    roster_buf_addc(&h->text, ' ');
  roster_buf_add(&h->text, line, n);
  roster_buf_addc(&h->text, '\0');
  memcpy(&last, h->text.data + h->last, sizeof(last));
  last.value += n + (last.value > 0);
  memcpy(h->text.data + h->last, &last, sizeof(last));
  return 1;
}

int roster_headers_line(struct roster_headers *h, const char *line, size_t n) {
  const char *colon;
  size_t name_len;
  while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
    n--;
  if (n > 0 && blank(line[0]))
    return unfold(h, line, n);
  colon = (const char *)memchr(line, ':', n);
  if (colon == NULL)
    return 1;
  name_len = (size_t)(colon - line);
  while (name_len > 0 && blank(line[name_len - 1]))
    name_len--;
  if (name_len == 0 || memchr(line, '\0', name_len) != NULL)
    return 1;
  return add(h, line, name_len, colon + 1, n - (size_t)(colon + 1 - line));
}

int roster_headers_add(struct roster_headers *h, const char *name,
                       const char *value, size_t value_len) {
  return add(h, name, strlen(name), value, value_len);
}

/* The lengths of the field at `*at`, which moves behind it; NULL: no more. */
static const char *walk(const struct roster_headers *h, size_t *at,
                        struct lengths *n) {
  const char *name;
  if (*at >= h->text.len)
    return NULL;
  memcpy(n, h->text.data + *at, sizeof(*n));
  name = h->text.data + *at + sizeof(*n);
  *at += sizeof(*n) + n->name + n->value + 2;
  return name;
}

int roster_headers_next(const struct roster_headers *h, size_t *at,
                        const char **name, const char **value) {
  struct lengths n;
  *name = walk(h, at, &n);
  if (*name == NULL)
    return 0;
  *value = *name + n.name + 1;
  return 1;
}

const char *roster_headers_get(const struct roster_headers *h, const char *name,
                               size_t nth) {
  struct lengths n;
  size_t len = strlen(name);
  size_t at = 0;
  const char *found;
  while ((found = walk(h, &at, &n)) != NULL) {
    if (n.name == len && strncasecmp(found, name, len) == 0 && nth-- == 0)
      return found + len + 1;
  }
  return NULL;
}

const char *roster_headers_last(const struct roster_headers *h) {
  return h->count == 0 ? "" : h->text.data + h->last + sizeof(struct lengths);
}

/* Is `word` among the comma-separated ones of the value, whatever its case? */
static int has_word(const char *value, const char *word) {
  size_t n = strlen(word);
  while (*value != '\0') {
    size_t len = strcspn(value, ",");
    const char *next = value + len + (value[len] == ',');
    while (len > 0 && blank(value[0])) {
      value++;
      len--;
    }
    while (len > 0 && blank(value[len - 1]))
      len--;
    if (len == n && strncasecmp(value, word, n) == 0)
      return 1;
    value = next;
  }
  return 0;
}

int roster_headers_has(const struct roster_headers *h, const char *name,
                       const char *word) {
  const char *value;
  size_t nth;
  for (nth = 0; (value = roster_headers_get(h, name, nth)) != NULL; nth++) {
    if (has_word(value, word))
      return 1;
  }
  return 0;
}
