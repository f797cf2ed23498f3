/* RFC 8259 over a byte range; the contract is in json.h. */
#include "json.h"
#include "text.h"

#include <stdio.h>

void roster_json_init(struct roster_json *in, const char *bytes, size_t len,
                      size_t max_values, struct roster_fault *fault) {
  in->start = bytes;
  in->at = bytes;
  in->end = bytes + len;
  in->left = max_values;
  in->repairs = 0;
  in->repaired = 0;
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

int roster_json_fail_memory(struct roster_json *in) {
  snprintf(in->fault->text, sizeof in->fault->text, "out of memory");
  return 0;
}

/* Text that is being unescaped into a buffer. */
struct writer {
  struct roster_buf *buf;
  char *to;  /* where the next byte goes */
  char *end; /* of the room there is */
};

static void start_writing(struct writer *w, struct roster_buf *buf) {
  roster_buf_clear(buf);
  w->buf = buf;
  w->to = NULL;
  w->end = NULL;
}

/* The bytes written so far become the buffer's content. */
static void flush(struct writer *w) {
  if (w->to == NULL)
    return;
  *w->to = '\0';
  w->buf->len = (size_t)(w->to - w->buf->data);
}

/* Makes room for `n` bytes, and more while it is at it; 0 if it cannot. */
static int make_room(struct writer *w, size_t n) {
  enum { AT_LEAST = 64 };
  struct roster_buf *b = w->buf;
  size_t room;
  flush(w);
  room = b->cap > b->len ? b->cap - b->len - 1 : 0;
  if (room < n)
    room = n + AT_LEAST;
  if (room > b->max - b->len)
    room = b->max - b->len;
  if (room < n)
    room = n;
  w->to = roster_buf_room(b, room);
  w->end = w->to == NULL ? NULL : w->to + room;
  return w->to != NULL;
}

static int has_room(struct writer *w, size_t n) {
  return (size_t)(w->end - w->to) >= n || make_room(w, n);
}

static int write_run(struct writer *w, const char *run, size_t n) {
  if (n == 0)
    return 1;
  if (!has_room(w, n))
    return 0;
  memcpy(w->to, run, n);
  w->to += n;
  return 1;
}

/* The value of a hexadecimal digit plus one; 0: it is none. */
static const unsigned char hex_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
    ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
    ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
    ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

/* What the letter of a short escape stands for; '\0': it is none. */
static const char short_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};

/* Reads four hexadecimal digits, or returns -1 with `at` at the bad one. */
static long read_hex4(struct roster_json *in) {
  if (in->end - in->at >= 4) {
    const unsigned char *p = (const unsigned char *)in->at;
    int a = hex_digits[p[0]];
    int b = hex_digits[p[1]];
    int c = hex_digits[p[2]];
    int d = hex_digits[p[3]];
    if (a != 0 && b != 0 && c != 0 && d != 0) {
      in->at += 4;
      return ((a - 1) << 12) | ((b - 1) << 8) | ((c - 1) << 4) | (d - 1);
    }
  }
  while (in->at < in->end && hex_digits[(unsigned char)*in->at] != 0)
    in->at++;
  return -1;
}

/* `to` has room for four bytes. */
static char *put_utf8(char *to, long code) {
  if (code < 0x80) {
    *to++ = (char)code;
  } else if (code < 0x800) {
    *to++ = (char)(0xC0 | (code >> 6));
    *to++ = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *to++ = (char)(0xE0 | (code >> 12));
    *to++ = (char)(0x80 | ((code >> 6) & 0x3F));
    *to++ = (char)(0x80 | (code & 0x3F));
  } else {
    *to++ = (char)(0xF0 | (code >> 18));
    *to++ = (char)(0x80 | ((code >> 12) & 0x3F));
    *to++ = (char)(0x80 | ((code >> 6) & 0x3F));
    *to++ = (char)(0x80 | (code & 0x3F));
  }
  return to;
}

/* Reads U+FFFD, up to `to`. */
static int repair(struct roster_json *in, struct writer *w, const char *to) {
  w->to = put_utf8(w->to, 0xFFFD);
  in->at = to;
  in->repaired++;
  return 1;
}

