/*
** The notation that the catalog's rows are written in. Only a provider's files
** include it, after defining MODEL_NAME(name): the symbol of that provider's
** model.
*/
#ifndef ROSTER_ROWS_H
#define ROSTER_ROWS_H

#include "catalog.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The flags of catalog.h, short enough for a row. */
enum {
  REQ = ROSTER_REQUIRED,
  RO = ROSTER_READ_ONLY,
  WO = ROSTER_WRITE_ONLY,
  NUL = ROSTER_NULLABLE,
  SECRET = ROSTER_SECRET,
  LATER = ROSTER_LATER
};

#define STRINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Fields: a scalar, a string of known values, an object of a model, ... */
#define FIELD(name, type, flags)                                               \
  { name, ROSTER_##type, ROSTER_ANY, flags, NULL, NULL }
#define ENUM(name, values, flags)                                              \
  { name, ROSTER_STRING, ROSTER_ANY, flags, NULL, values }
#define OBJECT(name, model, flags)                                             \
  { name, ROSTER_OBJECT, ROSTER_ANY, flags, &MODEL_NAME(model), NULL }

/* ... an array of scalars, of known strings, of objects, ... */
#define ARRAY(name, item, flags)                                               \
  { name, ROSTER_ARRAY, ROSTER_##item, flags, NULL, NULL }
#define ENUM_ARRAY(name, values, flags)                                        \
  { name, ROSTER_ARRAY, ROSTER_STRING, flags, NULL, values }
#define OBJECT_ARRAY(name, model, flags)                                       \
  { name, ROSTER_ARRAY, ROSTER_OBJECT, flags, &MODEL_NAME(model), NULL }

/* ... and free keys with scalars or with objects. */
#define MAP(name, item, flags)                                                 \
  { name, ROSTER_MAP, ROSTER_##item, flags, NULL, NULL }
#define OBJECT_MAP(name, model, flags)                                         \
  { name, ROSTER_MAP, ROSTER_OBJECT, flags, &MODEL_NAME(model), NULL }

/* Strings that several rows share. */
#define VALUES(name, ...) static const char *const name[] = {__VA_ARGS__, NULL}

/*
** Models. Their file has one list, sorted by name as strcmp does, of
** X(name, KIND); FIELDS(name) for each; and then DECLARE and DEFINE for all.
*/
#define FIELDS(name) static const struct roster_field name##_fields[]
#define VARIANTS(name) static const struct roster_variant name##_variants[]
#define VARIANT(tag, model)                                                    \
  { tag, &MODEL_NAME(model) }

#define DECLARE(name, kind) extern const struct roster_model MODEL_NAME(name);
#define POINTER(name, kind) &MODEL_NAME(name),
#define DEFINE(name, kind)                                                     \
  const struct roster_model MODEL_NAME(name) = {                               \
      #name, name##_fields, COUNT(name##_fields), MODEL_##kind(name)};

/* The kinds, as variants' number, closed, wraps, discriminator and variants. */
#define MODEL_CLOSED(name) 0, 1, 0, NULL, NULL
#define MODEL_OPEN(name) 0, 0, 0, NULL, NULL
#define MODEL_WRAPPER(name) 0, 1, 1, NULL, NULL
#define MODEL_BY_TYPE(name)                                                    \
  COUNT(name##_variants), 1, 0, "type", name##_variants

/* Parameters. */
#define PATH(name, type, note)                                                 \
  { name, ROSTER_PATH, ROSTER_##type, REQ, 0, NULL, note, NULL, NULL }
#define QUERY(name, type, flags, note)                                         \
  { name, ROSTER_QUERY, ROSTER_##type, flags, 0, NULL, note, NULL, NULL }
/* ... which the service takes to be `absent` when it is not given */
#define QUERY_OR(name, type, flags, absent, note)                              \
  { name, ROSTER_QUERY, ROSTER_##type, flags, 0, NULL, note, absent, NULL }
#define QUERY_ENUM(name, values, flags, note)                                  \
  { name, ROSTER_QUERY, ROSTER_STRING, flags, 0, values, note, NULL, NULL }
#define QUERY_IN(style, name, type, flags, note)                               \
  {                                                                            \
    name, ROSTER_QUERY, ROSTER_##type, flags, ROSTER_##style, NULL, note,      \
        NULL, NULL                                                             \
  }
/* ... a table whose names are known */
#define QUERY_KEYS(name, type, flags, names, note)                             \
  {                                                                            \
    name, ROSTER_QUERY, ROSTER_##type, flags, ROSTER_BRACKETS, NULL, note,     \
        NULL, names                                                            \
  }
#define QUERY_IN_OR(style, name, type, flags, absent, note)                    \
  {                                                                            \
    name, ROSTER_QUERY, ROSTER_##type, flags, ROSTER_##style, NULL, note,      \
        absent, NULL                                                           \
  }
#define ID_OR_ME(name, note)                                                   \
  {                                                                            \
    name, ROSTER_PATH, ROSTER_STRING, REQ | ROSTER_ID_OR_ME, 0, NULL, note,    \
        NULL, NULL                                                             \
  }
#define HEADER(name, values, flags, note)                                      \
  { name, ROSTER_HEADER, ROSTER_STRING, flags, 0, values, note, NULL, NULL }

#define OMIT(name, words, flags, note)                                         \
  {                                                                            \
    name, ROSTER_HEADER, ROSTER_STRING, flags, ROSTER_OMIT, NULL, note, NULL,  \
        words                                                                  \
  }

/* Parts of an operation's row, in the order of struct roster_op. */
#define PARAMS(...)                                                            \
  .params = (const struct roster_param[]){__VA_ARGS__},                        \
  .param_count = sizeof((const struct roster_param[]){__VA_ARGS__}) /          \
                 sizeof(struct roster_param)
#define BODY(model) .body = &MODEL_NAME(model), .body_required = 1
#define OPTIONAL_BODY(model) .body = &MODEL_NAME(model)
#define RETURNS(model) .returns = &MODEL_NAME(model)
/* ... or, as the document has it, nothing */
#define RETURNS_OR_NOTHING(model)                                              \
  .returns = &MODEL_NAME(model), .may_be_empty = 1
#define RETURNS_LIST(model) .returns = &MODEL_NAME(model), .list = 1

#endif
