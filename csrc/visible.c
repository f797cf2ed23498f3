/* Text of others, made safe to show; the contract is in visible.h. */
#include "visible.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* First and last of the characters that are never shown as they are. */
struct range {
  unsigned long first;
  unsigned long last;
};

/* In order. The joiners U+200C and U+200D are judged by their neighbours. */
static const struct range hidden[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},
    {0x34F, 0x34F},     {0x61C, 0x61C},     {0x115F, 0x1160},
    {0x17B4, 0x17B5},   {0x180E, 0x180E},   {0x200B, 0x200F},
    {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
    {0xFFFE, 0xFFFF},   {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE00FF}, {0xE01F0, 0xE0FFF},
};

/* Scripts whose letters are written with joiners, and emoji. */
static const struct range joined[] = {
    {0x600, 0x8FF},     {0x900, 0xDFF},     {0xE00, 0x109F},
    {0x1780, 0x18AF},   {0x1900, 0x1AFF},   {0x1B00, 0x1C4F},
    {0x1CD0, 0x1CFF},   {0x2190, 0x21FF},   {0x2300, 0x23FF},
    {0x2600, 0x27BF},   {0xA840, 0xABFF},   {0xFB50, 0xFDCF},
    {0xFE0F, 0xFE0F},   {0xFE70, 0xFEFC},   {0x10A00, 0x11FFF},
    {0x1E900, 0x1E95F}, {0x1F000, 0x1FAFF},
};

static int is_in(const struct range *ranges, size_t count, unsigned long c) {
  size_t i;
  for (i = 0; i < count && ranges[i].first <= c; i++) {
    if (c <= ranges[i].last)
      return 1;
  }
  return 0;
}

/* The character of the valid sequence of `length` bytes at `s`. */
static unsigned long character(const char *s, int length) {
  const unsigned char *u = (const unsigned char *)s;
  if (length == 1)
    return u[0];
  if (length == 2)
    return (u[0] & 0x1FUL) << 6 | (u[1] & 0x3FUL);
  if (length == 3)
    return (u[0] & 0x0FUL) << 12 | (u[1] & 0x3FUL) << 6 | (u[2] & 0x3FUL);
  return (u[0] & 0x07UL) << 18 | (u[1] & 0x3FUL) << 12 | (u[2] & 0x3FUL) << 6 |
         (u[3] & 0x3FUL);
}

/* Is there a letter that joins, or an emoji, at `s`? */
static int joins(const char *s, const char *end) {
  int length = s < end ? roster_text_utf8(s, end) : 0;
  return length > 0 && is_in(joined, sizeof(joined) / sizeof(joined[0]),
                             character(s, length));
}

enum sort { PLAIN, CONTROL, HIDDEN };

/* `previous`: the character before, 0 at the beginning. */
static enum sort judge(unsigned long c, unsigned long previous,
                       const char *next, const char *end,
                       enum roster_visible form) {
  if (form == ROSTER_VISIBLE_TEXT && (c == '\n' || c == '\t'))
    return PLAIN;
  if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029)
    return CONTROL;
  if ((c == 0x200C || c == 0x200D) && joins(next, end) &&
      is_in(joined, sizeof(joined) / sizeof(joined[0]), previous))
    return PLAIN;
  return is_in(hidden, sizeof(hidden) / sizeof(hidden[0]), c) ? HIDDEN : PLAIN;
}

/* Writes the escape; returns its length: at most 4 bytes for each of c's. */
static size_t escape(char *to, unsigned long c, int is_byte) {
  char text[32];
  if (c == '\n' || c == '\r' || c == '\t')
    snprintf(text, sizeof(text), "\\%c",
             c == '\n' ? 'n' : (c == '\r' ? 'r' : 't'));
  else if (is_byte || c < 0x80)
    snprintf(text, sizeof(text), "\\%03lu", c);
  else
    snprintf(text, sizeof(text), "\\u{%lX}", c);
  memcpy(to, text, strlen(text));
  return strlen(text);
}

/* The next piece of a text. */
struct piece {
  unsigned long c;
  int length;  /* bytes */
  int is_byte; /* and that is not UTF-8 */
  enum sort sort;
};

static struct piece look(const char *s, const char *end, unsigned long previous,
                         enum roster_visible form) {
  struct piece p;
  p.length = roster_text_utf8(s, end);
  p.is_byte = p.length == 0;
  if (p.is_byte)
    p.length = 1;
  p.c = character(s, p.length);
  p.sort = p.is_byte ? HIDDEN : judge(p.c, previous, s + p.length, end, form);
  return p;
}

size_t roster_visible_put(char *to, const char *s, size_t n,
                          enum roster_visible form) {
  const char *end = s + n;
  unsigned long previous = 0;
  size_t len = 0;
  while (s < end) {
    struct piece p = look(s, end, previous, form);
    size_t size = (size_t)p.length;
    if (p.sort == PLAIN)
      memcpy(to + len, s, size);
    else if (p.sort == CONTROL && form == ROSTER_VISIBLE_MESSAGE)
      memset(to + len, ' ', size);
    else
      size = escape(to + len, p.c, p.is_byte);
    len += size;
    previous = p.is_byte ? 0 : p.c;
    s += p.length;
  }
  return len;
}

int roster_visible_changes(const char *s, size_t n, enum roster_visible form) {
  const char *end = s + n;
  unsigned long previous = 0;
  while (s < end) {
    struct piece p = look(s, end, previous, form);
    if (p.sort != PLAIN)
      return 1;
    previous = p.c;
    s += p.length;
  }
  return 0;
}
