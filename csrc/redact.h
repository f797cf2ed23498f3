/*
** The one function that takes secrets out of a text before it is printed,
** recorded or journalled. It knows the catalog's marks, and the names that
** secrets go by (secret_name.h), in JSON, forms, queries, URLs, headers and
** prose, whole, cut or malformed, also in JSON inside a JSON string. Where a
** model has a member, the catalog says whether that is secret; elsewhere its
** name does. No Lua here.
*/
#ifndef ROSTER_REDACT_H
#define ROSTER_REDACT_H

#include "buf.h"
#include "catalog.h"
#include "found.h"

/* What the text is to the redactor besides text. */
struct roster_redact_as {
  const struct roster_model *model; /* of the JSON value; NULL: none known */
  const struct roster_op *op;       /* whose URL it is; NULL: not one */
};

/* Nothing is known of the text. */
extern const struct roster_redact_as roster_redact_any;

/*
** Appends the text to `out` with *** for every secret: in JSON "***" for the
** whole value, true, false, null and "" excepted. `found` gets the secrets.
** Either may be NULL. Returns 1; or 0 when memory ran out or `out` is full:
** then the text must not be shown.
*/
int roster_redact(struct roster_buf *out, struct roster_found *found,
                  const char *text, size_t n, struct roster_redact_as as);

/* What stands for a text that there was no memory to redact. */
#define ROSTER_REDACT_HIDDEN "*** (out of memory)"

/* Puts it in the place of what is in the buffer, which is not empty. */
void roster_redact_hide(struct roster_buf *text);

/* As roster_redact, in the buffer itself, which is hidden where that fails. */
void roster_redact_buf(struct roster_buf *text, struct roster_found *found,
                       struct roster_redact_as as);

#endif
