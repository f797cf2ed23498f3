/* Numbers of JSON; the contract is in json.h. */
#include "json.h"

#include <float.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

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

/*
** A number whose digits and whose power of ten a double holds exactly: then one
** multiplication or division rounds as it should (Clinger, "How to read
** floating point numbers accurately", 1990). 0: it is none of these.
*/
static int read_short_double(const char *p, const char *end, double *out) {
  static const double powers[] = {
      1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const uint64_t most = (UINT64_C(1) << 53) / 10 - 1;
  uint64_t digits = 0;
  int scale = 0;
  int behind_point = 0;
  int negative = *p == '-';
#if FLT_EVAL_METHOD != 0
  return 0; /* would round twice */
#endif
  for (p += negative; p < end && *p != 'e' && *p != 'E'; p++) {
    if (*p == '.') {
      behind_point = 1;
      continue;
    }
    if (digits > most)
      return 0;
    digits = digits * 10 + (uint64_t)(*p - '0');
    scale -= behind_point;
  }
  if (p < end) {
    int power = 0;
    int down;
    p++;
    down = *p == '-';
    for (p += *p == '-' || *p == '+'; p < end; p++) {
      power = power * 10 + (*p - '0');
      if (power > 400)
        return 0;
    }
    scale += down ? -power : power;
  }
  if (scale < -22 || scale > 22)
    return 0;
  *out = scale < 0 ? (double)digits / powers[-scale]
                   : (double)digits * powers[scale];
  if (negative)
    *out = -*out;
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

/* What strtod takes as much time for as a value: it can be thousands of
** instructions, and 20 for a byte. */
enum { SLOW_NUMBER = 7, SLOW_BYTES = 16 };

static int charge(struct roster_json *in, size_t values) {
  if (in->left < values)
    return roster_json_too_many(in);
  in->left -= values;
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
  if (*digits == '0' && in->at - digits > 1) {
    in->at = digits;
    return roster_json_fail(in, "number with a leading zero");
  }
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
  if (!read_short_double(out->text, in->at, &out->number)) {
    if (!charge(in, SLOW_NUMBER + out->len / SLOW_BYTES))
      return 0;
    if (!read_double(scratch, out->text, out->len, &out->number))
      return roster_json_fail_memory(in);
  }
  out->kind = out->number - out->number == 0 ? ROSTER_NUMBER_DOUBLE
                                             : ROSTER_NUMBER_HUGE;
  return 1;
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

/* The place after the digits at `p`. */
static const char *pass_digits(const char *p, const char *end) {
  while (p < end && *p >= '0' && *p <= '9')
    p++;
  return p;
}

int roster_json_is_number(const char *text, size_t len) {
  const char *end = text + len;
  const char *from = text + (len > 0 && *text == '-');
  const char *p = pass_digits(from, end);
  if (p == from || (*from == '0' && p > from + 1))
    return 0;
  if (p < end && *p == '.') {
    from = ++p;
    p = pass_digits(from, end);
    if (p == from)
      return 0;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    from = p + (p < end && (*p == '+' || *p == '-'));
    p = pass_digits(from, end);
    if (p == from)
      return 0;
  }
  return p == end;
}
