/*
** Bytes with a ceiling. A buffer never grows past `max`; the first failure
** sticks, so a writer may append many times and look at `error` once.
** No Lua here: whoever owns the buffer decides how to report.
*/
#ifndef ROSTER_BUF_H
#define ROSTER_BUF_H

#include <stddef.h>

enum roster_buf_error {
  ROSTER_BUF_OK,
  ROSTER_BUF_TOOBIG, /* the ceiling was reached */
  ROSTER_BUF_NOMEM
};

struct roster_buf {
  char *data; /* NULL until something is added; then always NUL-terminated */
  size_t len; /* without the final NUL */
  size_t cap;
  size_t used; /* bytes of `data` that may hold something: these are wiped */
  size_t max;  /* largest `len` allowed */
  enum roster_buf_error error;
};

/* Starts empty; owns nothing yet. `max` in bytes. */
void roster_buf_init(struct roster_buf *b, size_t max);

/*
** Makes room for `n` more bytes; returns where they go, or NULL. Nothing may
** be written behind them.
*/
char *roster_buf_room(struct roster_buf *b, size_t n);

/* Makes room as roster_buf_room, for what may come. Failing is no failure. */
void roster_buf_reserve(struct roster_buf *b, size_t n);

/* The appenders return 1, or 0 after a failure (now or earlier). */
int roster_buf_add(struct roster_buf *b, const char *bytes, size_t n);
int roster_buf_adds(struct roster_buf *b, const char *text);
int roster_buf_addc(struct roster_buf *b, char c);

/* The content as a C string; "" when empty. */
const char *roster_buf_text(const struct roster_buf *b);

/* Why the last of what was to be appended is not there, or NULL: a predicate.
 */
const char *roster_buf_fault(const struct roster_buf *b);

/* Forgets the content and any failure, keeps the memory for reuse. */
void roster_buf_clear(struct roster_buf *b);

/* As roster_buf_clear, and overwrites what was there: it held a secret. */
void roster_buf_wipe(struct roster_buf *b);

/* Overwrites and frees; the buffer is then empty and may be used again. */
void roster_buf_free(struct roster_buf *b);

/*
** Leaves `to`, wiped, its memory to begin with, and is empty then. Nothing
** happens if `to` has some already, or this is more than it may hold.
*/
void roster_buf_give(struct roster_buf *b, struct roster_buf *to);

/* Overwrites memory in a way that the compiler may not drop. */
void roster_wipe(void *p, size_t n);

#endif
