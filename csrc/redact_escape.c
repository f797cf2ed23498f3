/* Out of escapes; the contract is in redact_escape.h. */
#include "redact_escape.h"

#include <string.h>

int roster_escape_hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of \u0041 at `p`, or -1. */
static int unit_at(const char *p, const char *end) {
  int unit = 0;
  int i;
  if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
    return -1;
  for (i = 2; i < 6; i++) {
    if (roster_escape_hex(p[i]) < 0)
      return -1;
    unit = unit << 4 | roster_escape_hex(p[i]);
  }
  return unit;
}

/* Writes a code point as UTF-8; returns its length. */
static size_t put_utf8(long point, char *to) {
  size_t n = 0;
  if (point < 0x80) {
    to[n++] = (char)point;
    return n;
  }
  if (point >= 0x10000) {
    to[n++] = (char)(0xF0 | point >> 18);
    to[n++] = (char)(0x80 | (point >> 12 & 0x3F));
  } else if (point >= 0x800) {
    to[n++] = (char)(0xE0 | point >> 12);
  }
  to[n++] =
      (char)(point >= 0x800 ? 0x80 | (point >> 6 & 0x3F) : 0xC0 | point >> 6);
  to[n++] = (char)(0x80 | (point & 0x3F));
  return n;
}

/* One character out of JSON's escapes into `to`, at most four bytes, whose
** count is put into *n; returns how many bytes it took. */
static size_t unescape(const char *p, const char *end, char *to, size_t *n) {
  static const char names[] = "bfnrt";
  static const char bytes[] = "\b\f\n\r\t";
  int unit = unit_at(p, end);
  *n = 1;
  if (unit >= 0) {
    int low = unit >= 0xD800 && unit < 0xDC00 ? unit_at(p + 6, end) : -1;
    if (low >= 0xDC00 && low < 0xE000) {
      *n = put_utf8(0x10000L + ((unit - 0xD800L) << 10) + (low - 0xDC00), to);
      return 12;
    }
    /* half of a pair is read as U+FFFD, see json.h */
    *n = put_utf8(unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit, to);
    return 6;
  }
  *to = *p;
  if (*p != '\\' || end - p < 2)
    return 1;
  *to = p[1];
  if (p[1] != '\0' && strchr(names, p[1]) != NULL)
    *to = bytes[strchr(names, p[1]) - names];
  return 2;
}

static int is_percent(const char *p, const char *end) {
  return *p == '%' && end - p >= 3 && roster_escape_hex(p[1]) >= 0 &&
         roster_escape_hex(p[2]) >= 0;
}

static char percent(const char *p) {
  return (char)(roster_escape_hex(p[1]) * 16 + roster_escape_hex(p[2]));
}

size_t roster_escape_name(const char *p, const char *end, char *name,
                          size_t size) {
  size_t len = 0;
  if ((size_t)(end - p) > 6 * size)
    p = end - 6 * size;
  while (p < end) {
    size_t n = 1;
    if (len + 4 > size) {
      memmove(name, name + size / 2, len - size / 2);
      len -= size / 2;
    }
    if (is_percent(p, end)) {
      name[len] = percent(p);
      p += 3;
    } else {
      p += unescape(p, end, name + len, &n);
    }
    len += n;
  }
  return len;
}

int roster_escape_string(struct roster_buf *to, const char *p,
                         const char *end) {
  while (p < end) {
    const char *escape = (const char *)memchr(p, '\\', (size_t)(end - p));
    const char *stop = escape == NULL ? end : escape;
    char bytes[4];
    size_t n;
    roster_buf_add(to, p, (size_t)(stop - p));
    if (escape == NULL)
      break;
    p = stop + unescape(stop, end, bytes, &n);
    roster_buf_add(to, bytes, n);
  }
  return to->error == ROSTER_BUF_OK;
}

int roster_escape_form(struct roster_buf *to, const char *p, const char *end) {
  while (p < end) {
    if (is_percent(p, end)) {
      roster_buf_addc(to, percent(p));
      p += 3;
    } else {
      roster_buf_addc(to, *p == '+' ? ' ' : *p);
      p++;
    }
  }
  return to->error == ROSTER_BUF_OK;
}
