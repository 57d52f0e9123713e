#include "main.h"

#include <glob.h>
#include "../proto/msg.h"
#include "core/rundir.h"
#include "core/banned.h"

enum { POLL_MS = 60000 };

// Connects to the taps of all programs that serve this; how many there are.
static size_t
connect_all(void *socket, const char *served)
{
    char base[RUNDIR_SIZE], pattern[RUNDIR_SIZE + 16];
    glob_t found = { 0 };
    size_t count = 0;
    if (!rundir_base(served, base))
        return 0;
    (void)snprintf(pattern, sizeof pattern, "%s-*/tap-*", base);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            char endpoint[RUNDIR_SIZE + 64];
            (void)snprintf(endpoint, sizeof endpoint, "ipc://%s", found.gl_pathv[i]);
            count += zmq_connect(socket, endpoint) == 0;
        }
    globfree(&found);
    return count;
}

static void
print_message(const msg_t *msg)
{
    const zframe_t *actor = msg_peer(msg);
    char *text = msg_print(msg);
    printf("%.*s %s\n", (int)zframe_size((zframe_t *)actor), (const char *)zframe_data((zframe_t *)actor), text);
    fflush(stdout);
    free(text);
}

static int
watch(void *socket)
{
    zmq_pollitem_t item = { socket, 0, ZMQ_POLLIN, 0 };
    while (!ferror(stdout)) {
        (void)zmq_poll(&item, 1, POLL_MS);      // until the person has seen enough: SIGINT ends the program
        bool malformed = false;
        msg_t *msg;
        while ((msg = msg_recv_routed(socket, &malformed)) || malformed) {
            if (msg)
                print_message(msg);
            msg_destroy(&msg);
        }
    }
    return 1;
}

int
main_tap(int count, char **words)
{
    options_t options;
    int status = 2;
    if (!options_read(&options, count, words))
        goto done;
    zsys_handler_set(NULL);
    void *socket = zmq_socket(zsys_init(), ZMQ_SUB);
    const char *actor = options.actor? options.actor: "";
    const char *served = settings_get(options.settings, "REPOSITORY");
    status = 1;
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, actor, strlen(actor));
    if (connect_all(socket, served) == 0)
        fprintf(stderr, "wikibot: nobody serves %s here; start it with: wikibot serve %s\n", served, served);
    else
        status = watch(socket);
    zmq_close(socket);
    zsys_shutdown();
done:
    options_clear(&options);
    return status;
}
