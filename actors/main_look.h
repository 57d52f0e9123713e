// look - the doors (core/door.h) at which an operator's commands ask: status, trace, tap
//
// Those of this host are sockets in the folders of running programs that serve the same. Those of other hosts are found
// in the topology, if it has hosts, and asked with an operator's key.
#ifndef MAIN_LOOK_H
#define MAIN_LOOK_H
#include "core/ask.h"
#include "main.h"

enum { LOOK_DOORS = 64, LOOK_MS = 1000, LOOK_SKEW_MS = 250 };

typedef struct {
    char host[TOPOLOGY_NAME];                   // "": this one
    char process[TOPOLOGY_NAME], actor[TOPOLOGY_NAME];
    char where[ENDPOINT_SIZE + TOPOLOGY_NAME];  // for asker_open
} look_door_t;

typedef struct {
    look_door_t doors[LOOK_DOORS];
    size_t count;
    curve_pair_t pair;
    dealer_keys_t keys;                         // own NULL: no key of an operator, so no doors over tcp
} look_t;

// An actor's answer to sys.about, and how far its clock is off from ours.
typedef struct {
    msg_t *message;                             // owned by the caller; never NULL
    bool good;                                  // about was read; it is a view of the message
    sys_about_rep_t about;
    int64_t skew_ms;
    bool skewed;                                // by more than LOOK_SKEW_MS: deadlines are absolute
} look_answer_t;

// Those of this host alone; asks nobody, and needs no look_close.
void look_local(look_t *self, const char *served);
// False after it told what is wrong: no topology, or no key.
bool look_find(look_t *self, const options_t *options);
// The same, but it is also told and false if there is nobody to look at.
bool look_open(look_t *self, const options_t *options);
void look_close(look_t *self);
// One question at one door, within LOOK_MS; never NULL.
msg_t *look_ask(const look_t *self, const look_door_t *door, const call_type_t *call, const void *record);
void look_about(const look_t *self, const look_door_t *door, look_answer_t *answer);
#endif
