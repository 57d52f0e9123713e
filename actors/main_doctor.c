#include "main_look.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "core/folder.h"
#include "core/log.h"
#include "core/rundir.h"
#include "index/index_jobs.h"
#include "store/store.h"
#include "core/banned.h"

enum { DISK_LOW_MB = 100, FILES_LOW = 1024, ROWS = 500, SECRET_SHORT = 16 };

typedef enum { FINE, WARNING, FAULT } finding_t;

typedef struct {
    const options_t *options;
    topology_t *topology;                       // NULL: it cannot be used
    char git[PATH_MAX];                         // the git folder; "": there is none yet
    finding_t worst;
} doctor_t;

static void
say(doctor_t *self, finding_t finding, const char *what, const char *format, ...) __attribute__((format(printf, 4, 5)));

// One line: what was looked at, and what is so; of what is not well also what to do.
static void
say(doctor_t *self, finding_t finding, const char *what, const char *format, ...)
{
    static const char *const marks[] = { "ok", "warn", "FAIL" };
    va_list arguments;
    va_start(arguments, format);
    printf("%-5s %-11s ", marks[finding], what);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    self->worst = finding > self->worst? finding: self->worst;
}

static const char *
setting(const doctor_t *self, const char *name)
{
    return settings_get(self->options->settings, name);
}

// ---- configuration --------------------------------------------------------------------------------------------
static void
check_settings(doctor_t *self)
{
    const char *secret = setting(self, "SECRET_KEY");
    say(self, FINE, "settings", "read; `wikibot config show --origin` lists them");
    if (!*secret)
        say(self, WARNING, "secret", "SECRET_KEY is empty, so forms that are open are refused after a restart; set it "
            "to 32 random letters or more");
    else if (strlen(secret) < SECRET_SHORT)
        say(self, WARNING, "secret", "SECRET_KEY has %zu letters; whoever guesses it forges forms; take 32 or more",
            strlen(secret));
    const char *key = setting(self, "WIKIBOT_API_KEY");
    if (!*key)
        key = setting(self, "OTTERWIKI_API_KEY");
    if (*key && strlen(key) < SECRET_SHORT)
        say(self, WARNING, "key", "the key of the REST API has %zu letters; whoever guesses it may change everything; "
            "take 32 or more", strlen(key));
}

static void
check_topology(doctor_t *self)
{
    char why[TOPOLOGY_WHY];
    self->topology = main_topology(setting(self, "WIKIBOT_TOPOLOGY"), why);
    if (!self->topology)
        say(self, FAULT, "topology", "%s", why);
    else
        say(self, FINE, "topology", "%s: %zu process%s on %zu host%s", setting(self, "WIKIBOT_TOPOLOGY"),
            topology_process_count(self->topology), topology_process_count(self->topology) == 1? "": "es",
            topology_host_count(self->topology)? topology_host_count(self->topology): 1,
            topology_host_count(self->topology) > 1? "s": "");
}

// The secret keys that this host's processes need, and the public ones of those that they talk with.
static void
check_keys(doctor_t *self)
{
    const char *host = setting(self, "WIKIBOT_HOST"), *folder = setting(self, "WIKIBOT_KEYS");
    size_t needed = 0;
    for (size_t i = 0; self->topology && i < topology_process_count(self->topology); i++) {
        const topology_process_t *process = topology_process(self->topology, i);
        char why[CURVE_WHY], key[CURVE_KEY];
        curve_pair_t pair;
        if (!topology_needs_keys(self->topology, process))
            continue;
        needed++;
        bool here = strcmp(process->host, host) == 0;
        if (here && !curve_read_pair(folder, process->name, &pair, why))
            say(self, FAULT, "keys", "%s", why);
        else if (!here && !curve_read_public(folder, process->name, key))
            say(self, WARNING, "keys", "there is no %s.public in '%s'; if processes of this host talk with it, copy it "
                "from where it was made", process->name, folder);
        else
            say(self, FINE, "keys", "%s: %s", process->name, here? "pair": "public key");
        curve_forget(&pair);
    }
    if (needed == 0 && self->topology)
        say(self, FINE, "keys", "none are needed: nothing goes over tcp");
}

// ---- repository -----------------------------------------------------------------------------------------------
// One file of the head; false, after telling, if it cannot be read.
static bool
read_file(doctor_t *self, store_t *store, const char *file)
{
    store_read_t what = { .path = file, .exact = true };
    store_content_t content = { .text = NULL };
    bool good = store_read(store, &what, &content) == OK;
    if (!good)
        say(self, FAULT, "repository", "%s cannot be read: %s; look with git fsck, and fetch what is missing from a "
            "backup", file, store_error(store));
    store_content_clear(&content);
    return good;
}

