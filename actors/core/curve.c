#include "curve.h"

#include <czmq.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sockets.h"
#include "banned.h"

enum {
    NAME_BYTES = 31, HEARTBEAT_MS = 1000, HEARTBEAT_TIMEOUT_MS = 3000,
    CONNECT_MS = 1000,                          // a host that swallows packets is tried again after this
    HANDSHAKE_MS = 5000                         // who connects and says nothing holds a descriptor so long
};

bool
curve_name_valid(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    return size > 0 && size <= NAME_BYTES && !name[size];
}

// Exactly a key and perhaps a line end. -1: cannot be read (errno); 0: is none; else its mode is in `mode`.
static int
read_key(const char *path, char key[CURVE_KEY], mode_t *mode)
{
    char text[CURVE_KEY + 8] = "";
    uint8_t bytes[32];
    struct stat facts;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return -1;
    ssize_t size = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)? read(file, text, sizeof text - 1): 0;
    close(file);
    *mode = facts.st_mode;
    if (size > 0 && text[size - 1] == '\n')
        text[--size] = '\0';
    bool good = size == CURVE_KEY - 1 && strlen(text) == CURVE_KEY - 1 && zmq_z85_decode(bytes, text);
    if (good)
        memcpy(key, text, CURVE_KEY);
    sodium_memzero(text, sizeof text);
    sodium_memzero(bytes, sizeof bytes);
    return good;
}

static bool
name_file(char path[PATH_MAX], const char *folder, const char *name, const char *ending)
{
    int size = snprintf(path, PATH_MAX, "%s/%s.%s", folder, name, ending);
    return curve_name_valid(name) && size > 0 && size < PATH_MAX;
}

bool
curve_read_public(const char *folder, const char *name, char key[CURVE_KEY])
{
    char path[PATH_MAX];
    mode_t mode;
    return name_file(path, folder, name, "public") && read_key(path, key, &mode) == 1;
}

bool
curve_read_pair(const char *folder, const char *name, curve_pair_t *pair, char why[CURVE_WHY])
{
    char path[PATH_MAX], known[CURVE_KEY];
    mode_t mode = 0;
    if (!name_file(path, folder, name, "secret")) {
        (void)snprintf(why, CURVE_WHY, "'%s' cannot be the name of a key; take letters, digits, - and _", name);
        return false;
    }
    int found = read_key(path, pair->secret_key, &mode);
    if (found < 0)
        (void)snprintf(why, CURVE_WHY, "%.300s: %s; make the keys of process '%s' with: wikibot keys new %s --keys "
                       "FOLDER", path, strerror(errno), name, name);
    else if (found == 0)
        (void)snprintf(why, CURVE_WHY, "%.300s: holds no key; copy it again, or make a new one", path);
    else if (mode & 077)
        (void)snprintf(why, CURVE_WHY, "%.300s: others may read it (mode %03o), so it is no secret; chmod 600 it, or "
                       "make a new one", path, (unsigned)mode & 0777);
    else if (zmq_curve_public(pair->public_key, pair->secret_key) < 0)
        (void)snprintf(why, CURVE_WHY, "%.300s: holds no key", path);
    else if (!curve_read_public(folder, name, known) || strcmp(known, pair->public_key) != 0)
        (void)snprintf(why, CURVE_WHY, "%.200s: %s.public beside it is missing or belongs to another key; was it "
                       "revoked? wikibot keys list says more", path, name);
    else
        return true;
    curve_forget(pair);
    return false;
}

void
curve_forget(curve_pair_t *pair)
{
    sodium_memzero(pair, sizeof *pair);
}

// ---- making and revoking ----------------------------------------------------------------------------------
// A new file with a line in it; never one that is there.
static bool
write_new(const char *path, const char *line, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (file < 0)
        return false;
    size_t size = strlen(line);
    bool good = write(file, line, size) == (ssize_t)size && write(file, "\n", 1) == 1 && fsync(file) == 0;
    if (close(file) == 0 && good)
        return true;
    (void)unlink(path);
    return false;
}

bool
curve_new(const char *folder, const char *name, char why[CURVE_WHY])
{
    char open_path[PATH_MAX], secret_path[PATH_MAX];
    curve_pair_t pair;
    if (!name_file(open_path, folder, name, "public") || !name_file(secret_path, folder, name, "secret")) {
        (void)snprintf(why, CURVE_WHY, "'%.100s' cannot be the name of a process; take at most %d letters, digits, - "
                       "and _", name, NAME_BYTES);
        return false;
    }
    if (mkdir(folder, 0700) < 0 && errno != EEXIST) {
        (void)snprintf(why, CURVE_WHY, "%.300s: %s", folder, strerror(errno));
        return false;
    }
    if (access(open_path, F_OK) == 0) {
        (void)snprintf(why, CURVE_WHY, "%.300s is there already; revoke %s first, if its key is to be replaced",
                       open_path, name);
        return false;
    }
    if (zmq_curve_keypair(pair.public_key, pair.secret_key) < 0)
        abort();                                // libzmq without CURVE
    bool good = write_new(secret_path, pair.secret_key, 0600);
    if (!good)
        (void)snprintf(why, CURVE_WHY, "%.300s: %s", secret_path, strerror(errno));
    else if (!write_new(open_path, pair.public_key, 0644)) {
        (void)snprintf(why, CURVE_WHY, "%.300s: %s", open_path, strerror(errno));
        (void)unlink(secret_path);
        good = false;
    }
    curve_forget(&pair);
    return good;
}

bool
curve_revoke(const char *folder, const char *name, char why[CURVE_WHY])
{
    char path[PATH_MAX], revoked[PATH_MAX], secret[PATH_MAX];
    bool good = name_file(path, folder, name, "public") && name_file(revoked, folder, name, "revoked") &&
                name_file(secret, folder, name, "secret");
    if (good && rename(path, revoked) == 0) {
        (void)unlink(secret);                   // often it is on another host only
        return true;
    }
    (void)snprintf(why, CURVE_WHY, "there is no key of '%.100s' in %.300s; wikibot keys list shows those that are",
                   name, folder);
    return false;
}

// ---- sockets ----------------------------------------------------------------------------------------------
static void
set_text(void *socket, int option, const char *value, size_t size)
{
    int code = zmq_setsockopt(socket, option, value, size);
    assert(code == 0);
    (void)code;
}

void
curve_watch(void *socket)
{
    socket_set(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS);
    socket_set(socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS);
    socket_set(socket, ZMQ_CONNECT_TIMEOUT, CONNECT_MS);
    socket_set(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS);
}

void
curve_serve(void *socket, const curve_pair_t *own, const char *domain)
{
    socket_set(socket, ZMQ_IPV6, 1);
    socket_set(socket, ZMQ_CURVE_SERVER, 1);
    set_text(socket, ZMQ_CURVE_SECRETKEY, own->secret_key, CURVE_KEY);
    set_text(socket, ZMQ_ZAP_DOMAIN, domain, strlen(domain));
}

void
curve_call(void *socket, const curve_pair_t *own, const char server[CURVE_KEY])
{
    socket_set(socket, ZMQ_IPV6, 1);
    set_text(socket, ZMQ_CURVE_SERVERKEY, server, CURVE_KEY);
    set_text(socket, ZMQ_CURVE_PUBLICKEY, own->public_key, CURVE_KEY);
    set_text(socket, ZMQ_CURVE_SECRETKEY, own->secret_key, CURVE_KEY);
}
