/* RFC 8259 over a byte range; the contract is in json.h. */
#include "json.h"
#include "text.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

void roster_json_init(struct roster_json *in, const char *bytes, size_t len,
                      size_t max_values, struct roster_fault *fault) {
  in->start = bytes;
  in->at = bytes;
  in->end = bytes + len;
  in->left = max_values;
  in->fault = fault;
  fault->text[0] = '\0';
  fault->is_bound = 0;
}

int roster_json_too_many(struct roster_json *in) {
  snprintf(in->fault->text, sizeof in->fault->text, "byte %lu: too many values",
           (unsigned long)(in->at - in->start) + 1);
  in->fault->is_bound = 1;
  return 0;
}

int roster_json_fail(struct roster_json *in, const char *reason) {
  unsigned long place = (unsigned long)(in->at - in->start) + 1;
  if (in->at >= in->end)
    reason = "unexpected end of input";
  snprintf(in->fault->text, sizeof in->fault->text, "byte %lu: %s", place,
           reason);
  return 0;
}

/* Fails at `at`; a buffer's failure is not about the bytes. */
static int fail_at(struct roster_json *in, const char *at, const char *reason) {
  in->at = at;
  return roster_json_fail(in, reason);
}

static int fail_memory(struct roster_json *in) {
  snprintf(in->fault->text, sizeof in->fault->text, "out of memory");
  return 0;
}

