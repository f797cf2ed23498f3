/* URLs, their origin, and the Link header; the contract is in text.h. */
#include "text.h"

#include <string.h>
#include <strings.h>

static const char *read_port(struct roster_url *u, const char *s, size_t n) {
  unsigned long port = 0;
  size_t i;
  if (n == 0 || n > 5)
    return "has a bad port";
  for (i = 0; i < n; i++) {
    if (s[i] < '0' || s[i] > '9')
      return "has a bad port";
    port = port * 10 + (unsigned long)(s[i] - '0');
  }
  if (port == 0 || port > 65535)
    return "has a bad port";
  u->port = (unsigned)port;
  return NULL;
}

/* A name as DNS has them, or an address in brackets (RFC 3986 3.2.2). */
static int is_host(const char *s, size_t n) {
  size_t i;
  if (s[0] != '[')
    return roster_text_is_unreserved(s, n);
  for (i = 1; i + 1 < n; i++) {
    if (strchr("0123456789abcdefABCDEF:.", s[i]) == NULL)
      return 0;
  }
  return n > 2 && s[n - 1] == ']';
}

const char *roster_url_authority(struct roster_url *u, const char *s,
                                 size_t n) {
  size_t colon = n;
  size_t i = 0;
  if (n > 0 && s[0] == '[') {
    while (i < n && s[i] != ']')
      i++;
    if (i == n)
      return "has an unclosed [";
  }
  for (; i < n; i++) {
    if (s[i] == ':') {
      colon = i;
      break;
    }
  }
  u->host = s;
  u->host_len = colon;
  if (u->host_len == 0)
    return "has no host";
  if (!is_host(u->host, u->host_len))
    return "has a bad host";
  return colon == n ? NULL : read_port(u, s + colon + 1, n - colon - 1);
}

const char *roster_url_parse(struct roster_url *u, const char *s, size_t n) {
  size_t i;
  size_t start;
  size_t end;
  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c <= 0x20 || c >= 0x7F)
      return "holds a space, a control or a non-ASCII character";
  }
  if (n >= 8 && strncasecmp(s, "https://", 8) == 0) {
    u->scheme = "https";
    u->port = 443;
    start = 8;
  } else if (n >= 7 && strncasecmp(s, "http://", 7) == 0) {
    u->scheme = "http";
    u->port = 80;
    start = 7;
  } else {
    return "must begin with https://";
  }
  for (end = start; end < n && strchr("/?#", s[end]) == NULL; end++) {
    if (s[end] == '@')
      return "must not hold a user name or password";
    if (s[end] == '\\')
      return "holds a backslash";
  }
  u->path = s + end;
  u->path_len = n - end;
  return roster_url_authority(u, s + start, end - start);
}

int roster_url_same_origin(const struct roster_url *a,
                           const struct roster_url *b) {
  return strcmp(a->scheme, b->scheme) == 0 && a->port == b->port &&
         a->host_len == b->host_len &&
         strncasecmp(a->host, b->host, a->host_len) == 0;
}

static int host_is(const struct roster_url *u, const char *name) {
  return strlen(name) == u->host_len &&
         strncasecmp(u->host, name, u->host_len) == 0;
}

/*
** Is it 127.0.0.0/8 as inet_ntop writes it? Other spellings are read in
** different ways (010 is 8 or 10), or as a name: 127.1, 127.0.0.08,
** 127.0.0.1.example.com.
*/
static int is_loopback_ipv4(const char *s, size_t n) {
  size_t i;
  unsigned octets = 1;
  unsigned octet = 0;
  unsigned digits = 0;
  if (n < 4 || strncmp(s, "127.", 4) != 0)
    return 0;
  for (i = 0; i < n; i++) {
    if (s[i] == '.' && digits > 0) {
      octets++;
      octet = 0;
      digits = 0;
    } else if (s[i] >= '0' && s[i] <= '9' && (digits == 0 || octet > 0)) {
      octet = octet * 10 + (unsigned)(s[i] - '0');
      digits++;
    } else {
      return 0;
    }
    if (octet > 255)
      return 0;
  }
  return octets == 4 && digits > 0;
}

int roster_url_is_loopback(const struct roster_url *u) {
  return host_is(u, "localhost") || host_is(u, "[::1]") ||
         is_loopback_ipv4(u->host, u->host_len);
}

/* One parameter of a link: name and value, quotes taken off. */
struct link_param {
  const char *name;
  size_t name_len;
  const char *value;
  size_t value_len;
};

static const char *skip_blank(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  return p;
}

static const char *read_param(const char *p, const char *end,
                              struct link_param *out) {
  p = skip_blank(p, end);
  out->name = p;
  while (p < end && strchr("=;, \t", *p) == NULL)
    p++;
  out->name_len = (size_t)(p - out->name);
  out->value = p;
  out->value_len = 0;
  p = skip_blank(p, end);
  if (p >= end || *p != '=')
    return p;
  p = skip_blank(p + 1, end);
  if (p < end && *p == '"') {
    out->value = ++p;
    while (p < end && *p != '"')
      p += *p == '\\' && p + 1 < end ? 2 : 1;
    out->value_len = (size_t)(p - out->value);
    return p < end ? p + 1 : p;
  }
  out->value = p;
  while (p < end && strchr(";, \t", *p) == NULL)
    p++;
  out->value_len = (size_t)(p - out->value);
  return p;
}

static int is_name(const struct link_param *q, const char *name) {
  return q->name_len == strlen(name) &&
         strncasecmp(q->name, name, q->name_len) == 0;
}

/* Is `rel` among the blank-separated relation types? (RFC 8288 3.3) */
static int has_rel(const struct link_param *q, const char *rel) {
  const char *p = q->value;
  const char *end = p + q->value_len;
  size_t n = strlen(rel);
  while (p < end) {
    const char *from = p = skip_blank(p, end);
    while (p < end && *p != ' ' && *p != '\t')
      p++;
    if ((size_t)(p - from) == n && strncasecmp(from, rel, n) == 0)
      return 1;
  }
  return 0;
}

int roster_link_find(const char *value, size_t n, const char *rel,
                     const char **target, size_t *target_len) {
  const char *p = value;
  const char *end = value + n;
  while (p < end) {
    const char *uri;
    const char *close;
    int rels = 0;
    int found = 0;
    int anchored = 0;
    p = skip_blank(p, end);
    if (p < end && *p == ',') {
      p++;
      continue;
    }
    if (p >= end)
      return 0;
    if (*p != '<')
      return -1;
    uri = p + 1;
    close = (const char *)memchr(uri, '>', (size_t)(end - uri));
    if (close == NULL)
      return -1;
    p = skip_blank(close + 1, end);
    while (p < end && *p == ';') {
      struct link_param q;
      p = skip_blank(read_param(p + 1, end, &q), end);
      /* only the first rel of a link counts (RFC 8288 3.3) */
      if (is_name(&q, "rel") && rels++ == 0)
        found = has_rel(&q, rel);
      else if (is_name(&q, "anchor"))
        anchored = 1;
    }
    if (found && !anchored) {
      *target = uri;
      *target_len = (size_t)(close - uri);
      return 1;
    }
    while (p < end && *p != ',')
      p++;
  }
  return 0;
}
