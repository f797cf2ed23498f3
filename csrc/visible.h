/*
** Text of others, made safe to show: nothing of it steers a terminal, reorders
** a line or hides in one, and it is valid UTF-8. Pure; no Lua.
*/
#ifndef ROSTER_VISIBLE_H
#define ROSTER_VISIBLE_H

#include <stddef.h>

enum roster_visible {
  ROSTER_VISIBLE_LINE,   /* one line: a line break is shown as \n */
  ROSTER_VISIBLE_TEXT,   /* '\n' and '\t' stay: our own text has lines */
  ROSTER_VISIBLE_MESSAGE /* one line: a control character is blanks */
};

/*
** Writes `s` to `to`, which has room for 4 * n bytes, and returns how many it
** took. These are escaped as Lua writes them (\n, \027, \u{202E}): C0, DEL and
** C1 controls (ECMA-48), bytes that are not UTF-8, line and paragraph
** separators, characters that set the direction of text (UAX #9), and
** characters that show nothing (default ignorable, UAX #44), except for those
** that names need: variation selectors, and the joiners U+200C and U+200D
** between letters of scripts that join (RFC 5892 A.1, A.2) and between emoji.
** What is escaped once is not escaped again.
*/
size_t roster_visible_put(char *to, const char *s, size_t n,
                          enum roster_visible form);

/* Would roster_visible_put write anything but `s` itself? */
int roster_visible_changes(const char *s, size_t n, enum roster_visible form);

#endif
