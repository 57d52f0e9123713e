// main - the composition root: commands, settings and topology meet the actors here, and only here
#ifndef MAIN_H
#define MAIN_H
#include <limits.h>
#include "core/topology.h"
#include "main_settings.h"

// Each takes what follows the command's name and returns the exit status: 0 done, 1 failed, 2 wrongly called.
int main_serve(int count, char **words);
int main_config(int count, char **words);
int main_tap(int count, char **words);
int main_keys(int count, char **words);
int main_contract(int count, char **words);
int main_status(int count, char **words);
int main_trace(int count, char **words);
int main_reindex(int count, char **words);
int main_search_eval(int count, char **words);
int main_doctor(int count, char **words);

// ---- what serve, config and tap share (main_options.c) ----------------------------------------------------
typedef struct {
    settings_t *settings;
    const char *actor;                          // --actor; NULL: all
    const char *operator_name;                  // --as; NULL: the first operator whose secret key is here
    bool calls;                                 // --calls
    bool only_status, cancel;                   // --status, --cancel
    const char *config;                         // --config
    bool origin;                                // --origin
    const char *process;                        // --process: one of a supervisor's children; NULL: the command itself
    const char *run_dir;                        // --run-dir, --listen-fd, --ready-fd: from the supervisor
    int listen_fd, ready_fd;
} options_t;
// Reads settings file, environment and flags. False after it told what was wrong; the caller then returns 2.
bool options_read(options_t *self, int count, char **words);
void options_clear(options_t *self);

// ---- topologies (main_topology.c) -------------------------------------------------------------------------
// By name, compiled in, or by file. NULL, with the reason in `why`.
topology_t *main_topology(const char *name, char why[TOPOLOGY_WHY]);
const char *main_topology_text(const char *name);       // of one that is compiled in; NULL: there is none

// ---- processes (main_process.c, main_supervisor.c, main_listen.c) -----------------------------------------
typedef struct {
    const settings_t *settings;
    const topology_t *topology;
    const char *host;                           // "": the topology has no hosts
    const char *process;                        // its name in the topology
    const char *run_dir;                        // NULL: no sockets in files, so no taps
    const char *served;                         // the folder, for people
    int listen_fd, port;                        // -1: the edge is on another host
    int ready_fd;                               // one byte is written when all is ready; -1: the ready line is printed
} process_t;
// Does its host run the actor?
bool process_here(const process_t *self, const char *actor);
// Runs its actors until a signal; exit status.
int process_run(const process_t *self);
// Starts one child a process of the topology, with the same words, and watches them; exit status.
int supervisor_run(const process_t *self, int count, char **words);
void print_ready(const process_t *self);

// A listening socket on the loopback, so that a restarted process keeps the port. -1: it told why.
int listen_open(int wanted, int *port);
#endif
