#include "main_look.h"

#include "core/door.h"
#include "core/banned.h"

// Twice as often as needed: one question may be lost. A door that is not there (yet) is tried soon.
enum { ASK_AGAIN_MS = DOOR_LEASE_MS / 2, TRY_AGAIN_MS = 100 };

typedef struct {
    const look_door_t *door;
    dealer_t *dealer;
    int64_t again_ms;                           // when to ask for copies once more
} viewer_t;

typedef struct {
    viewer_t viewers[LOOK_DOORS];
    zmq_pollitem_t items[LOOK_DOORS];
    size_t count;
    balance_t *balance;
} tap_t;

static void
open_viewers(tap_t *self, const look_t *look, const char *actor)
{
    self->balance = balance_new();
    for (size_t i = 0; i < look->count; i++) {
        const look_door_t *door = &look->doors[i];
        if (actor && strcmp(actor, door->actor) != 0)
            continue;
        dealer_t *dealer = dealer_new(door->where, look->keys.own? &look->keys: NULL, self->balance);
        if (dealer)
            self->viewers[self->count++] = (viewer_t){ door, dealer, 0 };
    }
}

static void
close_viewers(tap_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        dealer_destroy(&self->viewers[i].dealer);
    balance_destroy(&self->balance);
}

// Asks for copies where it is time; for how long there is nothing more to ask.
static int64_t
ask_all(tap_t *self)
{
    int64_t now = msg_steady_ms(), wait = ASK_AGAIN_MS;
    for (size_t i = 0; i < self->count; i++) {
        viewer_t *viewer = &self->viewers[i];
        if (viewer->again_ms <= now) {
            sys_watch_req_t record = { .text = "" };
            msg_t *request = msg_new_req(&call_sys_watch, &record, NULL, msg_clock_ms() + LOOK_MS);
            bool sent = dealer_send(viewer->dealer, &request) == OK;
            viewer->again_ms = now + (sent? ASK_AGAIN_MS: TRY_AGAIN_MS);
            msg_destroy(&request);
        }
        wait = viewer->again_ms - now < wait? viewer->again_ms - now: wait;
    }
    return wait;
}

static void
print_message(const viewer_t *viewer, const msg_t *msg)
{
    bool own = strcmp(msg_head(msg)->type, call_sys_watch.name) == 0;
    if (own && msg_code(msg) != OK)
        fprintf(stderr, "wikibot: %s of %s: %s\n", viewer->door->actor, viewer->door->process, msg_error_text(msg));
    if (own)
        return;
    char *text = msg_print(msg);
    printf("%s.%s %s\n", viewer->door->process, viewer->door->actor, text);
    free(text);
}

static void
print_all(const viewer_t *viewer)
{
    bool again = true;
    while (again) {
        msg_t *msg = dealer_receive(viewer->dealer, 0, &again);
        again = again || msg;
        if (msg)
            print_message(viewer, msg);
        msg_destroy(&msg);
    }
}

// Until the person has seen enough: SIGINT ends the program.
static int
watch(tap_t *self)
{
    while (!ferror(stdout)) {
        int64_t wait = ask_all(self);
        for (size_t i = 0; i < self->count; i++) {
            print_all(&self->viewers[i]);
            self->items[i] = (zmq_pollitem_t){ dealer_socket(self->viewers[i].dealer), -1, ZMQ_POLLIN, 0 };
        }
        fflush(stdout);
        if (zmq_poll(self->items, (int)self->count, (long)wait) < 0 && errno != EINTR)
            return 1;
    }
    return 1;
}

int
main_tap(int count, char **words)
{
    options_t options;
    look_t look;
    tap_t tap = { .count = 0 };
    int status = 2;
    if (!options_read(&options, count, words))
        goto done;
    status = 1;
    if (look_open(&look, &options)) {
        open_viewers(&tap, &look, options.actor);
        if (tap.count > 0)
            status = watch(&tap);
        else
            fprintf(stderr, "wikibot: no actor '%s' runs; there are gateway, store and render\n", options.actor);
        close_viewers(&tap);
    }
    look_close(&look);
done:
    options_clear(&options);
    return status;
}
