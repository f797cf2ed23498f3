/* Words of a text; the contract is in redact_word.h. */
#include "redact_word.h"
#include "redact_escape.h"
#include "redact_find.h"

#include <string.h>
#include <strings.h>

int roster_word_is(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
         c == '$' || (unsigned char)c >= 0x80;
}

const char *roster_word_skip_blank(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
    p++;
  return p;
}

int roster_word_is_one_of(const char *p, size_t n, const char *const *list) {
  for (; *list != NULL; list++) {
    if (strlen(*list) == n && strncasecmp(p, *list, n) == 0)
      return 1;
  }
  return 0;
}

int roster_word_is_constant(const char *p, size_t n) {
  static const char *const names[] = {"true", "false",     "null", "nil",
                                      "none", "undefined", NULL};
  return roster_word_is_one_of(p, n, names);
}

/* How many bytes at `p` encode a character that can stand in a name. */
static size_t encoded(const char *p, const char *end) {
  static const char *const others[] = {"%3D", "%26", "%3A", "%3F", "%23", "%20",
                                       "%2C", "%7B", "%7D", "%2F", NULL};
  return *p == '%' && end - p >= 3 && roster_escape_hex(p[1]) >= 0 &&
                 roster_escape_hex(p[2]) >= 0 &&
                 roster_find_quote(p, end) == 0 &&
                 !roster_word_is_one_of(p, 3, others)
             ? 3
             : 0;
}

/* The end of the word at `p`, brackets and escapes included: "user%5Bpin%5D".
 */
const char *roster_word_end(const char *p, const char *end) {
  const char *from = p;
  while (p < end) {
    if (roster_word_is(*p) ||
        (*p == '[' && p > from && p + 1 < end &&
         (roster_word_is(p[1]) || p[1] == ']')) ||
        (*p == ']' && p > from && p + 1 < end && p[1] != '\0' &&
         strchr("[=.:", p[1]) != NULL))
      p++;
    else if (encoded(p, end) > 0)
      p += 3;
    else
      break;
  }
  return p;
}

/* How many bytes at `p` separate a name from its value; *c: which. */
size_t roster_word_separator(const char *p, const char *end, char *c) {
  *c = '\0';
  if (p < end && (*p == ':' || *p == '=')) {
    *c = *p;
    if (p + 1 < end && *p == '=' && p[1] == '=')
      *c = '\0';
    return *c == '\0' ? 0 : 1 + (size_t)(p + 1 < end && p[1] == '>');
  }
  if (end - p >= 3 && strncasecmp(p, "%3A", 3) == 0)
    *c = ':';
  if (end - p >= 3 && strncasecmp(p, "%3D", 3) == 0)
    *c = '=';
  return *c == '\0' ? 0 : 3;
}

int roster_word_is_harmless(const char *p, const char *end) {
  for (; p < end; p++) {
    if (!roster_word_is(*p) && *p != '@')
      return 0;
    if (*p == 'e' && end - p >= 3 && p[1] == 'y' && p[2] == 'J')
      return 0;
  }
  return 1;
}

int roster_word_has_flow(const char *p, const char *end) {
  static const char *const names[] = {"grant_type", "grantType", "state", NULL};
  while (p < end) {
    const char *from;
    char c;
    while (p < end && !roster_word_is(*p))
      p++;
    from = p;
    while (p < end && roster_word_is(*p))
      p++;
    if (roster_word_separator(p, end, &c) > 0 && c == '=' &&
        roster_word_is_one_of(from, (size_t)(p - from), names))
      return 1;
  }
  return 0;
}
