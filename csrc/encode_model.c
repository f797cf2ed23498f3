/* What a model wants of an object; the contract is in encode_model.h. */
#include "encode_model.h"
#include "suggest.h"

#include <stdarg.h>
#include <stdio.h>

enum {
  PLACE = 110, /* bytes of a place in a fault */
  REASON = 155,
  PATH = 256
};

const struct roster_want roster_want_anything = {
    ROSTER_ANY, ROSTER_ANY, NULL, 0, 0, NULL, 0};

int roster_encode_fail(struct roster_writer *w, const struct roster_trail *at,
                       const char *format, ...) {
  char place[PLACE];
  char reason[REASON];
  va_list args;
  va_start(args, format);
  vsnprintf(reason, sizeof reason, format, args);
  va_end(args);
  roster_trail_write(at, place, sizeof place);
  snprintf(w->fault->text, sizeof w->fault->text, "%s: %s", place, reason);
  return 0;
}

/* ------------------------------------------------------- names of members */

/* Writes the member's names from the body down, with dots and without the
** numbers of lists, into `out`; returns its length. */
static size_t write_path(const struct roster_trail *at, char *out,
                         size_t size) {
  size_t n = at->up != NULL ? write_path(at->up, out, size) : 0;
  if (at->key != NULL)
    n += (size_t)snprintf(out + n, size - n, n > 0 ? ".%.*s" : "%.*s",
                          (int)(at->len < 100 ? at->len : 100), at->key);
  return n < size ? n : size - 1;
}

int roster_encoder_is_extra(lua_State *L, const struct roster_encoder *e,
                            const char *name, size_t n) {
  int found = 0;
  int i;
  for (i = 1; e->extra != 0 && !found && i <= (int)lua_rawlen(L, e->extra);
       i++) {
    size_t len;
    const char *one;
    lua_rawgeti(L, e->extra, i);
    one = lua_tolstring(L, -1, &len);
    found = one != NULL && len == n && memcmp(one, name, n) == 0;
    lua_pop(L, 1);
  }
  return found;
}

/* Does the option "extra" name the member, or its path? [-0, +0, m] */
static int is_extra(struct roster_writer *w, const struct roster_trail *at) {
  char path[PATH];
  if (w->e->extra == 0)
    return 0;
  path[0] = '\0';
  write_path(at, path, sizeof path);
  return roster_encoder_is_extra(w->L, w->e, at->key, at->len) ||
         roster_encoder_is_extra(w->L, w->e, path, strlen(path));
}

/* The way to send a member that no model has, ready to be copied where the
** name needs no escapes. */
static void write_extra(const struct roster_trail *inside, char *out,
                        size_t size) {
  size_t i;
  int plain = inside->len > 0 && inside->len <= 40;
  for (i = 0; plain && i < inside->len; i++) {
    char c = inside->key[i];
    plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  }
  if (plain)
    snprintf(out, size, "extra = { \"%.*s\" } sends it", (int)inside->len,
             inside->key);
  else
    snprintf(out, size, "its name in extra sends it");
}

static int fail_unknown(struct roster_writer *w, const struct roster_want *want,
                        const struct roster_model *kind,
                        const struct roster_trail *inside) {
  char place[PLACE];
  char extra[80];
  struct roster_suggestion found;
  struct roster_names names;
  names.root = w->root;
  names.base = want->model;
  names.kind = kind;
  w->e->misuse = 1;
  roster_trail_write(inside->up, place, sizeof place);
  write_extra(inside, extra, sizeof extra);
  switch (roster_suggest(&names, inside->key, inside->len, &found)) {
  case ROSTER_SUGGEST_NAME:
    return roster_encode_fail(w, inside, "unknown member, did you mean \"%s\"?",
                              found.name);
  case ROSTER_SUGGEST_INSIDE:
    return roster_encode_fail(w, inside,
                              "unknown member, belongs in %s (%s.%s.%s)",
                              found.path, place, found.path, found.name);
  case ROSTER_SUGGEST_OUTSIDE:
    if (found.path[0] == '\0')
      return roster_encode_fail(
          w, inside, "unknown member, belongs in the body itself (body.%s)",
          found.name);
    return roster_encode_fail(w, inside,
                              "unknown member, belongs in %s (body.%s.%s)",
                              found.path, found.path, found.name);
  case ROSTER_SUGGEST_OPEN:
    return roster_encode_fail(
        w, inside,
        "unknown member; attributes of your own belong in %s, and %s here",
        found.path, extra);
  default:
    return roster_encode_fail(w, inside, "unknown member; %s", extra);
  }
}

/* The model's field of that name, or that of the model it is a kind of. */
static const struct roster_field *find_field(const struct roster_want *want,
                                             const struct roster_model *kind,
                                             const struct roster_trail *at) {
  const struct roster_field *field = roster_model_field(kind, at->key, at->len);
  if (field == NULL && kind != want->model)
    field = roster_model_field(want->model, at->key, at->len);
  return field;
}

