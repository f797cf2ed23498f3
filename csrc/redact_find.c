/* Secrets without a name; the contract is in redact_find.h. */
#include "redact_find.h"

#include <string.h>
#include <strings.h>

enum {
  MOST_RUN = 127,      /* backslashes before a quote */
  MOST_USERINFO = 1024 /* bytes between a URL's // and its @ */
};

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* base64url, and the other characters of a token68 (RFC 9110 11.2) */
static int is_base64url(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '_';
}

static int is_token68(char c) {
  return is_base64url(c) || (c != '\0' && strchr("~+/.=", c) != NULL);
}

static size_t begins(const char *p, const char *end, const char *word) {
  size_t n = strlen(word);
  return (size_t)(end - p) >= n && strncasecmp(p, word, n) == 0 ? n : 0;
}

/* ------------------------------------------------------------------ quotes */

/* How many backslashes stand at `p`. */
static size_t run_of(const char *p, const char *end) {
  size_t n = 0;
  while (p + n < end && p[n] == '\\')
    n++;
  return n;
}

size_t roster_find_quote(const char *p, const char *end) {
  static const char *const encoded[] = {"&quot;", "&#34;",  "&#x22;",
                                        "&#39;",  "&#x27;", "&apos;",
                                        "%22",    "%27",    NULL};
  /* six levels of quoting make so many; more are looked at again and again */
  size_t run = run_of(p, end - p > MOST_RUN ? p + MOST_RUN : end);
  const char *const *e;
  if (p + run < end && (p[run] == '"' || p[run] == '\''))
    return run + 1;
  if (p < end && (*p == '&' || *p == '%')) {
    for (e = encoded; *e != NULL; e++) {
      if (begins(p, end, *e))
        return strlen(*e);
    }
  }
  return 0;
}

const char *roster_find_close(const char *p, size_t n, const char *end) {
  const char *quote = p + n - 1;
  size_t run = n - 1;
  const char *at = p + n;
  if (*quote == ';' || *p == '%') {
    for (; at < end; at++) {
      if (*at == *p && (size_t)(end - at) >= n && strncasecmp(at, p, n) == 0)
        return at;
    }
    return NULL;
  }
  while (at < end) {
    if (*at == '\\') {
      size_t found = run_of(at, end);
      /* after more of them, a quote belongs to the string */
      if (at + found < end && at[found] == *quote &&
          found % (2 * (run + 1)) == run)
        return at + found - run;
      at += found + (at + found < end && found % 2 == 1);
    } else if (*at == *quote && run == 0) {
      return at;
    } else {
      at++;
    }
  }
  return NULL;
}

/* ---------------------------------------------------------------- material */

static struct roster_slice slice(const char *at, const char *end) {
  struct roster_slice s;
  s.at = at;
  s.len = (size_t)(end - at);
  return s;
}

static const char *find_text(const char *p, const char *end, const char *text) {
  size_t n = strlen(text);
  while ((size_t)(end - p) >= n) {
    p = (const char *)memchr(p, text[0], (size_t)(end - p) - n + 1);
    if (p == NULL)
      return NULL;
    if (memcmp(p, text, n) == 0)
      return p;
    p++;
  }
  return NULL;
}

static struct roster_slice find_pem(const char *p, const char *end) {
  const char *line = find_text(p + 10, end, "-----");
  const char *stop;
  if (line == NULL)
    return slice(p, p);
  stop = find_text(p, line, "PRIVATE KEY");
  if (stop == NULL)
    return slice(p, p);
  line += 5;
  stop = find_text(line, end, "-----END");
  return slice(line, stop == NULL ? end : stop);
}

struct roster_slice roster_find_material(const char *p, const char *end) {
  const char *from = p;
  int parts;
  if (begins(p, end, "-----BEGIN"))
    return find_pem(p, end);
  if (end - p < 20 || memcmp(p, "eyJ", 3) != 0)
    return slice(p, p);
  for (parts = 0; parts < 5; parts++) {
    while (p < end && is_base64url(*p))
      p++;
    if (p == end || *p != '.' || p + 1 == end || !is_base64url(p[1]))
      break;
    p++;
  }
  return slice(from, parts >= 1 && p - from >= 20 ? p : from);
}

static int has_digit(const char *p, size_t n) {
  size_t i;
  for (i = 0; i < n; i++) {
    if (is_digit(p[i]))
      return 1;
  }
  return 0;
}

