/* Texts without their secrets; the contract is in redact.h. */
#include "redact.h"
#include "json.h"
#include "redact_escape.h"
#include "redact_find.h"
#include "redact_member.h"
#include "redact_word.h"
#include "secret_name.h"

#include <string.h>
#include <strings.h>

enum {
  FRAMES = 128, /* containers inside each other, of which all is known */
  LEVELS = 4,   /* strings inside strings */
  NAME = 512,   /* bytes of a name, decoded */
  MAX_TEXT = 1024 * 1024 * 1024
};

struct scan {
  const char *start;
  const char *shown; /* from here up to `p` is still to be emitted */
  const char *p;
  const char *end;
  struct roster_buf *out;
  struct roster_found *found;
  struct roster_redact_as as;
  int level;
  int flow;      /* has a parameter grant_type or state; -1: not looked yet */
  int url;       /* is a URL that works once */
  int raw;       /* is in a string, out of which it was not unescaped */
  int ok;        /* memory was enough */
  size_t depth;  /* frames in use */
  size_t beyond; /* containers deeper than that */
  struct roster_frame frames[FRAMES];
};

const struct roster_redact_as roster_redact_any = {NULL, NULL};

static int run(struct scan *s);

static void begin(struct scan *s, const char *text, size_t n,
                  struct roster_buf *out, struct roster_found *found) {
  s->start = s->shown = s->p = text;
  s->end = text + n;
  s->out = out;
  s->found = found;
  s->as = roster_redact_any;
  s->level = 0;
  s->flow = -1;
  s->url = s->raw = 0;
  s->ok = 1;
  s->depth = s->beyond = 0;
}

/* ----------------------------------------------------------------- writing */

static void emit(struct scan *s, const char *bytes, size_t n) {
  s->ok = (s->out == NULL || roster_buf_add(s->out, bytes, n)) && s->ok;
}

/* Emits what is before s->p. */
static void flush(struct scan *s) {
  emit(s, s->shown, (size_t)(s->p - s->shown));
  s->shown = s->p;
}

/* Emits `text` in the place of what is up to `to`. */
static void replace(struct scan *s, const char *to, const char *text,
                    size_t n) {
  flush(s);
  emit(s, text, n);
  s->shown = s->p = to;
}

static void note(struct scan *s, const char *secret, size_t n) {
  if (n > 0)
    s->ok = roster_found_add(s->found, secret, n) && s->ok;
}

/* Notes the secret as it is, and out of its escapes. */
static void note_escaped(struct scan *s, const char *end,
                         int (*escape)(struct roster_buf *, const char *,
                                       const char *)) {
  struct roster_buf bare;
  size_t n = (size_t)(end - s->p);
  if (s->found == NULL || n == 0)
    return;
  roster_buf_init(&bare, n);
  s->ok = escape(&bare, s->p, end) && s->ok;
  note(s, s->p, n);
  if (bare.len != n || memcmp(bare.data, s->p, n) != 0)
    note(s, bare.data, bare.len);
  roster_buf_wipe(&bare);
  roster_buf_free(&bare);
}

/* Masks what is up to `to`. */
static void mask(struct scan *s, const char *to) {
  if (to > s->p) {
    note_escaped(s, to, roster_escape_form);
    replace(s, to, "***", 3);
  }
}

static void mask_slice(struct scan *s, struct roster_slice secret) {
  s->p = secret.at;
  mask(s, s->p + secret.len);
}

/* Looked for once: the text may be long. */
static int has_flow(struct scan *s) {
  if (s->flow < 0)
    s->flow = roster_word_has_flow(s->start, s->end);
  return s->flow;
}

/* -------------------------------------------------------------- containers */

/* What is being read, if all is known of it. */
static const struct roster_frame *top(const struct scan *s) {
  return s->beyond == 0 && s->depth > 0 ? &s->frames[s->depth - 1] : NULL;
}

/* What is known of a value that has no name. */
static struct roster_holding unnamed(const struct scan *s) {
  const struct roster_frame *f = top(s);
  struct roster_holding root = roster_holding_unknown;
  if (f != NULL)
    return f->place;
  if (s->beyond == 0)
    root.model = s->as.model;
  return root;
}

static void open_container(struct scan *s, struct roster_holding place) {
  if (s->depth < FRAMES)
    roster_frame_open(&s->frames[s->depth++], place, s->p, s->end);
  else
    s->beyond++;
  s->p++;
}