/* The escape at `from` is half of a surrogate pair. */
static int read_half(struct roster_json *in, struct writer *w,
                     const char *from) {
  enum { ESCAPE = 6 };
  if (!in->repairs)
    return fail_at(in, from, "unpaired surrogate");
  return repair(in, w, from + ESCAPE);
}

/* Behind "\u": one code point, from one escape or from a surrogate pair. */
static int read_unicode(struct roster_json *in, struct writer *w) {
  const char *from = in->at - 2;
  long code = read_hex4(in);
  if (code < 0)
    return roster_json_fail(in, "expected four hexadecimal digits");
  if (code >= 0xDC00 && code <= 0xDFFF)
    return read_half(in, w, from);
  if (code >= 0xD800 && code <= 0xDBFF) {
    long low;
    if (in->at < in->end && in->at[0] != '\\')
      return read_half(in, w, from);
    if (in->end - in->at < 2)
      return fail_at(in, in->end, "");
    if (in->at[1] != 'u')
      return read_half(in, w, from);
    in->at += 2;
    low = read_hex4(in);
    if (low < 0)
      return roster_json_fail(in, "expected four hexadecimal digits");
    if (low < 0xDC00 || low > 0xDFFF)
      return read_half(in, w, from);
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  w->to = put_utf8(w->to, code);
  return 1;
}

/* At a backslash: as many escapes as follow each other. */
static int read_escapes(struct roster_json *in, struct writer *w) {
  do {
    char c;
    if (!has_room(w, 4))
      return roster_json_fail_memory(in);
    in->at++;
    if (in->at >= in->end)
      return roster_json_fail(in, "");
    c = *in->at;
    if (c == 'u') {
      in->at++;
      if (!read_unicode(in, w))
        return 0;
      continue;
    }
    c = short_escapes[(unsigned char)c];
    if (c == '\0')
      return roster_json_fail(in, "unknown escape");
    in->at++;
    *w->to++ = c;
  } while (in->at < in->end && *in->at == '\\');
  return 1;
}

/* At a byte that is not ASCII, or at a control character, which is a fault:
** passes all bytes that are not ASCII. -1: stopped where a repair is needed. */
static int pass_utf8(struct roster_json *in) {
  const char *p = in->at;
  if ((unsigned char)*p < 0x20)
    return roster_json_fail(in, "control character in a string");
  do {
    int n = roster_text_utf8(p, in->end);
    if (n == 0 && !in->repairs)
      return fail_at(in, p, "invalid UTF-8");
    if (n == 0) {
      in->at = p;
      return -1;
    }
    p += n;
  } while (p < in->end && (unsigned char)*p >= 0x80);
  in->at = p;
  return 1;
}

/* At ill-formed UTF-8. */
static int read_ill_formed(struct roster_json *in, struct writer *w) {
  if (!has_room(w, 4))
    return roster_json_fail_memory(in);
  return repair(in, w, in->at + roster_text_ill_formed(in->at, in->end));
}

int roster_json_read_string(struct roster_json *in, struct roster_buf *scratch,
                            const char **text, size_t *len) {
  const char *run = in->at; /* what is not yet in the scratch buffer */
  struct writer w;
  int copied = 0;
  for (;;) {
    in->at = roster_json_plain(in->at, in->end);
    if (in->at >= in->end)
      return roster_json_fail(in, "");
    if (*in->at == '"')
      break;
    if (*in->at != '\\') {
      int passed = pass_utf8(in);
      if (passed == 0)
        return 0;
      if (passed > 0)
        continue;
    }
    if (!copied) {
      if (!roster_json_count(in))
        return 0;
      start_writing(&w, scratch);
    }
    copied = 1;
    if (!write_run(&w, run, (size_t)(in->at - run)))
      return roster_json_fail_memory(in);
    if (*in->at == '\\' ? !read_escapes(in, &w) : !read_ill_formed(in, &w))
      return 0;
    run = in->at;
  }
  if (copied) {
    if (!write_run(&w, run, (size_t)(in->at - run)))
      return roster_json_fail_memory(in);
    flush(&w);
    *text = roster_buf_text(scratch);
    *len = scratch->len;
  } else {
    *text = run;
    *len = (size_t)(in->at - run);
  }
  in->at++;
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
      if (!roster_json_count(in) || !skip_string(in, scratch))
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
    if (*in->at != '-' && (*in->at < '0' || *in->at > '9'))
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
