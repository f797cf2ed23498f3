/* Response header fields; the contract is in headers.h. */
#include "headers.h"

#include <string.h>
#include <strings.h>

void roster_headers_init(struct roster_headers *h, size_t max) {
  roster_buf_init(&h->text, max);
  h->count = 0;
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
  if (nul != NULL)
    value_len = (size_t)(nul - value);
  while (value_len > 0 && blank(value[0])) {
    value++;
    value_len--;
  }
  while (value_len > 0 && blank(value[value_len - 1]))
    value_len--;
  if (roster_buf_room(&h->text, name_len + value_len + 2) == NULL)
    return 0;
  roster_buf_add(&h->text, name, name_len);
  roster_buf_addc(&h->text, '\0');
  roster_buf_add(&h->text, value, value_len);
  roster_buf_addc(&h->text, '\0');
  h->count++;
  return 1;
}

/* A line that continues the value before it (RFC 9112 5.2). */
static int unfold(struct roster_headers *h, const char *line, size_t n) {
  const char *nul = (const char *)memchr(line, '\0', n);
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
  if (roster_buf_room(&h->text, n + 1) == NULL)
    return 0;
  h->text.data[h->text.len - 1] = ' '; /* over the value's NUL */
  roster_buf_add(&h->text, line, n);
  roster_buf_addc(&h->text, '\0');
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

int roster_headers_next(const struct roster_headers *h, size_t *at,
                        const char **name, const char **value) {
  if (*at >= h->text.len)
    return 0;
  *name = h->text.data + *at;
  *at += strlen(*name) + 1;
  *value = h->text.data + *at;
  *at += strlen(*value) + 1;
  return 1;
}

const char *roster_headers_get(const struct roster_headers *h, const char *name,
                               size_t nth) {
  size_t at = 0;
  const char *n;
  const char *v;
  while (roster_headers_next(h, &at, &n, &v)) {
    if (strcasecmp(n, name) == 0 && nth-- == 0)
      return v;
  }
  return NULL;
}