static void close_container(struct scan *s) {
  if (s->beyond > 0)
    s->beyond--;
  else if (s->depth > 0)
    s->depth--;
  s->p++;
}

/* ----------------------------------------------------------------- strings */

/* Redacts a text by itself, one level deeper. */
static int run_inside(const struct scan *s, struct roster_buf *out,
                      const char *text, size_t n, int url, int raw) {
  struct scan inner;
  begin(&inner, text, n, out, s->found);
  inner.level = s->level + 1;
  inner.url = url;
  inner.raw = raw;
  return run(&inner);
}

/* Emits a JSON string's inside that was redacted out of its escapes. */
static void show_unescaped(struct scan *s, const char *close, int url) {
  struct roster_buf bare;
  struct roster_buf shown;
  struct roster_buf quoted;
  size_t n = (size_t)(close - s->p);
  int fits;
  roster_buf_init(&bare, n);
  roster_buf_init(&shown, MAX_TEXT);
  roster_buf_init(&quoted, MAX_TEXT);
  s->ok = roster_escape_string(&bare, s->p, close) &&
          run_inside(s, &shown, roster_buf_text(&bare), bare.len, url, 0) &&
          s->ok;
  fits = shown.len == bare.len &&
         memcmp(roster_buf_text(&shown), roster_buf_text(&bare), bare.len) == 0;
  if (fits)
    s->p = close;
  else if (roster_json_write_string(&quoted, roster_buf_text(&shown),
                                    shown.len) == ROSTER_WRITE_OK)
    /* between the quotes that are there already */
    replace(s, close, quoted.data + 1, quoted.len - 2);
  else
    replace(s, close, "***", 3);
  s->ok = s->ok && quoted.error == ROSTER_BUF_OK;
  roster_buf_free(&bare);
  roster_buf_free(&shown);
  roster_buf_free(&quoted);
}

/* Emits the inside of a string that may be shown, up to `close`. */
static void show_inside(struct scan *s, const char *close, int is_json,
                        int url) {
  size_t n = (size_t)(close - s->p);
  if (roster_word_is_harmless(s->p, close)) {
    s->p = close;
  } else if (s->level + 1 >= LEVELS) {
    replace(s, close, "***", 3);
  } else if (is_json && memchr(s->p, '\\', n) != NULL) {
    show_unescaped(s, close, url);
  } else {
    flush(s);
    s->ok = run_inside(s, s->out, s->p, n, url, 1) && s->ok;
    s->shown = s->p = close;
  }
}

/* A string that is a value; `n` bytes at s->p are its opening quote. */
static void take_value_string(struct scan *s, size_t n,
                              struct roster_holding place) {
  const char *quote = s->p;
  const char *close = roster_find_close(s->p, n, s->end);
  const char *stop = close == NULL ? s->end : close;
  int is_json = n == 1 && *quote == '"';
  s->p += n;
  if (place.secrecy == ROSTER_SHOWN && s->beyond == 0) {
    show_inside(s, stop, is_json, place.url);
  } else if (s->p < stop) {
    note_escaped(s, stop, roster_escape_string);
    replace(s, stop, "***", 3);
  }
  if (close != NULL)
    s->p += n;
}

/* ------------------------------------------------------------------ values */

/* A number, or a word where JSON has none. */
static void take_value_bare(struct scan *s, struct roster_holding place) {
  const char *stop = s->p;
  const struct roster_frame *f = top(s);
  int is_number = *s->p == '-' || (*s->p >= '0' && *s->p <= '9');
  int is_item = f != NULL && f->open == '[';
  size_t n;
  while (stop < s->end && memchr(" \t\r\n,}]\"'\\", *stop, 10) == NULL)
    stop++;
  n = (size_t)(stop - s->p);
  if (roster_word_is_constant(s->p, n)) {
    s->p = stop;
  } else if (n > 0 &&
             (place.secrecy >= ROSTER_NAMED || s->beyond > 0 ||
              (place.secrecy == ROSTER_TEXTS && (!is_number || is_item)))) {
    note_escaped(s, stop, roster_escape_form);
    /* a quote would end the string */
    replace(s, stop, s->raw ? "***" : "\"***\"", s->raw ? 3 : 5);
  } else if (is_number) {
    s->p = stop;
  }
}

