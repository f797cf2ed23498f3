/*
** The floor of a listing in Lua: libcurl's easy interface, one handle, one
** connection, and nothing else. floor.open(ca) -> handle;
** handle:get(url [, method]) -> body, URL of the next page or nil.
*/
#include <curl/curl.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "bench.floor"

struct floor {
  CURL *easy;
  struct curl_slist *fields;
  char *body;
  size_t len;
  size_t size;
  char next[512];
};

static size_t on_body(char *bytes, size_t one, size_t n, void *data) {
  struct floor *f = (struct floor *)data;
  (void)one;
  if (f->len + n > f->size) {
    f->size = 2 * (f->len + n);
    f->body = (char *)realloc(f->body, f->size);
    if (f->body == NULL)
      abort();
  }
  memcpy(f->body + f->len, bytes, n);
  f->len += n;
  return n;
}

static size_t on_header(char *bytes, size_t one, size_t n, void *data) {
  struct floor *f = (struct floor *)data;
  (void)one;
  if (n > 5 && strncasecmp(bytes, "link:", 5) == 0 &&
      memchr(bytes, '<', n) != NULL) {
    const char *from = (const char *)memchr(bytes, '<', n) + 1;
    const char *to = (const char *)memchr(from, '>', n - (from - bytes));
    if (to != NULL && (size_t)(to - from) < sizeof(f->next)) {
      memcpy(f->next, from, (size_t)(to - from));
      f->next[to - from] = '\0';
    }
  }
  return n;
}

static int get(lua_State *L) {
  struct floor *f = (struct floor *)luaL_checkudata(L, 1, TYPE);
  long status = 0;
  f->len = 0;
  f->next[0] = '\0';
  curl_easy_setopt(f->easy, CURLOPT_URL, luaL_checkstring(L, 2));
  if (curl_easy_perform(f->easy) != CURLE_OK)
    return luaL_error(L, "the request failed");
  curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200)
    return luaL_error(L, "status %d", (int)status);
  lua_pushlstring(L, f->body, f->len);
  if (f->next[0] == '\0')
    return 1;
  lua_pushstring(L, f->next);
  return 2;
}

static int open_floor(lua_State *L) {
  const char *ca = luaL_optstring(L, 1, NULL);
  struct floor *f = (struct floor *)lua_newuserdata(L, sizeof(*f));
  memset(f, 0, sizeof(*f));
  luaL_getmetatable(L, TYPE);
  lua_setmetatable(L, -2);
  f->easy = curl_easy_init();
  f->fields = curl_slist_append(NULL, "Authorization: SSWS tok");
  f->fields = curl_slist_append(f->fields, "Accept: application/json");
  curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->fields);
  curl_easy_setopt(f->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(f->easy, CURLOPT_WRITEDATA, f);
  curl_easy_setopt(f->easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(f->easy, CURLOPT_HEADERDATA, f);
  if (ca != NULL)
    curl_easy_setopt(f->easy, CURLOPT_CAINFO, ca);
  return 1;
}

int luaopen_floor(lua_State *L);
int luaopen_floor(lua_State *L) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  luaL_newmetatable(L, TYPE);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, get);
  lua_setfield(L, -2, "get");
  lua_newtable(L);
  lua_pushcfunction(L, open_floor);
  lua_setfield(L, -2, "open");
  return 1;
}
