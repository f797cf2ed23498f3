/* The URL of a proxy, as the option `proxy` takes it. */
#ifndef ROSTER_PROXY_H
#define ROSTER_PROXY_H

#include <stddef.h>

/*
** Returns NULL when libcurl and roster read `s` alike as the URL of a proxy:
** an optional scheme (http, https, socks4, socks4a, socks5, socks5h), a user
** name and password, both percent-encoded, a host and a port (RFC 3986 3).
** Otherwise a phrase that says what is wrong and quotes nothing: `s` may hold a
** password.
*/
const char *roster_proxy_fault(const char *s, size_t n);

#endif