/*
** The value of a secret's name in prose. What follows "=" at once is secret;
** what follows ": " only if it looks so, for "password: is too short".
*/
static void take_value_prose(struct scan *s, int assigned, int is_header,
                             int is_encoded) {
  struct roster_slice value = roster_find_credential(s->p, s->end);
  if (value.len > 0) {
    mask_slice(s, value);
    return;
  }
  value = is_header ? roster_find_line(s->p, s->end)
                    : roster_find_value(s->p, s->end);
  /* an encoded object or list goes as a whole */
  if (is_encoded && !roster_find_is_container(s->p, s->end)) {
    size_t i;
    for (i = 0; i + 3 <= value.len; i++) {
      if (strncasecmp(value.at + i, "%26", 3) == 0)
        value.len = i;
    }
  }
  if (value.len == 0 || roster_word_is_constant(value.at, value.len))
    return;
  if (assigned || roster_find_is_mixed(value.at, value.len) ||
      (is_header && (memchr(value.at, ' ', value.len) == NULL ||
                     memchr(value.at, '=', value.len) != NULL)))
    mask_slice(s, value);
}

/* ------------------------------------------------------------------- names */

/*
** Takes the name from `from` up to `stop` and its value, if after `after`
** there is a separator. Returns 0, and takes nothing, if there is none.
*/
static int take_pair(struct scan *s, const char *from, const char *stop,
                     const char *after, int is_quoted) {
  const struct roster_frame *f = top(s);
  const char *at = roster_word_skip_blank(after, s->end);
  int is_prose = f == NULL || f->open != '{';
  char name[NAME];
  char separator;
  size_t n = roster_word_separator(at, s->end, &separator);
  size_t quote;
  struct roster_holding place;
  if (n == 0 || (separator == ':' && !is_quoted && at > after) ||
      (s->end - at >= 3 && memcmp(at, "://", 3) == 0))
    return 0;
  s->p = roster_word_skip_blank(at + n, s->end);
  /* "a = b", "a: b" */
  after = s->p > at + n || at > after ? NULL : at;
  at += n;
  n = roster_escape_name(from, stop, name, sizeof name);
  place = roster_member_is_shown_param(s->as.op, name, n)
              ? roster_holding_unknown
              : roster_member_holding(f != NULL && f->open == '{' ? f : NULL,
                                      f == NULL && has_flow(s), name, n);
  if (s->p == s->end)
    return 1;
  quote = roster_find_quote(s->p, s->end);
  if (quote > 0)
    take_value_string(s, quote, place);
  else if (*s->p == '{' || *s->p == '[')
    open_container(s, place);
  else if (!is_prose ||
           (is_quoted && (*s->p == '-' || (*s->p >= '0' && *s->p <= '9'))))
    take_value_bare(s, place);
  else if (place.secrecy != ROSTER_SHOWN || s->beyond > 0)
    take_value_prose(s, separator == '=' && after != NULL,
                     separator == ':' && roster_secret_is_header_name(name, n),
                     at[-1] != separator);
  return 1;
}

/* A quoted string: a name, or a value, or only a quote. */
static void take_string(struct scan *s, size_t n) {
  const struct roster_frame *f = top(s);
  const char *close = roster_find_close(s->p, n, s->end);
  char before = s->p > s->start ? s->p[-1] : ' ';
  struct roster_holding place =
      f != NULL && f->open == '[' ? f->place : roster_holding_unknown;
  if (close != NULL && take_pair(s, s->p + n, close, close + n, 1))
    return;
  /* an apostrophe, or a quote that opens nothing */
  if (place.secrecy == ROSTER_SHOWN && s->beyond == 0 &&
      ((roster_word_is(before) && f == NULL) ||
       (close == NULL && s->p[n - 1] == '\'') ||
       (close != NULL && f == NULL && close + n < s->end &&
        roster_word_is(close[n]))))
    s->p += n;
  else
    take_value_string(s, n, place);
}

/* <name>text</name> */
static void take_element(struct scan *s) {
  const char *name = s->p + 1;
  const char *stop = name;
  const char *open;
  enum roster_name kind;
  while (stop < s->end && (roster_word_is(*stop) || *stop == ':'))
    stop++;
  open = stop;
  while (open < s->end && *open != '<' && *open != '>')
    open++;
  s->p = name;
  if (stop == name || open == s->end || *open != '>' || open[-1] == '/')
    return;
  kind = roster_secret_name(name, (size_t)(stop - name));
  if (kind != ROSTER_NAME_SECRET && kind != ROSTER_NAME_CREDENTIAL)
    return;
  s->p = open + 1;
  if (s->end - s->p >= 9 && memcmp(s->p, "<![CDATA[", 9) == 0)
    s->p += 9;
  stop = (const char *)memchr(s->p, '<', (size_t)(s->end - s->p));
  mask(s, stop == NULL ? s->end : stop);
}

