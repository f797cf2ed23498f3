/*
** A multi whose sockets and timer stand behind one descriptor, for programs
** that have an event loop. Linux only: epoll and timerfd.
*/
#ifndef ROSTER_CURL_POLL_H
#define ROSTER_CURL_POLL_H

#include "curl_transfer.h"

/*
** Makes the multi pollable, before anything is on its way; poll_fd is then
** readable whenever there is something to do. NULL, or why not.
*/
const char *roster_poll_open(struct roster_multi *m);

/*
** Moves bytes; waits for at most `ms` milliseconds for some to come. Returns
** what libcurl says of it.
*/
CURLMcode roster_poll_step(struct roster_multi *m, int ms);

/* Makes poll_fd readable, so that whoever watches it takes a step. */
void roster_poll_wake(struct roster_multi *m);

/* Closes the descriptors; may be called again. */
void roster_poll_close(struct roster_multi *m);

#endif
