/* A request in HTTP/1.1; the contract is in http1.h. */
#include "http1.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static int begins(const char *line, const char *name) {
  return strncasecmp(line, name, strlen(name)) == 0;
}

static void add_port(unsigned port, struct roster_buf *to) {
  char text[16];
  size_t at = sizeof(text);
  do
    text[--at] = (char)('0' + port % 10);
  while ((port /= 10) > 0);
  text[--at] = ':';
  roster_buf_add(to, text + at, sizeof(text) - at);
}

static void add_host(const struct roster_url *u, struct roster_buf *to) {
  int is_default = u->port == (strcmp(u->scheme, "https") == 0 ? 443 : 80);
  roster_buf_adds(to, "Host: ");
  roster_buf_add(to, u->host, u->host_len);
  if (!is_default)
    add_port(u->port, to);
  roster_buf_adds(to, "\r\n");
}

int roster_http1_request(const struct roster_exchange *x,
                         struct roster_buf *to) {
  struct roster_url u;
  size_t at = 0;
  const char *line;
  const char *hash;
  if (roster_url_parse(&u, roster_buf_text(&x->url), x->url.len) != NULL)
    return 0;
  hash = (const char *)memchr(u.path, '#', u.path_len);
  if (hash != NULL)
    u.path_len = (size_t)(hash - u.path);
  /* room for all of it at once, as a rule */
  roster_buf_room(to, x->url.len + x->fields.len + 160);
  roster_buf_adds(to, x->method);
  roster_buf_addc(to, ' ');
  if (u.path_len == 0 || u.path[0] != '/')
    roster_buf_addc(to, '/');
  roster_buf_add(to, u.path, u.path_len);
  roster_buf_adds(to, " HTTP/1.1\r\n");
  add_host(&u, to);
  while ((line = roster_exchange_field(x, &at)) != NULL) {
    /* the length is counted below; what is packed could not be unpacked */
    if (begins(line, "Content-Length:") || begins(line, "Accept-Encoding:"))
      continue;
    roster_buf_adds(to, line);
    roster_buf_adds(to, "\r\n");
  }
  if (roster_exchange_sends_body(x)) {
    char length[48];
    snprintf(length, sizeof(length), "Content-Length: %lu\r\n",
             (unsigned long)x->body.len);
    roster_buf_adds(to, length);
  }
  return roster_buf_adds(to, "\r\n");
}
