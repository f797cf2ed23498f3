/* The providers of this build, and look-ups in their rows. */
#include "catalog.h"

#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

const struct roster_provider *const roster_providers[] = {
    &roster_jumpcloud,
    &roster_knetik,
    &roster_okta,
    NULL,
};

const struct roster_provider *roster_catalog_provider(const char *name) {
  const struct roster_provider *const *p;
  for (p = roster_providers; *p != NULL; p++)
    if (strcmp((*p)->name, name) == 0)
      return *p;
  return NULL;
}

const struct roster_model *
roster_catalog_model(const struct roster_provider *provider, const char *name) {
  size_t low = 0;
  size_t high = provider->model_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(name, provider->models[middle]->name);
    if (order == 0)
      return provider->models[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

const struct roster_op *
roster_catalog_op(const struct roster_provider *provider, const char *name) {
  size_t i;
  for (i = 0; i < provider->op_count; i++) {
    const struct roster_op *op = &provider->ops[i];
    if (strcmp(op->name, name) == 0)
      return op;
  }
  return NULL;
}

/* As strcmp, for `len` bytes against a C string; a NUL inside is a byte. */
static int compare(const char *bytes, size_t len, const char *name) {
  size_t name_len = strlen(name);
  int order = memcmp(bytes, name, len < name_len ? len : name_len);
  if (order != 0)
    return order;
  return len < name_len ? -1 : len > name_len;
}

const struct roster_field *roster_model_field(const struct roster_model *model,
                                              const char *name, size_t len) {
  size_t low = 0;
  size_t high = model->field_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare(name, len, model->fields[middle].name);
    if (order == 0)
      return &model->fields[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

const struct roster_model *
roster_model_variant(const struct roster_model *model, const char *tag,
                     size_t len) {
  size_t i;
  for (i = 0; i < model->variant_count; i++)
    if (compare(tag, len, model->variants[i].tag) == 0)
      return model->variants[i].model;
  return NULL;
}

/* Own tests for letters: those of ctype.h depend on the locale. */
static int is_upper(char c) { return c >= 'A' && c <= 'Z'; }

static int is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static void put(char *out, size_t size, size_t at, char c) {
  if (at + 1 < size)
    out[at] = c;
}

size_t roster_catalog_option_name(const struct roster_param *param, char *out,
                                  size_t size) {
  const char *wire = param->name;
  size_t len = 0;
  size_t i;
  for (i = 0; wire[i] != '\0'; i++) {
    if (wire[i] == '-') {
      put(out, size, len++, '_');
    } else if (is_upper(wire[i])) {
      if (i > 0 && is_lower_or_digit(wire[i - 1]))
        put(out, size, len++, '_');
      put(out, size, len++, (char)(wire[i] - 'A' + 'a'));
    } else {
      put(out, size, len++, wire[i]);
    }
  }
  if (size > 0)
    out[len < size ? len : size - 1] = '\0';
  return len;
}

const char *roster_type_name(enum roster_type type) {
  static const char *const names[] = {
      "any",      "string", "boolean", "integer", "number",
      "datetime", "object", "array",   "map",
  };
  return (size_t)type < COUNT(names) ? names[type] : NULL;
}

const char *roster_place_name(enum roster_place place) {
  static const char *const names[] = {"path", "query", "header"};
  return (size_t)place < COUNT(names) ? names[place] : NULL;
}

const char *roster_style_name(enum roster_style style) {
  static const char *const names[] = {NULL,     "spaced",   "commas",
                                      "filter", "brackets", "omit"};
  return (size_t)style < COUNT(names) ? names[style] : NULL;
}

const char *roster_retry_name(enum roster_retry retry) {
  static const char *const names[] = {NULL, "safe", "idempotent", "unsafe"};
  return (size_t)retry < COUNT(names) ? names[retry] : NULL;
}

const char *roster_paging_name(enum roster_paging paging) {
  static const char *const names[] = {"whole", "link", "offset"};
  return (size_t)paging < COUNT(names) ? names[paging] : NULL;
}