// Pages, or all other files; how many there are, -1 if one cannot be read.
static int64_t
read_all(doctor_t *self, store_t *store, bool files)
{
    int64_t count = 0;
    char *cursor = strdup("");
    while (cursor && count >= 0) {
        store_list_options_t options = { .files = files, .limit = ROWS, .cursor = cursor };
        store_list_t list = { .count = 0 };
        if (store_list(store, &options, &list) != OK) {
            say(self, FAULT, "repository", "%s", store_error(store));
            count = -1;
        }
        for (size_t i = 0; i < list.count && count >= 0; i++)
            count = read_file(self, store, list.rows[i].file)? count + 1: -1;
        free(cursor);
        cursor = list.cursor? strdup(list.cursor): NULL;
        store_list_clear(&list);
    }
    free(cursor);
    return count;
}

static void
read_everything(doctor_t *self, store_t *store)
{
    int64_t pages = read_all(self, store, false), files = pages < 0? -1: read_all(self, store, true);
    if (files >= 0)
        say(self, FINE, "repository", "%s: %" PRId64 " pages and %" PRId64 " other files, all can be read", self->git,
            pages, files);
}

static void
check_locks(doctor_t *self)
{
    static const char *const locks[] = { "index.lock", "HEAD.lock", "packed-refs.lock" };
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
        char path[PATH_MAX];
        struct stat facts;
        int size = snprintf(path, sizeof path, "%s/%s", self->git, locks[i]);
        if (size > 0 && size < (int)sizeof path && stat(path, &facts) == 0)
            say(self, WARNING, "lock", "%s is there since %" PRId64 " s; if no git runs, remove it", path,
                (int64_t)(time(NULL) - facts.st_mtime));
    }
}

static void
check_repository(doctor_t *self)
{
    const char *folder = setting(self, "REPOSITORY"), *state = setting(self, "WIKIBOT_STATE"), *why = NULL;
    if (!folder_git(folder, self->git)) {
        say(self, WARNING, "repository", "%s is no git repository (yet); wikibot serve makes one of an empty folder, "
            "and with --init of one with files", folder);
        return;
    }
    store_options_t options = { .folder = folder, .state = *state? state: NULL };
    store_t *store = store_open(&options, &why);
    if (!store) {
        say(self, FAULT, "repository", "%s", why);
        return;
    }
    read_everything(self, store);
    if (!store_writable(store))
        say(self, WARNING, "repository", "it cannot be written by user %u, so pages are shown and not saved; if that "
            "is not meant, give the folder to who runs wikibot", (unsigned)geteuid());
    store_close(&store);
    check_locks(self);
}

// ---- index ----------------------------------------------------------------------------------------------------
// How the last building of it ended, if that is not well. What is not there is not made.
static bool
tell_job(doctor_t *self, const char *folder)
{
    char path[PATH_MAX + 16];
    struct stat facts;
    code_t code = OK;
    const char *why = "";
    job_t job = { .id = "" };
    (void)snprintf(path, sizeof path, "%s/state.db", folder);
    if (stat(path, &facts) < 0)
        return false;
    jobs_t *jobs = jobs_open(path, &code, &why);
    bool opened = jobs != NULL;
    if (opened)
        (void)jobs_newest(jobs, "reindex", &job);
    else
        say(self, WARNING, "index", "%s: %s; without it no index is built", path, why);
    jobs_close(&jobs);
    bool failed = strcmp(job.state, "failed") == 0;
    if (failed)
        say(self, WARNING, "index", "it could not be built: %s; then: wikibot reindex", job.text);
    return !opened || failed;
}

static void
check_index(doctor_t *self)
{
    char folder[PATH_MAX], path[PATH_MAX + 16];
    struct stat facts;
    const char *given = *setting(self, "WIKIBOT_INDEX")? setting(self, "WIKIBOT_INDEX"): setting(self, "WIKIBOT_STATE");
    if (!*given && !*self->git)
        return;
    int size = *given? snprintf(folder, sizeof folder, "%s", given)
                     : snprintf(folder, sizeof folder, "%s/wikibot", self->git);
    if (size < 0 || size >= (int)sizeof folder || tell_job(self, folder))
        return;
    (void)snprintf(path, sizeof path, "%s/index.db", folder);
    if (access(folder, F_OK) == 0 && access(folder, W_OK) < 0)
        say(self, WARNING, "index", "%s cannot be written by user %u, so the index is made anew at each start; set "
            "WIKIBOT_INDEX", folder, (unsigned)geteuid());
    else if (stat(path, &facts) < 0)
        say(self, FINE, "index", "there is none in %s yet; who serves the wiki makes it", folder);
    else
        say(self, FINE, "index", "%s: %" PRId64 " MB", path, (int64_t)facts.st_size >> 20);
}

