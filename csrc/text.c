/* Percent-encoding and other plain text rules; the contract is in text.h. */
#include "text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static int unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

int roster_text_is_unreserved(const char *s, size_t n) {
  size_t i;
  for (i = 0; i < n; i++) {
    if (!unreserved((unsigned char)s[i]))
      return 0;
  }
  return 1;
}

int roster_text_encode(struct roster_buf *to, const char *s, size_t n) {
  static const char hex[] = "0123456789ABCDEF";
  size_t i;
  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (unreserved(c)) {
      roster_buf_addc(to, s[i]);
    } else {
      char out[3];
      out[0] = '%';
      out[1] = hex[c >> 4];
      out[2] = hex[c & 15];
      roster_buf_add(to, out, sizeof(out));
    }
  }
  return to->error == ROSTER_BUF_OK;
}

const char *roster_text_segment_fault(const char *s, size_t n,
                                      const char *refused) {
  size_t i;
  if (n == 0)
    return "is empty";
  if ((n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.'))
    return "is a dot segment, which would name another path";
  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c < 0x20 || c == 0x7F)
      return "holds a control character";
    if (refused != NULL && strchr(refused, s[i]) != NULL)
      return "holds a character that the service cannot route in a path "
             "(/): use the id";
  }
  if (!roster_text_is_utf8(s, n))
    return "is not valid UTF-8";
  return NULL;
}

const char *roster_text_value_fault(const char *s, size_t n) {
  size_t i;
  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '\r' || c == '\n')
      return i + 1 >= n ? "ends with a line break" : "holds a line break";
    if ((c < 0x20 && c != '\t') || c == 0x7F)
      return "holds a control character";
  }
  return NULL;
}

int roster_text_is_token(const char *s, size_t n) {
  size_t i;
  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (!unreserved(c) && (c == '\0' || strchr("!#$%&'*+^`|", c) == NULL))
      return 0;
  }
  return n > 0;
}

static int is_tail(const char *p, const char *end) {
  return p < end && ((unsigned char)*p & 0xC0) == 0x80;
}

int roster_text_utf8(const char *p, const char *end) {
  const unsigned char *u = (const unsigned char *)p;
  if (u[0] < 0x80)
    return 1;
  if (u[0] < 0xC2 || u[0] > 0xF4 || !is_tail(p + 1, end))
    return 0;
  if (u[0] < 0xE0)
    return 2;
  if (!is_tail(p + 2, end))
    return 0;
  if (u[0] < 0xF0) {
    int overlong = u[0] == 0xE0 && u[1] < 0xA0;
    int surrogate = u[0] == 0xED && u[1] >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (!is_tail(p + 3, end))
    return 0;
  if ((u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] >= 0x90))
    return 0;
  return 4;
}

int roster_text_is_utf8(const char *s, size_t n) {
  const char *end = s + n;
  while (s < end) {
    int length = roster_text_utf8(s, end);
    if (length == 0)
      return 0;
    s += length;
  }
  return 1;
}

size_t roster_text_ill_formed(const char *p, const char *end) {
  const unsigned char *u = (const unsigned char *)p;
  unsigned least = u[0] == 0xE0 ? 0xA0 : u[0] == 0xF0 ? 0x90 : 0x80;
  unsigned most = u[0] == 0xED ? 0x9F : u[0] == 0xF4 ? 0x8F : 0xBF;
  size_t tails = u[0] < 0xE0 ? 1 : u[0] < 0xF0 ? 2 : 3;
  size_t n = 1;
  if (u[0] < 0xC2 || u[0] > 0xF4)
    return 1;
  while (n <= tails && p + n < end && u[n] >= least && u[n] <= most) {
    n++;
    least = 0x80;
    most = 0xBF;
  }
  return n;
}

int roster_text_repair(struct roster_buf *to, const char *s, size_t n) {
  const char *end = s + n;
  while (s < end) {
    int length = roster_text_utf8(s, end);
    if (length > 0) {
      roster_buf_add(to, s, (size_t)length);
      s += length;
    } else {
      roster_buf_adds(to, "\xEF\xBF\xBD");
      s += roster_text_ill_formed(s, end);
    }
  }
  return to->error == ROSTER_BUF_OK;
}

unsigned roster_text_slips(const char *a, const char *b, unsigned most) {
  enum { LONGEST = 96 };
  unsigned row[3][LONGEST + 1];
  size_t na = strlen(a);
  size_t nb = strlen(b);
  size_t i;
  size_t j;
  if (na > LONGEST || nb > LONGEST)
    return most + 1;
  for (j = 0; j <= nb; j++)
    row[0][j] = (unsigned)j;
  for (i = 1; i <= na; i++) {
    unsigned *now = row[i % 3];
    const unsigned *last = row[(i + 2) % 3];
    const unsigned *before = row[(i + 1) % 3];
    now[0] = (unsigned)i;
    for (j = 1; j <= nb; j++) {
      unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);
      if (last[j] + 1 < best)
        best = last[j] + 1;
      if (now[j - 1] + 1 < best)
        best = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
          before[j - 2] + 1 < best)
        best = before[j - 2] + 1;
      now[j] = best;
    }
  }
  return row[na % 3][nb] > most ? most + 1 : row[na % 3][nb];
}

double roster_text_fingerprint(const char *s, size_t n) {
  uint64_t h = UINT64_C(14695981039346656037);
  size_t i;
  for (i = 0; i < n; i++) {
    h ^= (unsigned char)s[i];
    h *= UINT64_C(1099511628211);
  }
  return (double)((h ^ (h >> 53)) & ((UINT64_C(1) << 53) - 1));
}

const char *roster_text_find_word(const char *text, const char *word) {
  size_t n = strlen(word);
  for (; *text != '\0'; text++) {
    if (strncasecmp(text, word, n) == 0)
      return text + n;
  }
  return NULL;
}
