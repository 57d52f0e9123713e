#include "csrf.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_SIZE = crypto_auth_KEYBYTES };

static bool
read_key(const char *path, unsigned char key[KEY_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    ssize_t size = read(fd, key, KEY_SIZE);
    close(fd);
    return size == KEY_SIZE;
}

static bool
write_file(const char *path, const unsigned char key[KEY_SIZE])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool good = write(fd, key, KEY_SIZE) == KEY_SIZE && fsync(fd) == 0;
    return close(fd) == 0 && good;
}

// The key of the state folder. Who comes first makes it: link() puts the whole file there or finds another's.
static bool
shared_key(const char *state, unsigned char key[KEY_SIZE])
{
    char path[4096], mine[4096 + 64];
    int size = snprintf(path, sizeof path, "%s/csrf.key", state);
    if (size < 0 || (size_t)size >= sizeof path)
        return false;
    if (read_key(path, key))
        return true;
    mkdir(state, 0700);                         // usually there; if it cannot be made, the next step says so
    snprintf(mine, sizeof mine, "%s.%ld.%08x", path, (long)getpid(), randombytes_random());
    randombytes_buf(key, KEY_SIZE);
    bool good = write_file(mine, key);
    if (good && link(mine, path) < 0)
        good = read_key(path, key);
    unlink(mine);
    return good;
}

code_t
csrf_open(csrf_t *self, const char *secret, const char *state)
{
    unsigned char key[KEY_SIZE], mac[crypto_auth_BYTES];
    static const unsigned char who[] = "anonymous";
    if (sodium_init() < 0)
        return INTERNAL;
    if (secret && strlen(secret) >= CSRF_SECRET_MIN)
        crypto_generichash(key, sizeof key, (const unsigned char *)secret, strlen(secret), NULL, 0);
    else if (!state || !*state || !shared_key(state, key))
        randombytes_buf(key, sizeof key);
    crypto_auth(mac, who, sizeof who - 1, key);
    sodium_bin2hex(self->token, sizeof self->token, mac, sizeof mac);
    sodium_memzero(key, sizeof key);
    return OK;
}

bool
csrf_check(const csrf_t *self, const char *given)
{
    if (!given || strlen(given) != CSRF_TOKEN_SIZE)
        return false;
    return sodium_memcmp(self->token, given, CSRF_TOKEN_SIZE) == 0;
}
