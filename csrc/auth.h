/*
** Credentials: whether one can be sent, how it is sent, and keeping it out
** of every text that a person may read. No Lua here.
*/
#ifndef ROSTER_AUTH_H
#define ROSTER_AUTH_H

#include "buf.h"

/*
** Why `secret` cannot be sent as a credential behind `scheme`, or NULL: it is
** empty, holds what a header cannot carry, or brings the scheme word that is
** added here ("SSWS ...").
*/
const char *roster_auth_fault(const char *scheme, const char *secret, size_t n);

/* Appends the header line that carries the credential, and its final NUL. */
int roster_auth_line(struct roster_buf *to, const char *header,
                     const char *prefix, const char *secret, size_t n);

/*
** Puts "***" for every occurrence of `secret` in `text`, in place; returns
** the new length. Secrets under four bytes are left alone: their letters
** would be struck out of ordinary words.
*/
size_t roster_auth_scrub(char *text, size_t text_len, const char *secret,
                         size_t n);

#endif
