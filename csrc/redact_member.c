/* What members hold; the contract is in redact_member.h. */
#include "redact_member.h"
#include "redact_escape.h"
#include "redact_find.h"
#include "secret_name.h"

#include <string.h>
#include <strings.h>

enum { NAME = 512 }; /* bytes of a name, decoded */

const struct roster_holding roster_holding_unknown = {
    NULL, ROSTER_SHOWN, 0, 0, 0, 0};

static int is_one_of(const char *name, size_t n, const char *const *list) {
  for (; *list != NULL; list++) {
    if (strlen(*list) == n && strncasecmp(name, *list, n) == 0)
      return 1;
  }
  return 0;
}

static int is_flow(const char *name, size_t n) {
  static const char *const names[] = {"grant_type", "grantType", "state", NULL};
  return is_one_of(name, n, names);
}

/* Its text is the name of what the member "value" beside it holds. */
static int is_label(const char *name, size_t n) {
  static const char *const names[] = {"name",      "key",    "field",
                                      "attribute", "header", "parameter",
                                      "property",  "param",  NULL};
  return is_one_of(name, n, names);
}

/* The private members of a JSON Web Key (RFC 7518 6). */
static int is_key_part(const char *name, size_t n) {
  static const char *const names[] = {"d",  "p", "q",   "dp", "dq",
                                      "qi", "k", "oth", NULL};
  return is_one_of(name, n, names);
}

/* -------------------------------------------------------------- containers */

static const char *skip_blank(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
    p++;
  return p;
}

/* Does the text between the quotes name a secret? */
static int names_secret(const char *p, const char *end) {
  char name[NAME];
  size_t n = roster_escape_name(p, end, name, sizeof name);
  return roster_secret_name(name, n) == ROSTER_NAME_SECRET ||
         roster_secret_header(name, n);
}

static void look_ahead(struct roster_frame *f, const char *p, const char *end) {
  size_t depth = 1;
  for (p++; p < end && depth > 0; p++) {
    const char *close;
    const char *after;
    size_t n;
    if (*p == '{' || *p == '[')
      depth++;
    if (*p == '}' || *p == ']')
      depth--;
    if (*p != '"')
      continue;
    close = roster_find_close(p, 1, end);
    if (close == NULL)
      return;
    n = (size_t)(close - p - 1);
    after = skip_blank(close + 1, end);
    if (depth == 1 && after < end && *after == ':') {
      f->flow = f->flow || is_flow(p + 1, n);
      f->key = f->key || (n == 3 && memcmp(p + 1, "kty", 3) == 0);
      after = skip_blank(after + 1, end);
      if (!f->labelled && is_label(p + 1, n) && after < end && *after == '"') {
        close = roster_find_close(after, 1, end);
        if (close == NULL)
          return;
        f->labelled = (unsigned char)names_secret(after + 1, close);
      }
    }
    p = close;
  }
}

void roster_frame_open(struct roster_frame *f, struct roster_holding place,
                       const char *p, const char *end) {
  memset(f, 0, sizeof *f);
  f->place = place;
  f->open = *p;
  if (*p == '{') {
    if (place.secrecy == ROSTER_TEXTS)
      f->place.secrecy = ROSTER_SHOWN;
    look_ahead(f, p, end);
  } else {
    f->place.map = 0;
  }
}

/* ----------------------------------------------------------------- members */

/* Of the model, or of any of its kinds; a secret one if there is one. */
static const struct roster_field *find_field(const struct roster_model *model,
                                             const char *name, size_t n) {
  const struct roster_field *found = roster_model_field(model, name, n);
  int i;
  for (i = 0; i < model->variant_count; i++) {
    const struct roster_field *field =
        roster_model_field(model->variants[i].model, name, n);
    if (field != NULL && (found == NULL || (field->flags & ROSTER_SECRET) != 0))
      found = field;
  }
  return found;
}

/* What the catalog says. */
static struct roster_holding field_place(const struct roster_field *field,
                                         const struct roster_frame *f,
                                         const char *name, size_t n) {
  struct roster_holding place = roster_holding_unknown;
  enum roster_name kind = roster_secret_name(name, n);
  int holds = field->type == ROSTER_OBJECT || field->type == ROSTER_MAP;
  place.model = field->model;
  place.map = field->type == ROSTER_MAP;
  if ((field->flags & ROSTER_SECRET) != 0 ||
      (f->labelled && kind == ROSTER_NAME_VALUE))
    place.secrecy = ROSTER_ALL_SECRET;
  else if (holds &&
           (kind == ROSTER_NAME_SECRET || kind == ROSTER_NAME_CREDENTIAL))
    /* the catalog speaks of an object: with check = false this may be a text */
    place.secrecy = ROSTER_TEXTS;
  /* of members that the model does not have */
  place.named =
      (holds || field->type == ROSTER_ANY) && kind == ROSTER_NAME_SECRET;
  return place;
}

/* What the name says. */
static struct roster_holding named_place(const struct roster_frame *f, int flow,
                                         enum roster_name kind) {
  struct roster_holding place = roster_holding_unknown;
  int inside =
      f != NULL && (f->place.named || f->place.secrecy == ROSTER_NAMED);
  switch (kind) {
  case ROSTER_NAME_SECRET:
    place.secrecy = ROSTER_NAMED;
    break;
  case ROSTER_NAME_CREDENTIAL:
    place.secrecy = ROSTER_TEXTS;
    break;
  case ROSTER_NAME_CODE:
    if (f != NULL ? f->flow : flow)
      place.secrecy = ROSTER_NAMED;
    break;
  case ROSTER_NAME_VALUE:
    if (inside || (f != NULL && f->labelled))
      place.secrecy = ROSTER_NAMED;
    break;
  case ROSTER_NAME_LINK:
    place.url = 1;
    break;
  case ROSTER_NAME_PLAIN:
    /* a number that has a name of its own tells of the secret */
    if (inside)
      place.secrecy = ROSTER_TEXTS;
    break;
  case ROSTER_NAME_ABOUT:
    break;
  }
  return place;
}

struct roster_holding roster_member_holding(const struct roster_frame *f,
                                            int flow, const char *name,
                                            size_t n) {
  const struct roster_field *field = NULL;
  struct roster_holding place;
  if (f == NULL)
    return named_place(NULL, flow, roster_secret_name(name, n));
  if (f->place.model != NULL && !f->place.map)
    field = find_field(f->place.model, name, n);
  if (field != NULL)
    place = field_place(field, f, name, n);
  else if (f->place.links)
    place = roster_holding_unknown;
  else
    place = named_place(f, flow, roster_secret_name(name, n));
  if (field == NULL && f->place.map)
    place.model = f->place.model;
  place.links = n == 6 && memcmp(name, "_links", 6) == 0;
  if (f->key && is_key_part(name, n))
    place.secrecy = ROSTER_NAMED;
  if (f->place.secrecy == ROSTER_ALL_SECRET)
    place.secrecy = ROSTER_ALL_SECRET;
  return place;
}

int roster_member_is_shown_param(const struct roster_op *op, const char *name,
                                 size_t n) {
  int i;
  for (i = 0; op != NULL && i < op->param_count; i++) {
    const struct roster_param *param = &op->params[i];
    if (param->place == ROSTER_QUERY && strlen(param->name) == n &&
        memcmp(param->name, name, n) == 0)
      return (param->flags & ROSTER_SECRET) == 0;
  }
  return 0;
}