/* -------------------------------------------------------------------- URLs */

/* The "://" at s->p and the userinfo after it. */
static void take_authority(struct scan *s) {
  struct roster_slice user;
  const char *colon;
  s->p += 3;
  user = roster_find_userinfo(s->p, s->end, s->level > 0);
  if (user.len == 0)
    return;
  colon = (const char *)memchr(user.at, ':', user.len);
  if (colon != NULL && s->found != NULL)
    note(s, colon + 1, user.len - (size_t)(colon + 1 - user.at));
  mask_slice(s, user);
}

/* The slash at s->p and the segment after it, which may announce a secret. */
static void take_segment(struct scan *s) {
  size_t n = roster_find_segment(s->p + 1, s->end);
  const char *next = s->p + 1 + n;
  s->p++;
  if (s->url && roster_find_is_key(s->p, n) && memchr(s->p, '.', n) == NULL) {
    mask(s, next);
  } else if (n > 0 && next < s->end && *next == '/' &&
             roster_secret_segment(s->p, n)) {
    size_t following = roster_find_segment(next + 1, s->end);
    if (roster_find_is_key(next + 1, following)) {
      s->p = next + 1;
      mask(s, next + 1 + following);
    }
  }
}

/* -------------------------------------------------------------------- scan */

/* A word: a name with its value, a credential with its scheme, a number. */
static void take_word(struct scan *s) {
  const struct roster_frame *f = top(s);
  const char *from = s->p;
  const char *stop = roster_word_end(s->p, s->end);
  struct roster_slice secret = roster_find_credential(s->p, s->end);
  size_t quote;
  if (secret.len == 0)
    secret = roster_find_material(s->p, s->end);
  if (secret.len > 0) {
    mask_slice(s, secret);
    return;
  }
  if (s->beyond > 0 ||
      (f != NULL && f->open == '[' && f->place.secrecy != ROSTER_SHOWN)) {
    take_value_bare(s, unnamed(s));
    if (s->p > from)
      return;
  }
  if (stop == s->p) {
    s->p += s->end - s->p >= 3 && roster_escape_hex(s->p[1]) >= 0 ? 3 : 1;
    return;
  }
  /* the text may have been cut after the quote that opened the name */
  quote = roster_find_quote(stop, s->end);
  if (!take_pair(s, from, stop, stop + quote, quote > 0))
    s->p = stop;
}

/* Returns 1, or 0 when there was not enough memory. */
static int run(struct scan *s) {
  while (s->ok && s->p < s->end) {
    size_t quote = roster_find_quote(s->p, s->end);
    if (quote > 0)
      take_string(s, quote);
    else if (roster_word_is(*s->p) || *s->p == '%')
      take_word(s);
    else if (*s->p == '{' || *s->p == '[')
      open_container(s, unnamed(s));
    else if (*s->p == '}' || *s->p == ']')
      close_container(s);
    else if (*s->p == '<')
      take_element(s);
    else if (s->end - s->p >= 3 && memcmp(s->p, "://", 3) == 0)
      take_authority(s);
    else if (*s->p == '/')
      take_segment(s);
    else
      s->p++;
  }
  flush(s);
  return s->ok;
}

int roster_redact(struct roster_buf *out, struct roster_found *found,
                  const char *text, size_t n, struct roster_redact_as as) {
  struct scan s;
  size_t before = out == NULL ? 0 : out->len;
  begin(&s, text, n, out, found);
  s.as = as;
  if (run(&s))
    return 1;
  if (out != NULL)
    out->len = before;
  return 0;
}

void roster_redact_hide(struct roster_buf *text) {
  roster_buf_wipe(text);
  roster_buf_adds(text, ROSTER_REDACT_HIDDEN);
}

void roster_redact_buf(struct roster_buf *text, struct roster_found *found,
                       struct roster_redact_as as) {
  struct roster_buf out;
  if (text->len == 0 ||
      (as.model == NULL &&
       roster_word_is_harmless(text->data, text->data + text->len)))
    return;
  roster_buf_init(&out, text->max);
  if (roster_redact(&out, found, text->data, text->len, as)) {
    /* the caller has yet to look at what happened before */
    out.error = text->error;
    roster_buf_free(text);
    *text = out;
  } else {
    roster_buf_free(&out);
    roster_redact_hide(text);
  }
}
