/*
** Percent-encoding, URLs and path templates: what goes in is what an
** independent decoder reads out of it, and nobody ends up at another host.
*/
#include "text.h"
#include "auth.h"
#include "catalog.h"
#include "fuzz.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>
#include <strings.h>

enum { MOST = 65536 };

static int hex(char c) {
  const char *at = strchr("0123456789ABCDEF", c);
  MUST(c != '\0' && at != NULL);
  return (int)(at - "0123456789ABCDEF");
}

/* Reads back one encoded text and compares. */
static void decode(const char *s, size_t n, const char *wanted, size_t len) {
  size_t i = 0;
  size_t at;
  for (at = 0; at < n; at++, i++) {
    char c = s[at];
    MUST(i < len);
    if (c == '%') {
      MUST(n - at > 2);
      c = (char)(hex(s[at + 1]) * 16 + hex(s[at + 2]));
      at += 2;
    } else {
      MUST((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("-._~", c) != NULL);
    }
    MUST(c == wanted[i]);
  }
  MUST(i == len);
}

static void encode(const char *s, size_t n) {
  struct roster_buf b;
  roster_buf_init(&b, MOST);
  MUST(roster_text_encode(&b, s, n));
  decode(roster_buf_text(&b), b.len, s, n);
  roster_buf_free(&b);
}

/* RFC 3629, by the numbers of its code points. */
static int is_utf8(const unsigned char *s, size_t n) {
  size_t i = 0;
  while (i < n) {
    unsigned long code = s[i];
    unsigned long least = 0;
    int more = 0;
    if (code >= 0xF0 && code < 0xF8) {
      more = 3;
      code &= 7;
      least = 0x10000;
    } else if (code >= 0xE0 && code < 0xF0) {
      more = 2;
      code &= 15;
      least = 0x800;
    } else if (code >= 0xC0 && code < 0xE0) {
      more = 1;
      code &= 31;
      least = 0x80;
    } else if (code >= 0x80) {
      return 0;
    }
    for (i++; more > 0; more--, i++) {
      if (i >= n || (s[i] & 0xC0) != 0x80)
        return 0;
      code = code << 6 | (s[i] & 63u);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
      return 0;
  }
  return 1;
}

static void parse(const char *s, size_t n) {
  struct roster_url u;
  struct roster_url again;
  char text[1024];
  int len;
  if (roster_url_parse(&u, s, n) != NULL)
    return;
  MUST(u.host_len > 0 && u.host >= s && u.host + u.host_len <= u.path);
  MUST(u.path + u.path_len == s + n);
  MUST(u.path_len == 0 || strchr("/?#", u.path[0]) != NULL);
  MUST(u.port >= 1 && u.port <= 65535);
  for (len = 0; len < (int)u.host_len; len++)
    MUST(strchr("/?#@\\ ", u.host[len]) == NULL && u.host[len] != '\0');
  if (n > 900)
    return;
  len = snprintf(text, sizeof text, "%s://%.*s:%u%.*s", u.scheme,
                 (int)u.host_len, u.host, u.port, (int)u.path_len, u.path);
  MUST(roster_url_parse(&again, text, (size_t)len) == NULL);
  MUST(roster_url_same_origin(&u, &again));
  MUST(again.path_len == u.path_len);
  MUST(roster_url_is_loopback(&u) == roster_url_is_loopback(&again));
  if (roster_url_is_loopback(&u))
    MUST(strncmp(u.host, "127.", 4) == 0 ||
         (u.host_len == 9 && strncasecmp(u.host, "localhost", 9) == 0) ||
         (u.host_len == 5 && strncmp(u.host, "[::1]", 5) == 0));
}

static void names(struct choices *c) {
  char a[32];
  char b[32];
  size_t n;
  const char *s = take(c, sizeof a - 1, &n);
  double print;
  unsigned slips;
  memcpy(a, s, n);
  a[n] = '\0';
  s = take(c, sizeof b - 1, &n);
  memcpy(b, s, n);
  b[n] = '\0';
  slips = roster_text_slips(a, b, 3);
  MUST(slips == roster_text_slips(b, a, 3) && slips <= 4);
  MUST((slips == 0) == (strcmp(a, b) == 0));
  print = roster_text_fingerprint(s, n);
  MUST(print >= 0 && print < 9007199254740992.0);
  MUST(print == (double)(long long)print);
}

/* No secret is left in a text, and no text grows. */
static void scrub(struct choices *c) {
  char text[256];
  size_t n;
  size_t len;
  size_t i;
  const char *secret = take(c, 4 + choose(c, 8), &n);
  const char *s = take(c, sizeof text, &len);
  memcpy(text, s, len);
  i = roster_auth_scrub(text, len, secret, n);
  MUST(i <= len);
  len = i;
  if (n < 4 || memchr(secret, '*', n) != NULL)
    return;
  for (i = 0; i + n <= len; i++)
    MUST(memcmp(text + i, secret, n) != 0);
}

static const char setup[] =
    "local core, out = require 'roster.core', {}\n"
    "for i, name in ipairs(core.providers()) do\n"
    "  local client = assert(core.client(name, { url = 'https://x.test/base',\n"
    "    token = 'tok', api_key = 'key', timeout = 1, max_retries = 0,\n"
    "    connect_timeout = 1, stall_timeout = 1, max_response = 9, max_nodes = 1e6 }))\n"
    "  for _, op in ipairs(core.catalog(name).operations) do\n"
    "    local n = select(2, op.path:gsub('{', '{'))\n"
    "    if n > 0 and not op.body then\n"
    "      out[#out + 1] = { client, op.name, op.path, n }\n"
    "    end\n"
    "  end\n"
    "end\n"
    "return function(i, ...)\n"
    "  local row = out[i % #out + 1]\n"
    "  local call = core.call(row[1], row[2],\n"
    "    table.unpack({ ... }, 1, row[4]))\n"
    "  return call and call:url() or nil, row[3]\n"
    "end";

/* An operation's path with the bytes in its places. */
static void fill(struct choices *c) {
  lua_State *L = fuzz_lua();
  const char *values[4];
  size_t lengths[4];
  const char *url;
  const char *path;
  int i;
  if (lua_gettop(L) == 0 && luaL_dostring(L, setup) != 0)
    MUST(0 == lua_gettop(L));
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, (lua_Integer)choose(c, 255));
  for (i = 0; i < 4; i++) {
    values[i] = take(c, 1 + choose(c, 12), &lengths[i]);
    lua_pushlstring(L, values[i], lengths[i]);
  }
  if (lua_pcall(L, 5, 2, 0) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
  url = lua_tostring(L, 2);
  path = lua_tostring(L, 3);
  if (url == NULL)
    return;
  MUST(strncmp(url, "https://x.test/base", 19) == 0);
  url += 19;
  for (i = 0; *path != '\0'; i++) {
    const char *open = strchr(path, '{');
    size_t len = open == NULL ? strlen(path) : (size_t)(open - path);
    MUST(strncmp(url, path, len) == 0);
    url += len;
    path += len;
    if (open == NULL)
      break;
    len = strcspn(url, "/?");
    MUST(is_utf8((const unsigned char *)values[i], lengths[i]));
    decode(url, len, values[i], lengths[i]);
    url += len;
    path = strchr(path, '}') + 1;
  }
  MUST(*url == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *s = (const char *)data;
  struct choices c;
  if (size > 4096)
    return 0;
  encode(s, size);
  MUST(roster_text_is_utf8(s, size) == is_utf8(data, size));
  if (roster_text_segment_fault(s, size, "/") == NULL)
    MUST(size > 0 && memchr(s, '/', size) == NULL && is_utf8(data, size));
  if (roster_text_value_fault(s, size) == NULL)
    MUST(memchr(s, '\r', size) == NULL && memchr(s, '\n', size) == NULL &&
         memchr(s, '\0', size) == NULL);
  parse(s, size);
  c.at = data;
  c.end = data + size;
  names(&c);
  c.at = data;
  scrub(&c);
  c.at = data;
  fill(&c);
  return 0;
}
