/* A secret taken out of a text; the contract is in secrets.h. */
#include "secrets.h"

#include <string.h>

static const char mask[] = "***";

enum { MASK = sizeof mask - 1, SHORTEST = 4 };

static const char names[] = "bfnrt";
static const char bytes[] = "\b\f\n\r\t";

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

/* How a secret is looked for. */
enum {
  HOW_QUOTED = 1,  /* after backslashes, and the two below */
  HOW_PERCENT = 2, /* percent-encoded */
  HOW_ENTITY = 4   /* as HTML's entities */
};

/* Takes one byte out of what it may be wrapped in; 0 at the end. */
static size_t unwrap(const char *text, size_t len, char *c, int how) {
  size_t n;
  if (how & HOW_PERCENT && len >= 3 && text[0] == '%' &&
      hex_byte(text + 1) >= 0) {
    *c = (char)hex_byte(text + 1);
    return 3;
  }
  n = how & HOW_ENTITY ? entity(text, len, c) : 0;
  if (n == 0 && len > 0) {
    *c = text[0];
    n = 1;
  }
  return n;
}

static int is_control(char c) { return (unsigned char)c < ' '; }

/*
** How many bytes of `text` stand for `c` in what has been quoted, however
** often: after backslashes, percent-encoded, as an entity, or a space for what
** ends a line; 0: they do not.
*/
static size_t dressed(const char *text, size_t len, char c, int how) {
  const char *name = c == '\0' ? NULL : strchr(bytes, c);
  size_t i = 0;
  size_t n;
  char got = '\0';
  while ((n = unwrap(text + i, len - i, &got, how)) > 0 && got == '\\')
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
  if (got == c || (c == ' ' && got == '+') || (got == ' ' && is_control(c)))
    return i + n;
  /* what looks encoded may stand in the secret itself */
  return text[i] == c ? i + 1 : 0;
}

/* How many bytes of `text` repeat the secret, 0 when they do not. */
static size_t repeats(const char *text, size_t len, const char *secret,
                      size_t secret_len, int how) {
  size_t at = 0;
  size_t i = 0;
  while (i < secret_len) {
    char c = secret[i++];
    size_t n = at < len && text[at] == c ? 1 : 0;
    if (how & HOW_QUOTED)
      n = dressed(text + at, len - at, c, how);
    if (n == 0)
      return 0;
    at += n;
    /* a run of backslashes has been taken as a whole */
    while (how & HOW_QUOTED && c == '\\' && i < secret_len && secret[i] == '\\')
      i++;
  }
  return at;
}

/* Could what begins with `c` repeat a secret that begins with `first`? */
static int may_begin(char c, char first) {
  return c == first || c == '%' || c == '&' || c == '\\' ||
         (c == '+' && first == ' ') || (c == ' ' && is_control(first));
}

size_t roster_secrets_strike(char *text, size_t len, const char *secret,
                             size_t n) {
  /* what looks encoded may be the secret itself: so one way at a time */
  static const int hows[] = {0, HOW_QUOTED,
                             HOW_QUOTED | HOW_PERCENT | HOW_ENTITY,
                             HOW_QUOTED | HOW_PERCENT, HOW_QUOTED | HOW_ENTITY};
  size_t from = 0;
  size_t to = 0;
  if (n < SHORTEST)
    return len;
  while (from < len) {
    size_t found = 0;
    size_t i;
    if (may_begin(text[from], secret[0])) {
      for (i = 0; found == 0 && i < sizeof hows / sizeof hows[0]; i++)
        found = repeats(text + from, len - from, secret, n, hows[i]);
    }
    if (found >= MASK) {
      memcpy(text + to, mask, MASK);
      to += MASK;
      from += found;
    } else {
      text[to++] = text[from++];
    }
  }
  return to;
}
