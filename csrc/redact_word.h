/*
** Where names and their values meet in a text, whatever it is. Each looks at
** the bytes from `p` up to `end`. Pure; no Lua.
*/
#ifndef ROSTER_REDACT_WORD_H
#define ROSTER_REDACT_WORD_H

#include <stddef.h>

/* Can the byte stand in a bare name? */
int roster_word_is(char c);

const char *roster_word_skip_blank(const char *p, const char *end);

/* Is it one of the names, in any case? The list ends with NULL. */
int roster_word_is_one_of(const char *p, size_t n, const char *const *list);

/* true, false, null and the like, which hold no secret. */
int roster_word_is_constant(const char *p, size_t n);

/* The end of the word at `p`, brackets and escapes included: "user%5Bpin%5D".
 */
const char *roster_word_end(const char *p, const char *end);

/* How many bytes at `p` separate a name from its value; *c is ':' or '='. */
size_t roster_word_separator(const char *p, const char *end, char *c);

/* Can there be no secret in the text, whatever it means? */
int roster_word_is_harmless(const char *p, const char *end);

/* Does a parameter grant_type or state say that "code" beside it is a secret?
 */
int roster_word_has_flow(const char *p, const char *end);

#endif