struct roster_slice roster_find_credential(const char *p, const char *end) {
  static const char *const schemes[] = {"bearer", "basic",  "ssws",
                                        "token",  "digest", "negotiate",
                                        "dpop",   "apikey", NULL};
  const char *const *s;
  for (s = schemes; *s != NULL; s++) {
    size_t n = begins(p, end, *s);
    const char *at = p + n;
    const char *stop;
    size_t least = **s == 't' ? 16 : 6;
    if (n == 0 || at == end || (*at != ' ' && *at != '+' && *at != '%'))
      continue;
    at += *at == '%' ? (begins(at, end, "%20") ? 3 : 0) : 1;
    while (at < end && *at == ' ')
      at++;
    stop = at;
    while (stop < end && is_token68(*stop))
      stop++;
    n = (size_t)(stop - at);
    if (n >= least && (has_digit(at, n) || n >= 20))
      return slice(at, stop);
  }
  return slice(p, p);
}

/* ------------------------------------------------------------- parts of URLs
 */

static int is_number(const char *p, const char *end) {
  while (p < end && is_digit(*p))
    p++;
  return p == end;
}

/* How many bytes at `p` are before what ends a port. */
static size_t port_length(const char *p, const char *end) {
  const char *from = p;
  while (p < end && memchr("/?#,;)]}:. \t\r\n", *p, 13) == NULL)
    p++;
  return (size_t)(p - from);
}

static int ends_text(char c) {
  return c == '\0' || strchr("\"'<>\\`", c) != NULL;
}

struct roster_slice roster_find_userinfo(const char *p, const char *end,
                                         int whole) {
  const char *authority = p;
  const char *colon = NULL;
  const char *last = NULL;
  int in_authority = 1;
  /* an IPv6 address has colons of its own */
  if (p < end && *p == '[')
    return slice(p, p);
  for (; p < end && (whole || !is_blank(*p)); p++) {
    if ((!whole && ends_text(*p)) ||
        (!in_authority && p - authority > MOST_USERINFO))
      break;
    if (*p == '@')
      last = p;
    if (*p == ':' && colon == NULL && in_authority)
      colon = p;
    if (in_authority && memchr("/?#", *p, 3) != NULL) {
      in_authority = 0;
      /* in "host:80/a@b" a port follows the colon, in "u:p/w@host" none */
      if (last != NULL || colon == NULL || is_number(colon + 1, p))
        break;
    }
  }
  if (last != NULL)
    return slice(authority, last);
  /* no port: the text was cut before the @ */
  if (colon != NULL && colon + 1 < p && !is_blank(colon[1]) &&
      !is_number(colon + 1, colon + 1 + port_length(colon + 1, p)))
    return slice(colon + 1, p);
  return slice(authority, authority);
}

size_t roster_find_segment(const char *p, const char *end) {
  const char *from = p;
  while (p < end && !is_blank(*p) && !ends_text(*p) &&
         strchr("/?#&,;)]}", *p) == NULL)
    p++;
  return (size_t)(p - from);
}

int roster_find_is_key(const char *p, size_t n) {
  size_t i;
  if (n < 8)
    return 0;
  for (i = 0; i < n; i++) {
    if (is_digit(p[i]) || (p[i] >= 'A' && p[i] <= 'Z'))
      return 1;
  }
  return n >= 24;
}

/* ------------------------------------------------------------------ values */

/* Does `p` begin another "name=", or end the text? */
static int begins_other(const char *p, const char *end) {
  const char *from;
  while (p < end && *p == ' ')
    p++;
  if (p == end || *p == '\r' || *p == '\n')
    return 1;
  from = p;
  while (p < end && (is_base64url(*p) || *p == '.' || *p == ' '))
    p++;
  return p > from && p < end && (*p == '=' || *p == ':');
}

struct roster_slice roster_find_value(const char *p, const char *end) {
  const char *from = p;
  for (; p < end; p++) {
    if (is_blank(*p) || *p == '&' || *p == '"' || *p == '<' || *p == '>')
      break;
    if (*p == '\'' && (p + 1 == end || !is_base64url(p[1])))
      break;
    if (*p == '\\' && roster_find_quote(p, end) > 0)
      break;
    if ((*p == ';' || *p == '#') && begins_other(p + 1, end))
      break;
    if (*p == ',' && (p + 1 == end || p[1] == ' ' || begins_other(p + 1, end)))
      break;
  }
  while (p > from && strchr(")]}.,;:", p[-1]) != NULL)
    p--;
  return slice(from, p);
}

int roster_find_is_mixed(const char *p, size_t n) {
  size_t digits = 0;
  size_t i;
  for (i = 0; i < n; i++)
    digits += (size_t)is_digit(p[i]);
  return n >= 4 && (n >= 24 || (digits > 0 && (digits < n || digits >= 4)));
}

struct roster_slice roster_find_line(const char *p, const char *end) {
  const char *from = p;
  while (p < end && memchr("\r\n\"", *p, 3) == NULL)
    p++;
  return slice(from, p);
}

int roster_find_is_container(const char *p, const char *end) {
  return begins(p, end, "%7B") > 0 || begins(p, end, "%5B") > 0;
}
