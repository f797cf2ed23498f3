/*
** The encoder: a Lua value built from the input becomes JSON that reads back
** as that value, by the decoder here and by lua-cjson; or nothing.
*/
#include "encode.h"
#include "decode.h"
#include "fuzz.h"
#include "json.h"
#include "marks.h"
#include "redact.h"

#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <string.h>

enum { DEEPEST = 8, MOST = 1 << 20 };

static const char *const words[] = {"profile",  "login",    "credentials",
                                    "password", "value",    "recovery_question",
                                    "answer",   "question", "groupIds",
                                    "type",     "id",       "hash",
                                    "salt",     "",         "x y",
                                    "\303\251", "name",     "status"};

enum { WORDS = sizeof words / sizeof words[0] };

static void push_text(lua_State *L, struct choices *c) {
  size_t n;
  const char *s;
  if (choose(c, 2) != 0) {
    lua_pushstring(L, words[choose(c, WORDS)]);
    return;
  }
  s = take(c, choose(c, 24), &n);
  lua_pushlstring(L, s, n);
}

static void push_number(lua_State *L, struct choices *c) {
  double number;
  long long whole;
  size_t n;
  const char *s;
  switch (choose(c, 4)) {
  case 0:
    lua_pushinteger(L, (lua_Integer)choose(c, 256) - 128);
    break;
  case 1:
    s = take(c, sizeof number, &n);
    number = 0;
    memcpy(&number, s, n);
    lua_pushnumber(L, number);
    break;
  case 2:
    s = take(c, sizeof whole, &n);
    whole = 0;
    memcpy(&whole, s, n);
    lua_pushinteger(L, (lua_Integer)whole);
    break;
  default:
    lua_pushnumber(L, ldexp(1.0, (int)choose(c, 120) - 10));
    break;
  }
}

static void push_value(lua_State *L, struct choices *c, int depth);

static void push_table(lua_State *L, struct choices *c, int depth) {
  int n = (int)choose(c, 6);
  int list = (int)choose(c, 2);
  int i;
  lua_newtable(L);
  for (i = 1; i <= n; i++) {
    if (list) {
      push_value(L, c, depth);
      /* a hole now and then */
      lua_rawseti(L, -2, choose(c, 40) == 39 ? i + 1 : i);
    } else {
      push_text(L, c);
      if (choose(c, 60) == 59) {
        lua_pop(L, 1);
        push_number(L, c);
        if (lua_tonumber(L, -1) != lua_tonumber(L, -1)) {
          lua_pop(L, 1);
          continue;
        }
      }
      push_value(L, c, depth);
      lua_rawset(L, -3);
    }
  }
  if (choose(c, 50) == 49) {
    /* inside of itself */
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "self");
  }
  if (list && choose(c, 2) != 0) {
    roster_marks_push(L);
    lua_setmetatable(L, -2);
  }
}

/* [-0, +1, m] */
static void push_value(lua_State *L, struct choices *c, int depth) {
  luaL_checkstack(L, 10, NULL);
  switch (choose(c, 12)) {
  case 0:
    lua_pushboolean(L, (int)choose(c, 2));
    break;
  case 1:
    lua_pushlightuserdata(L, NULL);
    break;
  case 2:
  case 3:
    push_number(L, c);
    break;
  case 4:
    /* what has no form */
    if (choose(c, 30) == 29)
      lua_pushcfunction(L, roster_encode_lua);
    else
      lua_pushstring(L, "12");
    break;
  case 5:
  case 6:
  case 7:
    push_text(L, c);
    break;
  default:
    if (depth < DEEPEST)
      push_table(L, c, depth + 1);
    else
      push_text(L, c);
    break;
  }
}

static const struct roster_model *pick_model(struct choices *c) {
  static const struct roster_provider *const all[] = {
      &roster_okta, &roster_knetik, &roster_jumpcloud};
  const struct roster_provider *p = all[choose(c, 3)];
  unsigned i = choose(c, 255);
  return i < 100 ? NULL : p->models[i % p->model_count];
}

/* Where a number was written as another type, or a word as an object. */
static int is_free(const struct roster_model *model) { return model == NULL; }

/* Without its secrets it is JSON as before. */
static void check_redacted(const struct roster_model *model,
                           const struct roster_buf *bytes) {
  struct roster_redact_as as = {model, NULL};
  struct roster_buf shown;
  struct roster_buf scratch;
  struct roster_json in;
  struct roster_fault fault;
  roster_buf_init(&shown, 16 * MOST);
  roster_buf_init(&scratch, 16 * MOST);
  MUST(roster_redact(&shown, NULL, bytes->data, bytes->len, as));
  roster_json_init(&in, roster_buf_text(&shown), shown.len, ROSTER_ANY_NUMBER,
                   &fault);
  MUST(roster_json_skip(&in, &scratch, 0) && in.at == in.end);
  roster_buf_free(&shown);
  roster_buf_free(&scratch);
}

static void compare_with_cjson(lua_State *L, const struct roster_buf *bytes,
                               int ours) {
  fuzz_push_cjson(L);
  lua_pushlstring(L, bytes->data, bytes->len);
  MUST(lua_pcall(L, 1, 1, 0) == 0);
  MUST(fuzz_alike(L, ours, lua_gettop(L)));
}

/* Not a name twice: two Lua strings cannot be the same member. */
static int run(lua_State *L) {
  struct choices *c = (struct choices *)lua_touserdata(L, 1);
  struct roster_buf *bytes = (struct roster_buf *)lua_touserdata(L, 2);
  struct roster_encoder *e = (struct roster_encoder *)lua_touserdata(L, 3);
  const struct roster_model *model = pick_model(c);
  struct roster_fault fault;
  e->check = (int)choose(c, 2);
  push_value(L, c, 0);
  if (!roster_encode(L, 4, model, e, &fault)) {
    MUST(fault.text[0] != '\0' && strlen(fault.text) < 256);
    MUST(strpbrk(fault.text, "\r\n") == NULL);
    MUST(bytes->len == 0);
    MUST(lua_gettop(L) == 4);
    return 0;
  }
  MUST(lua_gettop(L) == 4 && bytes->error == ROSTER_BUF_OK && bytes->len > 0);
  check_redacted(model, bytes);
  MUST(roster_decode(L, bytes->data, bytes->len, model,
                     ROSTER_DECODE_KEEP_NULLS, ROSTER_ANY_NUMBER, NULL,
                     &fault));
  if (is_free(model))
    MUST(fuzz_alike(L, 4, 5));
  compare_with_cjson(L, bytes, 5);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  lua_State *L = fuzz_lua();
  struct choices c;
  struct roster_buf bytes;
  struct roster_encoder e;
  c.at = data;
  c.end = data + size;
  roster_buf_init(&bytes, MOST);
  roster_encoder_init(&e, &bytes, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, &c);
  lua_pushlightuserdata(L, &bytes);
  lua_pushlightuserdata(L, &e);
  if (lua_pcall(L, 3, 0, 0) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
  roster_buf_free(&bytes);
  return 0;
}