/* May the object have members that its model does not name? A kind that no
** document names may. */
static int is_open(const struct roster_want *want,
                   const struct roster_model *kind) {
  return !want->inside || !kind->closed ||
         (kind->discriminator != NULL && kind == want->model);
}

/* ------------------------------------------------------ read-only members */

/* Has the table at `index` the id that objects of the model have?
** [-0, +0, m] */
static int has_id(lua_State *L, int index, const struct roster_model *model) {
  static const char *const names[] = {"id", "_id"};
  size_t i;
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    int found;
    if (roster_model_field(model, names[i], strlen(names[i])) == NULL)
      continue;
    lua_pushstring(L, names[i]);
    lua_rawget(L, index);
    found = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (found)
      return 1;
  }
  return 0;
}

/*
** Was the object at `index`, or one that it is in, read from the service? It
** has its id then, and may be sent back with all that the service said of it.
** [-0, +0, m]
*/
static int was_read(lua_State *L, int index, const struct roster_want *want) {
  for (; want != NULL; index = want->holder, want = want->up) {
    if (want->model != NULL && has_id(L, index, want->model))
      return 1;
  }
  return 0;
}

/* --------------------------------------------------------------------- API */

/* [-0, +0, m] */
static const struct roster_model *pick_kind(lua_State *L, int index,
                                            const struct roster_model *model) {
  const struct roster_model *kind = NULL;
  if (model->discriminator == NULL)
    return model;
  lua_pushstring(L, model->discriminator);
  lua_rawget(L, index);
  if (lua_type(L, -1) == LUA_TSTRING) {
    size_t n;
    const char *tag = lua_tolstring(L, -1, &n);
    kind = roster_model_variant(model, tag, n);
  }
  lua_pop(L, 1);
  return kind != NULL ? kind : model;
}

/* The first required member that is missing, or NULL. [-0, +0, m] */
static const char *find_missing(lua_State *L, int index,
                                const struct roster_model *model) {
  int i;
  for (i = 0; i < model->field_count; i++) {
    const struct roster_field *field = &model->fields[i];
    int missing;
    if ((field->flags & (ROSTER_REQUIRED | ROSTER_READ_ONLY)) !=
        ROSTER_REQUIRED)
      continue;
    lua_pushstring(L, field->name);
    lua_rawget(L, index);
    missing = lua_isnil(L, -1);
    lua_pop(L, 1);
    if (missing)
      return field->name;
  }
  return NULL;
}

/* An unknown member may be the missing one, misspelt: says so, if there is one;
** else returns 1. [-0, +0, m] */
static int check_names(struct roster_writer *w, int index,
                       const struct roster_want *want,
                       const struct roster_model *kind,
                       struct roster_trail *inside) {
  lua_State *L = w->L;
  if (is_open(want, kind))
    return 1;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    inside->key = lua_tolstring(L, -2, &inside->len);
    if (find_field(want, kind, inside) == NULL && !is_extra(w, inside)) {
      lua_pop(L, 2);
      return fail_unknown(w, want, kind, inside);
    }
    lua_pop(L, 1);
  }
  return 1;
}

int roster_want_kind(struct roster_writer *w, int index,
                     const struct roster_want *want,
                     struct roster_trail *inside,
                     const struct roster_model **kind) {
  const char *missing;
  *kind = pick_kind(w->L, index, want->model);
  if (!want->inside)
    return 1;
  missing = find_missing(w->L, index, *kind);
  if (missing == NULL && *kind != want->model)
    missing = find_missing(w->L, index, want->model);
  if (missing == NULL)
    return 1;
  if (!check_names(w, index, want, *kind, inside))
    return 0;
  inside->key = missing;
  inside->len = strlen(missing);
  return roster_encode_fail(w, inside, "required");
}

int roster_want_other(struct roster_writer *w, int index,
                      const struct roster_want *want,
                      const struct roster_model *kind,
                      struct roster_trail *inside, struct roster_want *member) {
  const struct roster_field *field;
  if (kind == NULL) {
    if (want->type == ROSTER_MAP) {
      member->type = want->item;
      member->model = want->model;
      member->check = want->inside;
      member->inside = want->inside;
    }
    return 1;
  }
  field = find_field(want, kind, inside);
  if (field == NULL && !is_open(want, kind) && !is_extra(w, inside))
    return fail_unknown(w, want, kind, inside);
  if (field != NULL && (field->flags & ROSTER_READ_ONLY) != 0) {
    if (want->inside && !was_read(w->L, index, want)) {
      w->e->misuse = 1;
      return roster_encode_fail(
          w, inside, "read-only, only the service sets it: leave it out");
    }
    roster_want_field(field, want, member);
    member->inside = 0;
    return 1;
  }
  if (field != NULL)
    roster_want_field(field, want, member);
  w->e->filled = w->e->filled || want->up == NULL;
  return 1;
}
