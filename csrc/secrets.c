/* Where the secrets lie in a body; the contract is in secrets.h. */
#include "secrets.h"

#include <string.h>

static const char mask[] = "***";

enum { MASK = sizeof mask - 1, SHORTEST = 4 };

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

/* How a secret is looked for. */
enum {
  HOW_BYTES = 1,   /* it is bytes; else a string's inside in JSON */
  HOW_QUOTED = 2,  /* behind backslashes, and the two below */
  HOW_PERCENT = 4, /* percent-encoded */
  HOW_ENTITY = 8   /* as HTML's entities */
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
** often: behind backslashes, percent-encoded, as an entity, or a space for what
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

/* How many bytes at `i` of the token are further backslashes of a run. */
static size_t more_of_run(const char *token, size_t i, size_t len, int how) {
  if (how & HOW_BYTES)
    return i < len && token[i] == '\\' ? 1 : 0;
  return i + 1 < len && token[i] == '\\' && token[i + 1] == '\\' ? 2 : 0;
}

/* How many bytes of `text` repeat the token, 0 when they do not. */
static size_t repeats(const char *text, size_t len, const char *token,
                      size_t token_len, int how) {
  size_t at = 0;
  size_t i = 0;
  while (i < token_len) {
    char c = how & HOW_BYTES ? token[i++] : next_byte(token, &i);
    size_t n = at < len && text[at] == c ? 1 : 0;
    if (how & HOW_QUOTED)
      n = dressed(text + at, len - at, c, how);
    if (n == 0)
      return 0;
    at += n;
    /* a run of backslashes has been taken as a whole */
    while (how & HOW_QUOTED && c == '\\' &&
           (n = more_of_run(token, i, token_len, how)) > 0)
      i += n;
  }
  return at;
}

/* Could what begins with `c` repeat a token that begins with `bare`? */
static int may_begin(char c, char first, char bare) {
  return c == bare || c == first || c == '%' || c == '&' || c == '\\' ||
         (c == '+' && bare == ' ') || (c == ' ' && is_control(bare));
}

/*
** Replaces every repetition of one token, which is JSON's or (HOW_BYTES) is
*not.
** Returns the new length.
*/
static size_t scrub_token(char *text, size_t len, const char *token,
                          size_t token_len, int bytes_or_not) {
  /* what looks encoded may be the secret itself: so one way at a time as well
   */
  static const int hows[] = {0, HOW_QUOTED,
                             HOW_QUOTED | HOW_PERCENT | HOW_ENTITY,
                             HOW_QUOTED | HOW_PERCENT, HOW_QUOTED | HOW_ENTITY};
  size_t from = 0;
  size_t to = 0;
  size_t at = 0;
  char bare;
  if (token_len == 0)
    return len;
  bare = bytes_or_not ? token[0] : next_byte(token, &at);
  while (from < len) {
    size_t n = 0;
    size_t i;
    if (!may_begin(text[from], token[0], bare)) {
      text[to++] = text[from++];
      continue;
    }
    /* as the body has it */
    n = repeats(text + from, len - from, token, token_len, HOW_BYTES);
    for (i = 0; n == 0 && i < sizeof hows / sizeof hows[0]; i++)
      n = repeats(text + from, len - from, token, token_len,
                  hows[i] | bytes_or_not);
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

size_t roster_secrets_strike(char *text, size_t len, const char *secret,
                             size_t n) {
  return n < SHORTEST ? len : scrub_token(text, len, secret, n, HOW_BYTES);
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
          len = scrub_token(text, len, token, (size_t)(p - token), 0);
        p++;
      } else if (*p == '-' || (*p >= '0' && *p <= '9')) {
        while (p < end && memchr(number, *p, sizeof number - 1) != NULL)
          p++;
        len = scrub_token(text, len, token, (size_t)(p - token), 0);
      } else {
        p++;
      }
    }
  }
  return len;
}
