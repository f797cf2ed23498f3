/*
** Whether a name is one that secrets go by, in whatever spelling: snake_case,
** camelCase, kebab-case, CAPITALS, dots, plurals, with words before and after
** it. The last word that means something decides: "user_password" is a secret,
** "passwordChanged" tells of one. Pure; no Lua.
*/
#ifndef ROSTER_SECRET_NAME_H
#define ROSTER_SECRET_NAME_H

#include <stddef.h>

enum roster_name {
  ROSTER_NAME_PLAIN,
  ROSTER_NAME_SECRET,     /* its value is secret */
  ROSTER_NAME_CREDENTIAL, /* ... if that is a text: "credentials" */
  ROSTER_NAME_CODE,       /* ... beside grant_type or state (RFC 6749) */
  ROSTER_NAME_VALUE,      /* ... in what a secret's name holds */
  ROSTER_NAME_ABOUT,      /* tells of a secret that holds it: "algorithm" */
  ROSTER_NAME_LINK        /* a URL that works once: "resetPasswordUrl" */
};

/* What a member, parameter or option of this name holds. */
enum roster_name roster_secret_name(const char *name, size_t n);

/* Must a header of this name be masked wherever it is shown? */
int roster_secret_header(const char *name, size_t n);

/* Is it a secret header's name rather than a word of a sentence? */
int roster_secret_is_header_name(const char *name, size_t n);

/* Does a segment of a URL's path announce a secret in the next one? */
int roster_secret_segment(const char *segment, size_t n);

#endif
