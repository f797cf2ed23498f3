/* Where a misspelt member belongs; the contract is in suggest.h. */
#include "suggest.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum {
  LEVELS = 3, /* objects inside of each other that are looked into */
  LONGEST = 64,
  MAX_SLIPS = 3
};

/* How alike two names have to be. */
struct alike {
  const char *name; /* ends with NUL */
  unsigned slips;   /* 0: the same letters in another case style */
};

static int is_setable(const struct roster_field *field) {
  return (field->flags & ROSTER_READ_ONLY) == 0;
}

/* The next letter or digit in lower case, or NUL; own tests, as those of
** ctype.h depend on the locale. */
static char next_letter(const char **at) {
  char c;
  while (**at == '_' || **at == '-' || **at == ' ')
    (*at)++;
  c = **at;
  if (c != '\0')
    (*at)++;
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int has_same_letters(const char *a, const char *b) {
  char c;
  do {
    c = next_letter(&a);
    if (c != next_letter(&b))
      return 0;
  } while (c != '\0');
  return 1;
}

/* At most a third of the letters. */
static unsigned slips_of(const char *a, const char *b) {
  size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
  return n / 3 < MAX_SLIPS ? (unsigned)(n / 3) : MAX_SLIPS;
}

/* How far the name is from the one looked for; beyond alike->slips: too far. */
static unsigned distance(const struct alike *alike, const char *name) {
  unsigned most = slips_of(alike->name, name);
  unsigned slips;
  if (alike->slips == 0)
    return has_same_letters(alike->name, name) ? 0 : 1;
  if (most > alike->slips)
    most = alike->slips;
  slips = roster_text_slips(alike->name, name, most);
  return slips <= most ? slips : alike->slips + 1;
}

/* The field of the model that is most alike, or NULL. */
static const char *find(const struct roster_model *model,
                        const struct alike *alike) {
  const char *best = NULL;
  unsigned least = alike->slips + 1;
  int i;
  for (i = 0; i < model->field_count; i++) {
    const struct roster_field *field = &model->fields[i];
    unsigned slips;
    if (!is_setable(field))
      continue;
    slips = distance(alike, field->name);
    if (slips < least) {
      least = slips;
      best = field->name;
    }
  }
  return best;
}

/* As find, in the objects so many levels inside of the model; notes the path
** behind the `at` bytes that are there. */
static const char *find_inside(const struct roster_model *model,
                               const struct alike *alike, int levels,
                               struct roster_suggestion *out, size_t at) {
  int i;
  if (levels == 0)
    return find(model, alike);
  for (i = 0; i < model->field_count; i++) {
    const struct roster_field *field = &model->fields[i];
    const char *found;
    int n;
    if (!is_setable(field) || field->type != ROSTER_OBJECT ||
        field->model == NULL)
      continue;
    n = snprintf(out->path + at, sizeof(out->path) - at, at > 0 ? ".%s" : "%s",
                 field->name);
    if (n < 0 || (size_t)n >= sizeof(out->path) - at)
      continue;
    found = find_inside(field->model, alike, levels - 1, out, at + (size_t)n);
    if (found != NULL)
      return found;
  }
  out->path[at] = '\0';
  return NULL;
}

/* As find_inside, the fewest levels first. */
static const char *find_below(const struct roster_model *model,
                              const struct alike *alike, int least,
                              struct roster_suggestion *out) {
  int levels;
  out->path[0] = '\0';
  for (levels = least; levels <= LEVELS; levels++) {
    const char *found = find_inside(model, alike, levels, out, 0);
    if (found != NULL)
      return found;
  }
  return NULL;
}

/* In the object, or else around it. A slip counts only where the name stands,
** or where there is but one: "status" is not the "state" of an address. */
static enum roster_suggest look(const struct roster_names *names,
                                const struct alike *alike,
                                struct roster_suggestion *out) {
  struct alike elsewhere = *alike;
  if (elsewhere.slips > 1)
    elsewhere.slips = 1;
  out->name = find(names->kind, alike);
  if (out->name == NULL)
    out->name = find(names->base, alike);
  if (out->name != NULL)
    return ROSTER_SUGGEST_NAME;
  out->name = find_below(names->kind, &elsewhere, 1, out);
  if (out->name != NULL)
    return ROSTER_SUGGEST_INSIDE;
  out->name = find_below(names->root, &elsewhere, 0, out);
  return out->name != NULL ? ROSTER_SUGGEST_OUTSIDE : ROSTER_SUGGEST_NONE;
}

enum roster_suggest roster_suggest(const struct roster_names *names,
                                   const char *name, size_t len,
                                   struct roster_suggestion *out) {
  char copy[LONGEST + 1];
  struct alike alike;
  enum roster_suggest found = ROSTER_SUGGEST_NONE;
  int i;
  if (len > 0 && len <= LONGEST && memchr(name, '\0', len) == NULL) {
    memcpy(copy, name, len);
    copy[len] = '\0';
    alike.name = copy;
    alike.slips = 0;
    found = look(names, &alike, out);
    alike.slips = slips_of(copy, copy);
    if (found == ROSTER_SUGGEST_NONE && alike.slips > 0)
      found = look(names, &alike, out);
  }
  for (i = 0; found == ROSTER_SUGGEST_NONE && i < names->kind->field_count;
       i++) {
    const struct roster_field *field = &names->kind->fields[i];
    if (is_setable(field) && field->type == ROSTER_OBJECT &&
        field->model != NULL && !field->model->closed) {
      snprintf(out->path, sizeof(out->path), "%s", field->name);
      found = ROSTER_SUGGEST_OPEN;
    }
  }
  return found;
}

unsigned roster_suggest_distance(const char *name, const char *word) {
  unsigned most = slips_of(name, word);
  unsigned slips;
  if (has_same_letters(name, word))
    return 0;
  slips = roster_text_slips(name, word, most);
  return slips <= most ? slips : ROSTER_SUGGEST_FAR;
}

const char *roster_suggest_word(const char *const *words, const char *name) {
  const char *best = NULL;
  unsigned least = ROSTER_SUGGEST_FAR;
  for (; *words != NULL; words++) {
    unsigned far = roster_suggest_distance(name, *words);
    if (far < least) {
      least = far;
      best = *words;
    }
  }
  return best;
}
