/* Where the secrets lie in a body; the contract is in secrets.h. */
#include "secrets.h"

#include <string.h>

static const char mask[] = "***";

enum { MASK = sizeof mask - 1 };

void roster_secrets_init(struct roster_secrets *s, size_t most) {
  roster_buf_init(&s->ranges, most * sizeof(struct roster_range));
}

void roster_secrets_free(struct roster_secrets *s) {
  roster_buf_free(&s->ranges);
}

int roster_secrets_add(struct roster_secrets *s, size_t at, size_t len) {
  struct roster_range range;
  range.at = at;
  range.len = len;
  return roster_buf_add(&s->ranges, (const char *)&range, sizeof range);
}

size_t roster_secrets_count(const struct roster_secrets *s) {
  return s->ranges.len / sizeof(struct roster_range);
}

struct roster_range roster_secrets_get(const struct roster_secrets *s,
                                       size_t i) {
  struct roster_range range;
  memcpy(&range, s->ranges.data + i * sizeof range, sizeof range);
  return range;
}

int roster_secrets_mask(const struct roster_secrets *s, const char *body,
                        size_t len, struct roster_buf *out) {
  size_t n = roster_secrets_count(s);
  size_t from = 0;
  size_t i;
  for (i = 0; i < n; i++) {
    struct roster_range range = roster_secrets_get(s, i);
    roster_buf_add(out, body + from, range.at - from);
    roster_buf_adds(out, "\"***\"");
    from = range.at + range.len;
  }
  return roster_buf_add(out, body + from, len - from);
}

static const char names[] = "bfnrt";
static const char bytes[] = "\b\f\n\r\t";

/* The byte that stands at token[*i], behind which it leaves *i. */
static char next_byte(const char *token, size_t *i) {
  char c = token[(*i)++];
  char name;
  const char *found;
  if (c != '\\')
    return c;
  name = token[(*i)++];
  if (name == 'u') {
    /* the writer needs this form for 0x00 to 0x1F only */
    char low = token[*i + 3];
    c = (char)((token[*i + 2] - '0') * 16 +
               (low <= '9' ? low - '0' : low - 'a' + 10));
    *i += 4;
    return c;
  }
  found = strchr(names, name);
  return found != NULL ? bytes[found - names] : name;
}

/* 0 to 15, or far below that. */
static int hex_digit(char c) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  const char *found = c == '\0' ? NULL : strchr(digits, c);
  return found == NULL ? -256 : (int)(found - digits) % 16;
}

static int hex_byte(const char *text) {
  return hex_digit(text[0]) * 16 + hex_digit(text[1]);
}

/* How many bytes of `text` are an HTML entity, which stands for *c; 0: none. */
static size_t entity(const char *text, size_t len, char *c) {
  static const struct {
    char c;
    const char *text;
  } rows[] = {{'&', "&amp;"},  {'<', "&lt;"},    {'>', "&gt;"},
              {'"', "&quot;"}, {'"', "&#34;"},   {'\'', "&#39;"},
              {'"', "&#x22;"}, {'\'', "&apos;"}, {'\'', "&#x27;"}};
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    size_t n = strlen(rows[i].text);
    if (n <= len && memcmp(text, rows[i].text, n) == 0) {
      *c = rows[i].c;
      return n;
    }
  }
  return 0;
}

/* Takes one byte out of its percent-encoding or entity; 0 at the end. */
static size_t unwrap(const char *text, size_t len, char *c) {
  size_t n;
  if (len >= 3 && text[0] == '%' && hex_byte(text + 1) >= 0) {
    *c = (char)hex_byte(text + 1);
    return 3;
  }
  n = entity(text, len, c);
  if (n == 0 && len > 0) {
    *c = text[0];
    n = 1;
  }
  return n;
}

/*
** How many bytes of `text` stand for `c` in what has been quoted, however
** often: behind backslashes, percent-encoded, as an entity; 0: they do not.
*/
static size_t dressed(const char *text, size_t len, char c) {
  const char *name = c == '\0' ? NULL : strchr(bytes, c);
  size_t i = 0;
  size_t n;
  char got = '\0';
  while ((n = unwrap(text + i, len - i, &got)) > 0 && got == '\\')
    i += n;
  if (c == '\\' && i > 0)
    return i;
  if (n == 0)
    return 0;
  if (i > 0 && name != NULL && got == names[name - bytes])
    return i + n;
  if (i > 0 && len - i >= 5 && memcmp(text + i, "u00", 3) == 0 &&
      hex_byte(text + i + 3) == (unsigned char)c)
    return i + 5;
  return got == c || (c == ' ' && got == '+') ? i + n : 0;
}

/* In which form a token is looked for. */
enum form { FORM_BARE, FORM_ESCAPED, FORM_DRESSED };

/* How many bytes of `text` repeat the token, 0 when they do not. */
static size_t repeats(const char *text, size_t len, const char *token,
                      size_t token_len, enum form form) {
  size_t at = 0;
  size_t i = 0;
  while (i < token_len) {
    char c = form == FORM_ESCAPED ? token[i++] : next_byte(token, &i);
    size_t n = at < len && text[at] == c ? 1 : 0;
    if (form == FORM_DRESSED)
      n = dressed(text + at, len - at, c);
    if (n == 0)
      return 0;
    at += n;
    /* a run of backslashes has been taken as a whole */
    while (form == FORM_DRESSED && c == '\\' && i + 1 < token_len &&
           token[i] == '\\' && token[i + 1] == '\\')
      i += 2;
  }
  return at;
}

/* Replaces every repetition of one token. Returns the new length. */
static size_t scrub_token(char *text, size_t len, const char *token,
                          size_t token_len) {
  size_t from = 0;
  size_t to = 0;
  while (from < len) {
    size_t n = repeats(text + from, len - from, token, token_len, FORM_BARE);
    if (n == 0)
      n = repeats(text + from, len - from, token, token_len, FORM_ESCAPED);
    if (n == 0)
      n = repeats(text + from, len - from, token, token_len, FORM_DRESSED);
    if (n >= MASK) {
      memcpy(text + to, mask, MASK);
      to += MASK;
      from += n;
    } else {
      text[to++] = text[from++];
    }
  }
  return to;
}

/* Behind the string that opens just before `p`: at its closing quote. */
static const char *close_quote(const char *p, const char *end) {
  while (p < end && *p != '"')
    p += *p == '\\' ? 2 : 1;
  return p < end ? p : end;
}

size_t roster_secrets_scrub(const struct roster_secrets *s, const char *body,
                            char *text, size_t len) {
  static const char number[] = "0123456789+-.eE";
  size_t n = roster_secrets_count(s);
  size_t i;
  for (i = 0; i < n; i++) {
    struct roster_range range = roster_secrets_get(s, i);
    const char *p = body + range.at;
    const char *end = p + range.len;
    while (p < end) {
      const char *token = p;
      if (*p == '"') {
        p = close_quote(++token, end);
        /* what a colon follows is a member's name */
        if (p + 1 >= end || p[1] != ':')
          len = scrub_token(text, len, token, (size_t)(p - token));
        p++;
      } else if (*p == '-' || (*p >= '0' && *p <= '9')) {
        while (p < end && memchr(number, *p, sizeof number - 1) != NULL)
          p++;
        len = scrub_token(text, len, token, (size_t)(p - token));
      } else {
        p++;
      }
    }
  }
  return len;
}