/* Reads four hexadecimal digits, or returns -1 with `at` at the bad one. */
static long read_hex4(struct roster_json *in) {
  long code = 0;
  int i;
  for (i = 0; i < 4; i++, in->at++) {
    char c = in->at < in->end ? *in->at : '\0';
    if (c >= '0' && c <= '9')
      code = code * 16 + (c - '0');
    else if (c >= 'a' && c <= 'f')
      code = code * 16 + (c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      code = code * 16 + (c - 'A' + 10);
    else
      return -1;
  }
  return code;
}

static void add_utf8(struct roster_buf *out, long code) {
  char bytes[4];
  size_t n = 0;
  if (code < 0x80) {
    bytes[n++] = (char)code;
  } else if (code < 0x800) {
    bytes[n++] = (char)(0xC0 | (code >> 6));
    bytes[n++] = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    bytes[n++] = (char)(0xE0 | (code >> 12));
    bytes[n++] = (char)(0x80 | ((code >> 6) & 0x3F));
    bytes[n++] = (char)(0x80 | (code & 0x3F));
  } else {
    bytes[n++] = (char)(0xF0 | (code >> 18));
    bytes[n++] = (char)(0x80 | ((code >> 12) & 0x3F));
    bytes[n++] = (char)(0x80 | ((code >> 6) & 0x3F));
    bytes[n++] = (char)(0x80 | (code & 0x3F));
  }
  roster_buf_add(out, bytes, n);
}

/* Behind "\u": one code point, from one escape or from a surrogate pair. */
static int read_unicode(struct roster_json *in, struct roster_buf *out) {
  const char *from = in->at - 2;
  long code = read_hex4(in);
  if (code < 0)
    return roster_json_fail(in, "expected four hexadecimal digits");
  if (code >= 0xDC00 && code <= 0xDFFF)
    return fail_at(in, from, "unpaired surrogate");
  if (code >= 0xD800 && code <= 0xDBFF) {
    long low;
    if (in->end - in->at < 2)
      return fail_at(in, in->end, "");
    if (in->at[0] != '\\' || in->at[1] != 'u')
      return fail_at(in, from, "unpaired surrogate");
    in->at += 2;
    low = read_hex4(in);
    if (low < 0)
      return roster_json_fail(in, "expected four hexadecimal digits");
    if (low < 0xDC00 || low > 0xDFFF)
      return fail_at(in, from, "unpaired surrogate");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  add_utf8(out, code);
  return 1;
}

/* At a backslash. */
static int read_escape(struct roster_json *in, struct roster_buf *out) {
  static const char names[] = "\"\\/bfnrt";
  static const char bytes[] = "\"\\/\b\f\n\r\t";
  const char *name;
  char c;
  in->at++;
  if (in->at >= in->end)
    return roster_json_fail(in, "");
  c = *in->at;
  if (c == 'u') {
    in->at++;
    return read_unicode(in, out);
  }
  name = c == '\0' ? NULL : strchr(names, c);
  if (name == NULL)
    return roster_json_fail(in, "unknown escape");
  in->at++;
  roster_buf_addc(out, bytes[name - names]);
  return 1;
}

int roster_json_read_string(struct roster_json *in, struct roster_buf *scratch,
                            const char **text, size_t *len) {
  const char *run = in->at; /* what is not yet in the scratch buffer */
  int copied = 0;
  for (;;) {
    in->at = roster_json_plain(in->at, in->end);
    if (in->at >= in->end)
      return roster_json_fail(in, "");
    if (*in->at == '"')
      break;
    if (*in->at == '\\') {
      if (!copied)
        roster_buf_clear(scratch);
      copied = 1;
      roster_buf_add(scratch, run, (size_t)(in->at - run));
      if (!read_escape(in, scratch))
        return 0;
      run = in->at;
    } else {
      int n = roster_text_utf8(in->at, in->end);
      if ((unsigned char)*in->at < 0x20)
        return roster_json_fail(in, "control character in a string");
      if (n == 0)
        return roster_json_fail(in, "invalid UTF-8");
      in->at += n;
    }
  }
  if (copied) {
    roster_buf_add(scratch, run, (size_t)(in->at - run));
    if (scratch->error != ROSTER_BUF_OK)
      return fail_memory(in);
    *text = roster_buf_text(scratch);
    *len = scratch->len;
  } else {
    *text = run;
    *len = (size_t)(in->at - run);
  }
  in->at++;
  return 1;
}

static int is_digit(const struct roster_json *in) {
  return in->at < in->end && *in->at >= '0' && *in->at <= '9';
}

static int read_digits(struct roster_json *in) {
  if (!is_digit(in))
    return roster_json_fail(in, "expected a digit");
  while (is_digit(in))
    in->at++;
  return 1;
}

/* strtod follows the locale, so the token's point is put into its spelling. */
static int read_double(struct roster_buf *text, const char *token, size_t len,
                       double *out) {
  const char *point = (const char *)memchr(token, '.', len);
  roster_buf_clear(text);
  if (point != NULL) {
    size_t whole = (size_t)(point - token);
    roster_buf_add(text, token, whole);
    roster_buf_adds(text, localeconv()->decimal_point);
    roster_buf_add(text, point + 1, len - whole - 1);
  } else {
    roster_buf_add(text, token, len);
  }
  if (text->error != ROSTER_BUF_OK)
    return 0;
  *out = strtod(text->data, NULL);
  return 1;
}

static int read_integer(const char *digits, const char *end, int negative,
                        long long *out) {
  unsigned long long value = 0;
  unsigned long long most = (unsigned long long)INT64_MAX + (negative ? 1 : 0);
  for (; digits < end; digits++) {
    unsigned digit = (unsigned)(*digits - '0');
    if (value > (most - digit) / 10)
      return 0;
    value = value * 10 + digit;
  }
  if (negative)
    *out = value == 0 ? 0 : -(long long)(value - 1) - 1;
  else
    *out = (long long)value;
  return 1;
}

int roster_json_read_number(struct roster_json *in, struct roster_buf *scratch,
                            struct roster_number *out) {
  const char *digits;
  int negative = in->at < in->end && *in->at == '-';
  int whole = 1;
  out->text = in->at;
  if (negative)
    in->at++;
  digits = in->at;
  if (!read_digits(in))
    return 0;
  if (*digits == '0' && in->at - digits > 1)
    return fail_at(in, digits, "number with a leading zero");
  if (in->at < in->end && *in->at == '.') {
    whole = 0;
    in->at++;
    if (!read_digits(in))
      return 0;
  }
  if (in->at < in->end && (*in->at == 'e' || *in->at == 'E')) {
    whole = 0;
    in->at++;
    if (in->at < in->end && (*in->at == '+' || *in->at == '-'))
      in->at++;
    if (!read_digits(in))
      return 0;
  }
  out->len = (size_t)(in->at - out->text);
  if (whole && !(negative && *digits == '0')) {
    out->kind = read_integer(digits, in->at, negative, &out->integer)
                    ? ROSTER_NUMBER_INTEGER
                    : ROSTER_NUMBER_HUGE;
    return 1;
  }
  if (!read_double(scratch, out->text, out->len, &out->number))
    return fail_memory(in);
  out->kind = out->number - out->number == 0 ? ROSTER_NUMBER_DOUBLE
                                             : ROSTER_NUMBER_HUGE;
  return 1;
}

int roster_json_read_literal(struct roster_json *in, const char *word,
                             size_t len) {
  size_t i;
  for (i = 0; i < len; i++, in->at++) {
    if (in->at >= in->end || *in->at != word[i])
      return roster_json_fail(in, "expected a value");
  }
  return 1;
}

/* At the opening quote. */
static int skip_string(struct roster_json *in, struct roster_buf *scratch) {
  const char *end = roster_json_plain(in->at + 1, in->end);
  const char *text;
  size_t len;
  if (end < in->end && *end == '"') {
    in->at = end + 1;
    return 1;
  }
  in->at++;
  return roster_json_read_string(in, scratch, &text, &len);
}

static int skip_members(struct roster_json *in, struct roster_buf *scratch,
                        int depth, int object) {
  const char close = object ? '}' : ']';
  in->at++;
  roster_json_space(in);
  if (in->at < in->end && *in->at == close) {
    in->at++;
    return 1;
  }
  for (;;) {
    if (object) {
      if (in->at >= in->end || *in->at != '"')
        return roster_json_fail(in, "expected a member name");
      if (!skip_string(in, scratch))
        return 0;
      roster_json_space(in);
      if (in->at >= in->end || *in->at != ':')
        return roster_json_fail(in, "expected ':'");
      in->at++;
      roster_json_space(in);
    }
    if (!roster_json_skip(in, scratch, depth))
      return 0;
    roster_json_space(in);
    if (in->at < in->end && *in->at == close) {
      in->at++;
      return 1;
    }
    if (in->at >= in->end || *in->at != ',')
      return roster_json_fail(in, object ? "expected ',' or '}'"
                                         : "expected ',' or ']'");
    in->at++;
    roster_json_space(in);
  }
}

int roster_json_skip(struct roster_json *in, struct roster_buf *scratch,
                     int depth) {
  struct roster_number number;
  if (in->at >= in->end)
    return roster_json_fail(in, "");
  if (!roster_json_count(in))
    return 0;
  switch (*in->at) {
  case '{':
  case '[':
    if (depth >= ROSTER_JSON_DEPTH)
      return roster_json_fail(in, "nested too deep");
    return skip_members(in, scratch, depth + 1, *in->at == '{');
  case '"':
    return skip_string(in, scratch);
  case 't':
    return roster_json_read_literal(in, "true", 4);
  case 'f':
    return roster_json_read_literal(in, "false", 5);
  case 'n':
    return roster_json_read_literal(in, "null", 4);
  default:
    if (*in->at != '-' && !is_digit(in))
      return roster_json_fail(in, "expected a value");
    return roster_json_read_number(in, scratch, &number);
  }
}

static void write_escape(struct roster_buf *out, unsigned char c) {
  static const char short_names[] = "\bb\ff\nn\rr\tt\"\"\\\\";
  char text[8];
  const char *p;
  for (p = short_names; *p != '\0'; p += 2) {
    if ((unsigned char)*p == c) {
      text[0] = '\\';
      text[1] = p[1];
      roster_buf_add(out, text, 2);
      return;
    }
  }
  snprintf(text, sizeof text, "\\u%04x", (unsigned)c);
  roster_buf_add(out, text, 6);
}

enum roster_write roster_json_write_string(struct roster_buf *out,
                                           const char *text, size_t len) {
  const char *end = text + len;
  const char *run = text; /* what is checked but not yet written */
  roster_buf_addc(out, '"');
  for (;;) {
    text = roster_json_plain(text, end);
    if (text >= end)
      break;
    if ((unsigned char)*text >= 0x80) {
      int n = roster_text_utf8(text, end);
      if (n == 0)
        return ROSTER_WRITE_NOT_UTF8;
      text += n;
    } else {
      roster_buf_add(out, run, (size_t)(text - run));
      write_escape(out, (unsigned char)*text);
      run = ++text;
    }
  }
  roster_buf_add(out, run, (size_t)(end - run));
  return roster_buf_addc(out, '"') ? ROSTER_WRITE_OK : ROSTER_WRITE_FULL;
}

void roster_json_number(double number, char *out, size_t size) {
  const double exact = 9007199254740992.0; /* 2^53 */
  const char *point = localeconv()->decimal_point;
  char *found;
  int digits;
  if (number >= -exact && number <= exact && number != 0 &&
      number == (double)(long long)number) {
    snprintf(out, size, "%lld", (long long)number);
    return;
  }
  for (digits = 15; digits <= 17; digits++) {
    snprintf(out, size, "%.*g", digits, number);
    if (strtod(out, NULL) == number)
      break;
  }
  found = strcmp(point, ".") == 0 ? NULL : strstr(out, point);
  if (found != NULL) {
    const char *rest = found + strlen(point);
    *found = '.';
    memmove(found + 1, rest, strlen(rest) + 1);
  }
}

int roster_json_is_integer(const char *text, size_t len) {
  size_t i = len > 0 && text[0] == '-' ? 1 : 0;
  size_t first = i;
  for (; i < len; i++) {
    if (text[i] < '0' || text[i] > '9')
      return 0;
  }
  return len > first && (text[first] != '0' || len == first + 1);
}
