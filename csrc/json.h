/*
** RFC 8259 over a byte range, strictly: no comments, no trailing commas, no
** NaN, no byte order mark, nothing after the value; text must be UTF-8
** (no overlong forms, no surrogates, nothing above U+10FFFF), escapes must
** pair their surrogates, control characters must be escaped. U+0000 is legal
** when escaped. A reader that repairs takes text that is not Unicode: it reads
** U+FFFD for an unpaired surrogate and for ill-formed UTF-8, and counts. No Lua
** here, and no content in a fault: the bytes may hold a secret, so a fault says
** where and why, never what.
*/
#ifndef ROSTER_JSON_H
#define ROSTER_JSON_H

#include "buf.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { ROSTER_JSON_DEPTH = 100 }; /* containers inside each other */

/* Why something failed: one line, no content. */
struct roster_fault {
  char text[270];
  int is_bound; /* the bytes may be right, but a bound of ours was met */
};

/* A reader's position in the bytes. `at` only moves forward. */
struct roster_json {
  const char *start;
  const char *at;
  const char *end;
  size_t left;     /* values that may still be read */
  int repairs;     /* reads U+FFFD for text that is not Unicode ... */
  size_t repaired; /* ... so often so far */
  struct roster_fault *fault;
};

enum roster_number_kind {
  ROSTER_NUMBER_INTEGER, /* digits only, fits `integer` */
  ROSTER_NUMBER_DOUBLE,  /* has a fraction or an exponent, or is -0 */
  ROSTER_NUMBER_HUGE     /* neither type can hold it; see `text` */
};

struct roster_number {
  enum roster_number_kind kind;
  long long integer;
  double number;
  const char *text; /* the token, in the bytes read */
  size_t len;
};

/* What roster_json_write_string found. */
enum roster_write {
  ROSTER_WRITE_FULL, /* the buffer failed; see its `error` */
  ROSTER_WRITE_OK,
  ROSTER_WRITE_NOT_UTF8
};

/*
** At most `max_values` can be read. Names count as values, a string with
** escapes counts twice, and a number that takes long to read several times.
** Does not repair until `in->repairs` is set.
*/
void roster_json_init(struct roster_json *in, const char *bytes, size_t len,
                      size_t max_values, struct roster_fault *fault);

/*
** Writes "byte N: reason" into the fault, N counted from 1 as Lua counts, and
** returns 0 so that a reader can `return` it. At the end of the bytes the
** reason is always the end.
*/
int roster_json_fail(struct roster_json *in, const char *reason);

/* Fails for want of memory, which is not about the bytes; returns 0. */
int roster_json_fail_memory(struct roster_json *in);

/* Fails as too many values; returns 0. */
int roster_json_too_many(struct roster_json *in);

/* Counts a value that is about to be read. */
static inline int roster_json_count(struct roster_json *in) {
  if (in->left == 0)
    return roster_json_too_many(in);
  in->left--;
  return 1;
}

/*
** The readers below return 1 and stand behind what they read, or 0 with the
** fault written.
*/

/* From behind the opening quote to behind the closing one. The text is in the
** bytes themselves, or unescaped in `scratch` (valid until its next use). */
int roster_json_read_string(struct roster_json *in, struct roster_buf *scratch,
                            const char **text, size_t *len);

/* A number; `scratch` holds the token while it is read. */
int roster_json_read_number(struct roster_json *in, struct roster_buf *scratch,
                            struct roster_number *out);

/* The rest of true, false or null, given whole. */
int roster_json_read_literal(struct roster_json *in, const char *word,
                             size_t len);

/* One value of any kind at `depth`, checked as strictly as if it were kept. */
int roster_json_skip(struct roster_json *in, struct roster_buf *scratch,
                     int depth);

/* Writes a quoted string, escaping only what must be: quote, backslash and
** control characters. On failure part of it may have been written. */
enum roster_write roster_json_write_string(struct roster_buf *out,
                                           const char *text, size_t len);

/* Spells a finite number in at most ROSTER_NUMBER_MAX bytes with the final
** NUL: whole ones up to 2^53 as plain digits, others with the shortest of 15,
** 16 or 17 digits that reads back as the same number, in any locale. */
void roster_json_number(double number, char *out, size_t size);

enum { ROSTER_NUMBER_MAX = 32 };

/* 1 when the text is a JSON integer: digits, no leading zero, maybe a minus. */
int roster_json_is_integer(const char *text, size_t len);

/* 1 when all of the text is a JSON number (RFC 8259 6). */
int roster_json_is_number(const char *text, size_t len);

static inline void roster_json_space(struct roster_json *in) {
  const char *p = in->at;
  /* most services send none: one comparison tells */
  while (p < in->end && (unsigned char)*p <= ' ' &&
         (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    p++;
  in->at = p;
}

/*
** The first byte that is not plain text of a JSON string: a quote, a
** backslash, a control character or anything outside ASCII. Sixteen bytes at a
** time, compared as signed: what is outside ASCII is below a space, too. Or
** eight: the lowest set bit of `odd` lies in the first such byte (higher ones
** may be a borrow that ran over, so only a little-endian machine may use it).
*/
static inline const char *roster_json_plain(const char *p, const char *end) {
#ifdef __SSE2__
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const __m128i odd = _mm_or_si128(_mm_or_si128(quote, slash), below);
    const int at = _mm_movemask_epi8(odd);
    if (at != 0)
      return p + __builtin_ctz((unsigned)at);
    p += 16;
  }
#else
  const uint64_t ones = UINT64_C(0x0101010101010101);
  const uint64_t tops = UINT64_C(0x8080808080808080);
  while (end - p >= 8) {
    uint64_t word;
    uint64_t quote;
    uint64_t slash;
    uint64_t odd;
    memcpy(&word, p, 8);
    quote = word ^ (ones * '"');
    slash = word ^ (ones * '\\');
    odd =
        ((quote - ones) | (slash - ones) | (word - ones * 0x20) | word) & tops;
    if (odd != 0) {
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
      return p + (__builtin_ctzll(odd) >> 3);
#else
      break;
#endif
    }
    p += 8;
  }
#endif
  while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 &&
         *p != '"' && *p != '\\')
    p++;
  return p;
}

#endif
