/* The URL of a proxy; the contract is in proxy.h. */
#include "proxy.h"
#include "text.h"

#include <string.h>
#include <strings.h>

/* bytes: below what roster.curl takes; of a name or a password (RFC 1929 2) */
enum { LONGEST = 2048, LONGEST_SOCKS = 255 };

/* The value of two hexadecimal digits, or -1. */
static int read_hex(const char *s, const char *end) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  int value = 0;
  int i;
  if (end - s < 2)
    return -1;
  for (i = 0; i < 2; i++) {
    const char *at = (const char *)memchr(digits, s[i], sizeof(digits) - 1);
    if (at == NULL)
      return -1;
    value = value * 16 + (int)((at - digits) % 16);
  }
  return value;
}

/* A user name or a password; `colons`: may it hold one, encoded or not? */
static const char *check_part(const char *s, size_t n, int colons, int socks) {
  const char *end = s + n;
  size_t length = 0;
  for (; s < end; s++, length++) {
    int c = (unsigned char)*s;
    if (c == '%') {
      c = read_hex(s + 1, end);
      if (c < 0)
        return "has a user name or password with a % that begins no "
               "percent-encoding: write it as %25";
      if (c < 0x20 || c == 0x7F)
        return "has a control character in its user name or password";
      s += 2;
    }
    if (c == ':' && !colons)
      return "has a user name with a colon, which no proxy understands";
  }
  if (socks && length > LONGEST_SOCKS)
    return "has a user name or password that is longer than SOCKS allows";
  return NULL;
}

/* "user" or "user:password". */
static const char *check_user(const char *s, size_t n, int socks) {
  const char *colon = (const char *)memchr(s, ':', n);
  size_t user = colon == NULL ? n : (size_t)(colon - s);
  const char *fault;
  if (user == 0)
    return "has an empty user name before its host";
  fault = check_part(s, user, 0, socks);
  if (fault == NULL && colon != NULL)
    fault = check_part(colon + 1, n - user - 1, 1, socks);
  return fault;
}

/* Where the authority begins; NULL when the scheme is not one of a proxy. */
static const char *skip_scheme(const char *s, size_t n, int *socks) {
  static const char *const known[] = {"http",    "https",  "socks4",
                                      "socks4a", "socks5", "socks5h"};
  size_t i;
  size_t length = 0;
  while (length + 2 < n && memcmp(s + length, "://", 3) != 0)
    length++;
  if (length + 2 >= n)
    return s;
  for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if (strlen(known[i]) == length && strncasecmp(s, known[i], length) == 0) {
      *socks = known[i][0] == 's';
      return s + length + 3;
    }
  }
  return NULL;
}

const char *roster_proxy_fault(const char *s, size_t n) {
  const char *end = s + n;
  const char *at;
  const char *from;
  const char *to;
  const char *fault = NULL;
  struct roster_url u;
  int socks = 0;
  if (n == 0)
    return "is empty: leave it out, or give false for no proxy at all";
  if (n > LONGEST)
    return "is too long";
  for (at = s; at < end; at++) {
    unsigned char c = (unsigned char)*at;
    if (c <= 0x20 || c >= 0x7F)
      return "holds a space, a control or a non-ASCII character: "
             "percent-encode it";
    if (c == '\\')
      return "holds a backslash: write it as %5C";
  }
  from = skip_scheme(s, n, &socks);
  if (from == NULL)
    return "has a scheme that is not http, https, socks4, socks4a, socks5 or "
           "socks5h";
  for (to = from; to < end && strchr("/?#", *to) == NULL; to++)
    ;
  if (to < end && memchr(to, '@', (size_t)(end - to)) != NULL)
    return "holds / ? or # in its user name or password: percent-encode it";
  if (end - to > 1 || (to < end && *to != '/'))
    return "has a path, a query or a fragment, of which a proxy has none";
  at = (const char *)memchr(from, '@', (size_t)(to - from));
  if (at != NULL) {
    if (memchr(at + 1, '@', (size_t)(to - at - 1)) != NULL)
      return "holds a second @: in a user name or password write it as %40";
    fault = check_user(from, (size_t)(at - from), socks);
    from = at + 1;
  }
  return fault != NULL ? fault
                       : roster_url_authority(&u, from, (size_t)(to - from));
}
