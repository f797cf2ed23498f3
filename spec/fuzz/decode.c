/*
** The decoder: takes what the checking pass takes and nothing else, agrees
** with lua-cjson where both take it, and what it gives can be sent back. Where
** it repairs it takes as much or more, and counts what it repaired.
*/
#include "decode.h"
#include "encode.h"
#include "fuzz.h"
#include "json.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

enum { MOST = 1 << 20 };

struct input {
  const char *bytes;
  size_t len;
  int flags;
};

static int is_valid(const struct input *in, struct roster_fault *fault) {
  struct roster_json json;
  struct roster_buf scratch;
  int ok;
  roster_buf_init(&scratch, MOST);
  roster_json_init(&json, in->bytes, in->len, ROSTER_ANY_NUMBER, fault);
  roster_json_space(&json);
  ok = roster_json_skip(&json, &scratch, 0);
  if (ok)
    roster_json_space(&json);
  roster_buf_free(&scratch);
  return ok && json.at == json.end;
}

/* lua-cjson takes more (text that is not UTF-8, NaN), but never less. */
static void compare_with_cjson(lua_State *L, const struct input *in, int ours) {
  fuzz_push_cjson(L);
  lua_pushlstring(L, in->bytes, in->len);
  if (lua_pcall(L, 1, 1, 0) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
  MUST(fuzz_alike(L, ours, lua_gettop(L)));
  lua_pop(L, 1);
}

/* What was decoded, sent and decoded again, is what it was. */
static void send_back(lua_State *L, int index) {
  struct roster_buf *bytes = (struct roster_buf *)lua_touserdata(L, 2);
  struct roster_encoder *e = (struct roster_encoder *)lua_touserdata(L, 3);
  struct roster_fault fault;
  MUST(roster_encode(L, index, NULL, e, &fault));
  MUST(roster_decode(L, bytes->data, bytes->len, NULL, ROSTER_DECODE_KEEP_NULLS,
                     ROSTER_ANY_NUMBER, NULL, &fault));
  MUST(fuzz_same(L, index, lua_gettop(L)));
  lua_pop(L, 1);
}

/* The outermost objects' "_links" are what is missing from `less`. */
static void take_links_away(lua_State *L, int whole) {
  int i;
  if (!lua_istable(L, whole))
    return;
  lua_pushnil(L);
  lua_setfield(L, whole, "_links");
  for (i = 1; i <= (int)lua_rawlen(L, whole); i++) {
    lua_rawgeti(L, whole, i);
    if (lua_istable(L, -1)) {
      lua_pushnil(L);
      lua_setfield(L, -2, "_links");
    }
    lua_pop(L, 1);
  }
}

/* Is "_links" spelt plainly wherever it is a name? */
static int is_plain(const struct input *in) {
  return memchr(in->bytes, '\\', in->len) == NULL;
}

/* Text that is not Unicode is all that a strict reader minds, or it fails. */
static void repair(lua_State *L, const struct input *in,
                   const struct roster_model *model) {
  struct roster_fault fault;
  size_t repaired = 0;
  if (!roster_decode(L, in->bytes, in->len, model, ROSTER_DECODE_KEEP_NULLS,
                     ROSTER_ANY_NUMBER, &repaired, &fault))
    return;
  MUST(repaired > 0);
  send_back(L, lua_gettop(L));
  lua_pop(L, 1);
}

static int run(lua_State *L) {
  const struct input *in = (const struct input *)lua_touserdata(L, 1);
  const struct roster_model *model = roster_catalog_model(&roster_okta, "User");
  struct roster_fault fault;
  struct roster_fault skipped;
  int valid = is_valid(in, &skipped);
  size_t repaired = 1;
  int ok;
  MUST(model != NULL);
  ok = roster_decode(L, in->bytes, in->len, model,
                     in->flags | ROSTER_DECODE_KEEP_NULLS, ROSTER_ANY_NUMBER,
                     NULL, &fault);
  MUST(ok == valid);
  MUST(lua_gettop(L) == (ok ? 4 : 3));
  if (!ok) {
    MUST(strncmp(fault.text, "byte ", 5) == 0);
    MUST(roster_decode(L, in->bytes, in->len, NULL, in->flags,
                       ROSTER_ANY_NUMBER, NULL, &fault) == 0);
    repair(L, in, model);
    return 0;
  }
  MUST(roster_decode(L, in->bytes, in->len, model,
                     in->flags | ROSTER_DECODE_KEEP_NULLS, ROSTER_ANY_NUMBER,
                     &repaired, &fault));
  MUST(repaired == 0 && fuzz_same(L, 4, 5));
  lua_settop(L, 4);
  compare_with_cjson(L, in, 4);
  send_back(L, 4);
  if (is_plain(in)) {
    MUST(roster_decode(L, in->bytes, in->len, model,
                       ROSTER_DECODE_NO_LINKS | ROSTER_DECODE_KEEP_NULLS,
                       ROSTER_ANY_NUMBER, NULL, &fault));
    take_links_away(L, 4);
    MUST(fuzz_same(L, 4, 5));
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  lua_State *L = fuzz_lua();
  struct roster_buf bytes;
  struct roster_encoder e;
  struct input in;
  in.flags = size > 0 ? data[--size] & ROSTER_DECODE_LIST : 0;
  in.bytes = (const char *)data;
  in.len = size;
  roster_buf_init(&bytes, MOST);
  roster_encoder_init(&e, &bytes, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, &in);
  lua_pushlightuserdata(L, &bytes);
  lua_pushlightuserdata(L, &e);
  if (lua_pcall(L, 3, 0, 0) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
  roster_buf_free(&bytes);
  return 0;
}
