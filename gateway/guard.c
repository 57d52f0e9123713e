#include "guard.h"

#include <stdlib.h>
#include <string.h>

static const guard_refusal_t no_host = { 400, "The request has no Host header. HTTP/1.1 needs exactly one." };
static const guard_refusal_t foreign_host = {
    421, "This wiki answers on the loopback only, and the request names another host. "
         "Open it as http://localhost or http://127.0.0.1, with the same port."
};
static const guard_refusal_t foreign_origin = {
    403, "This change was sent by a page of another site, so it was refused. "
         "Open the wiki itself and make the change there."
};

// The port of "name:port" or "[v6]:port", `absent` if there is none, and the size of the name.
// False: the port is no number up to 65535, or the bracket is not closed.
static bool
split_port(const char *host, long absent, size_t *name_size, long *port)
{
    const char *end = host + strcspn(host, host[0] == '['? "]": ":");
    if (host[0] == '[') {
        if (*end != ']')
            return false;
        end++;
    }
    *name_size = (size_t)(end - host);
    *port = absent;
    if (*end == '\0')
        return *name_size > 0;
    if (*end != ':' || *name_size == 0)
        return false;
    size_t digits = strspn(++end, "0123456789");
    if (digits > 0)
        *port = strtol(end, NULL, 10);
    return end[digits] == '\0' && digits <= 5 && *port <= 65535;
}

static bool
is_name(const char *host, size_t size, const char *name)
{
    return strlen(name) == size && strncasecmp(host, name, size) == 0;
}

// Four decimal numbers, the first of them 127: exactly how a browser prints such an address.
static bool
is_loopback_v4(const char *host, size_t size)
{
    int parts = 0;
    for (size_t i = 0; i < size; parts++) {
        int value = 0;
        size_t start = i;
        while (i < size && host[i] >= '0' && host[i] <= '9' && i - start < 3)
            value = value * 10 + (host[i++] - '0');
        if (i == start || value > 255 || (host[start] == '0' && i - start > 1))
            return false;
        if (parts == 0 && value != 127)
            return false;
        if (i < size && (host[i++] != '.' || i == size))
            return false;
    }
    return parts == 4;
}

// "localhost" and any name under it: RFC 6761 keeps them on the loopback.
static bool
is_localhost(const char *host, size_t size)
{
    static const char name[] = "localhost";
    static const char legal[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const size_t name_size = sizeof name - 1;
    if (size < name_size || !is_name(host + size - name_size, name_size, name))
        return false;
    return size == name_size || (host[size - name_size - 1] == '.' && strspn(host, legal) >= size);
}

bool
guard_host(const guard_t *self, const char *host)
{
    size_t size;
    long port;
    if (!split_port(host, 0, &size, &port))
        return false;
    if (is_localhost(host, size) || is_loopback_v4(host, size) || is_name(host, size, "[::1]"))
        return true;
    for (const char *const *name = self->hosts; name && *name; name++)
        if (is_name(host, size, *name))
            return true;
    return false;
}

// "http://localhost:8080" against Host "localhost:8080"; a default port may be written or left out.
static bool
same_origin(const char *origin, const char *host)
{
    bool tls = strncmp(origin, "https://", 8) == 0;
    if (!tls && strncmp(origin, "http://", 7) != 0)
        return false;
    const char *from = origin + (tls? 8: 7);
    const long plain = tls? 443: 80;
    size_t from_size, host_size;
    long from_port, host_port;
    if (!split_port(from, plain, &from_size, &from_port) || !split_port(host, plain, &host_size, &host_port))
        return false;
    return from_port == host_port && from_size == host_size && strncasecmp(from, host, host_size) == 0;
}

const guard_refusal_t *
guard_check(const guard_t *self, const guard_request_t *request)
{
    const char *site = request->fetch_site;
    if (!request->host)
        return !request->http_1_0? &no_host: request->origin? &foreign_origin: NULL;
    if (!guard_host(self, request->host))
        return &foreign_host;
    if (strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0 || request->bearer)
        return NULL;
    if (request->origin && !same_origin(request->origin, request->host))
        return &foreign_origin;
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return &foreign_origin;
    return NULL;
}
