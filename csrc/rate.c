/* Limits and clocks in an answer's header; the contract is in rate.h. */
#include "rate.h"

#include <string.h>
#include <strings.h>

enum { MAX_DIGITS = 15 };

/* Days from 1970-01-01 to a civil date of the Gregorian calendar. */
static long days_of(int year, int month, int day) {
  long y = month <= 2 ? year - 1 : year;
  long era = y / 400;
  long of_era = y - era * 400;
  long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
         719468;
}

/* The number that `n` digits make, or -1. */
static int digits(const char *s, int n) {
  int value = 0;
  for (; n > 0; n--, s++) {
    if (*s < '0' || *s > '9')
      return -1;
    value = value * 10 + (*s - '0');
  }
  return value;
}

/* By hand: sscanf takes ten times as long, and every answer has a date. */
double roster_rate_date(const char *text) {
  static const char form[] = "Sun, 06 Nov 1994 08:49:37 GMT";
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char month[4];
  const char *found;
  int day;
  int year;
  int hour;
  int minute;
  int second;
  if (strlen(text) != sizeof(form) - 1 || memcmp(text + 3, ", ", 2) != 0 ||
      text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' ||
      text[22] != ':' || strcmp(text + 25, " GMT") != 0)
    return -1;
  memcpy(month, text + 8, 3);
  month[3] = '\0';
  found = strstr(months, month);
  day = digits(text + 5, 2);
  year = digits(text + 12, 4);
  hour = digits(text + 17, 2);
  minute = digits(text + 20, 2);
  second = digits(text + 23, 2);
  if (found == NULL || (found - months) % 3 != 0 || year < 1970 || day < 1 ||
      day > 31 || hour < 0 || minute < 0 || minute > 59 || hour > 23 ||
      second < 0 || second > 60)
    return -1;
  return (double)days_of(year, (int)(found - months) / 3 + 1, day) * 86400 +
         hour * 3600 + minute * 60 + second;
}

/* Digits up to the end or a comma; moves `*s` behind it. -1: not a number. */
static double read_whole(const char **s) {
  const char *p = *s;
  double n = 0;
  int digits = 0;
  while (*p == ' ' || *p == '\t')
    p++;
  for (; *p >= '0' && *p <= '9'; p++) {
    n = n * 10 + (*p - '0');
    digits++;
  }
  while (*p == ' ' || *p == '\t')
    p++;
  if (digits == 0 || digits > MAX_DIGITS || (*p != '\0' && *p != ',')) {
    p += strcspn(p, ",");
    n = -1;
  }
  *s = *p == ',' ? p + 1 : p;
  return n;
}

/* The value's numbers, where one is smaller (or larger) than what is there. */
static void take(double *best, const char *value, int largest) {
  do {
    double n = read_whole(&value);
    if (n >= 0 && (*best < 0 || (largest ? n > *best : n < *best)))
      *best = n;
  } while (*value != '\0');
}

/* One of the fields whose names begin with the provider's prefix. */
static void take_rate(struct roster_rate *r, const char *what,
                      const char *value) {
  if (strcasecmp(what, "-Limit") == 0)
    take(&r->limit, value, 0);
  else if (strcasecmp(what, "-Remaining") == 0)
    take(&r->remaining, value, 0);
  else if (strcasecmp(what, "-Reset") == 0)
    take(&r->reset, value, 1);
}

/* The first letter of a name, in lower case: most need no more than a look. */
static char initial(const char *name) { return (char)(name[0] | 0x20); }

/* All in one walk: this is asked for several times for each answer. */
struct roster_rate roster_rate_read(const struct roster_provider *provider,
                                    const struct roster_headers *headers) {
  struct roster_rate r = {-1, -1, -1, -1, -1, -1};
  const char *prefix = provider->rate_prefix;
  size_t prefix_len = prefix == NULL ? 0 : strlen(prefix);
  size_t at = 0;
  int dates = 0;
  int pauses = 0;
  const char *name;
  const char *value;
  while (roster_headers_next(headers, &at, &name, &value)) {
    char c = initial(name);
    if (prefix != NULL && c == initial(prefix) &&
        strncasecmp(name, prefix, prefix_len) == 0) {
      take_rate(&r, name + prefix_len, value);
    } else if (c == 'd' && strcasecmp(name, "Date") == 0) {
      if (dates++ == 0)
        r.date = roster_rate_date(value);
    } else if (c == 'r' && strcasecmp(name, "Retry-After") == 0) {
      if (pauses++ == 0)
        r.retry_date = roster_rate_date(value);
      take(&r.retry_after, value, 1);
    }
  }
  return r;
}