// ---- host -----------------------------------------------------------------------------------------------------
static void
check_disk(doctor_t *self)
{
    struct statvfs facts;
    const char *folder = *self->git? self->git: ".";
    if (statvfs(folder, &facts) < 0) {
        say(self, FAULT, "disk", "%s: %s", folder, strerror(errno));
        return;
    }
    uint64_t free_mb = (uint64_t)facts.f_bavail * facts.f_frsize >> 20;
    bool low = free_mb < DISK_LOW_MB || (facts.f_files > 0 && facts.f_favail < FILES_LOW);
    say(self, low? FAULT: FINE, "disk", "%" PRIu64 " MB and %" PRIu64 " files free at %s%s", free_mb,
        (uint64_t)facts.f_favail, folder, low? "; make room, or saves will be refused": "");
}

static void
check_limits(doctor_t *self)
{
    struct rlimit files = { 0 };
    char base[RUNDIR_SIZE];
    (void)getrlimit(RLIMIT_NOFILE, &files);
    bool few = files.rlim_cur < FILES_LOW;
    say(self, few? WARNING: FINE, "limits", "%" PRIu64 " open files%s", (uint64_t)files.rlim_cur,
        few? "; raise it with ulimit -n or LimitNOFILE=": "");
    if (!rundir_base(setting(self, "REPOSITORY"), base))
        say(self, FAULT, "sockets", "the name of the folder for sockets is too long; set WIKIBOT_RUN to a shorter one");
}

// A file made now carries the time of the disk's host: another one, where the disk is on a network.
static void
check_clock(doctor_t *self)
{
    struct stat facts;
    struct timespec now;
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/wikibot-doctor-XXXXXX", *self->git? self->git: "/tmp");
    int file = size > 0 && size < (int)sizeof path? mkostemp(path, O_CLOEXEC): -1;
    if (file < 0)
        return;                                 // a repository that cannot be written was told already
    clock_gettime(CLOCK_REALTIME, &now);
    if (write(file, "x", 1) == 1 && fstat(file, &facts) == 0) {
        int64_t off = (int64_t)(facts.st_mtim.tv_sec - now.tv_sec) * 1000 +
                      (facts.st_mtim.tv_nsec - now.tv_nsec) / 1000000;
        bool skewed = llabs(off) > LOOK_SKEW_MS;
        say(self, skewed? WARNING: FINE, "clock", "%+" PRId64 " ms between this host and its disk%s", off,
            skewed? "; let the hosts keep time by NTP": "");
    }
    (void)unlink(path);
    close(file);
}

// Those that run now: do they answer, do their clocks agree?
static void
check_actors(doctor_t *self)
{
    look_t look;
    if (!self->topology)
        return;
    look_find(&look, self->options);
    for (size_t i = 0; i < look.count; i++) {
        const look_door_t *door = &look.doors[i];
        look_answer_t answer;
        look_about(&look, door, &answer);
        if (!answer.good)
            say(self, FAULT, "actors", "%s of %s does not answer: %s; look into its log", door->actor, door->process,
                msg_error_text(answer.message));
        else if (answer.skewed)
            say(self, WARNING, "actors", "the clock of %s is %+" PRId64 " ms off from ours; let the hosts keep time by "
                "NTP", door->process, answer.skew_ms);
        else
            say(self, FINE, "actors", "%s of %s answers", door->actor, door->process);
        msg_destroy(&answer.message);
    }
    if (look.count == 0)
        say(self, FINE, "actors", "none run here now");
    look_close(&look);
}

int
main_doctor(int count, char **words)
{
    options_t options;
    doctor_t self = { .options = &options };
    int status = 2;
    if (options_read(&options, count, words)) {
        log_setup(LEVEL_ERROR, "doctor");
        check_settings(&self);
        check_topology(&self);
        check_keys(&self);
        check_repository(&self);
        check_index(&self);
        check_disk(&self);
        check_limits(&self);
        check_clock(&self);
        check_actors(&self);
        status = self.worst == FAULT? 1: 0;
    }
    topology_destroy(&self.topology);
    options_clear(&options);
    return status;
}
