/* The option "omit"; the contract is in omit.h. */
#include "omit.h"
#include "fields.h"
#include "scalar.h"
#include "suggest.h"
#include "text.h"

#include <string.h>

static const struct {
  const char *ours;
  const char *theirs;
} words[] = {
    {"credentials", "omitCredentials"},
    {"links", "omitCredentialsLinks"},
    {"transitioning", "omitTransitioningToStatus"},
};

/* Okta's spelling of the word, or NULL. */
static const char *spell(const char *word, size_t n) {
  size_t i;
  for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if ((strlen(words[i].ours) == n && memcmp(words[i].ours, word, n) == 0) ||
        (strlen(words[i].theirs) == n && memcmp(words[i].theirs, word, n) == 0))
      return words[i].theirs;
  }
  return NULL;
}

/* Adds the word at the top of the stack; `i` counts from 1. [-0, +0, m] */
static int add(lua_State *L, struct roster_exchange *x,
               const struct roster_param *param, int check, int i,
               struct roster_refusal *refusal) {
  size_t n;
  const char *near;
  const char *word;
  const char *theirs;
  if (lua_type(L, -1) != LUA_TSTRING)
    return roster_refuse(refusal, 1,
                         "option \"%s\": expected a word or a list of words, "
                         "got %s",
                         param->name, roster_scalar_kind(L, -1));
  word = lua_tolstring(L, -1, &n);
  theirs = spell(word, n);
  if (theirs == NULL && !check && roster_text_is_token(word, n))
    theirs = word;
  if (theirs != NULL) {
    roster_buf_addc(&x->fields, i == 1 ? '=' : ',');
    roster_buf_adds(&x->fields, theirs);
    return 1;
  }
  near = roster_suggest_word(param->keys, word);
  return roster_refuse(
      refusal, 1, "option \"%s\": unknown word \"%.64s\"%s%s%s", param->name,
      word, near != NULL ? ", did you mean \"" : "", near != NULL ? near : "",
      near != NULL ? "\"?" : "");
}

/* Adds the words of the list at the top of the stack. [-0, +0, m] */
static int add_list(lua_State *L, struct roster_exchange *x,
                    const struct roster_param *param, int check,
                    struct roster_refusal *refusal) {
  int count = (int)lua_rawlen(L, -1);
  int keys = 0;
  int i;
  lua_pushnil(L);
  for (; lua_next(L, -2) != 0; keys++)
    lua_pop(L, 1);
  if (count == 0 || keys != count)
    return roster_refuse(refusal, 1,
                         "option \"%s\": expected a word or a list of words",
                         param->name);
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (!add(L, x, param, check, i, refusal))
      return 0;
    lua_pop(L, 1);
  }
  return 1;
}

int roster_omit_add(lua_State *L, struct roster_exchange *x,
                    const struct roster_param *param, int check,
                    struct roster_refusal *refusal) {
  int ok;
  if (roster_fields_has(x, "Content-Type"))
    return roster_refuse(
        refusal, 1, "give \"%s\" or \"content_type\", not both", param->name);
  roster_buf_adds(&x->fields, "Content-Type: application/json; okta-response");
  ok = lua_istable(L, -1) ? add_list(L, x, param, check, refusal)
                          : add(L, x, param, check, 1, refusal);
  roster_buf_addc(&x->fields, '\0');
  return ok;
}
