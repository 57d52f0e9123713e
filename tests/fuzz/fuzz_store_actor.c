// The whole store actor on a small repository: any frames as a request, in exactly sized heap blocks. The input is the
// frames one after the other, each behind its size in two bytes. Whatever comes in, an answer goes out, a REP can be
// read, and nothing is written outside the repository.
#include <dirent.h>
#include <ftw.h>
#include <unistd.h>
#include "../../actors/store/actor.h"
#include "fuzz_actor.h"

// One repository for all inputs: making one takes a thousand times as long as a request.
static char top[] = "/tmp/wikibot-fuzz-XXXXXX";
static void *state;

static int
remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts;
    (void)kind;
    (void)where;
    return remove(path);
}

static void
end(void)
{
    store_actor.close(&state);
    nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
begin(void)
{
    char repo[64];
    expect(mkdtemp(top) != NULL, "cannot make a folder");
    (void)snprintf(repo, sizeof repo, "%s/wiki", top);
    zconfig_t *config = zconfig_new("root", NULL);
    zconfig_put(config, "settings/repository", repo);
    zconfig_put(config, "settings/durability", "none");
    expect(store_actor.open(&state, config) == OK, "cannot open");
    zconfig_destroy(&config);
    atexit(end);
}

static void
expect_nothing_outside(void)
{
    DIR *folder = opendir(top);
    expect(folder != NULL, "the folder is gone");
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        expect(entry->d_name[0] == '.' || strcmp(entry->d_name, "wiki") == 0, "a file outside the repository");
    closedir(folder);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!state)
        begin();
    msg_t *request = request_of(data, size);
    if (!request)
        return 0;
    const call_type_t *call = contract_find(msg_head(request)->type);
    msg_t *reply = actor_dispatch(&store_actor, state, &request);
    expect(reply && !request, "no answer");
    if (call && call->reply && msg_code(reply) == OK) {
        arena_t arena = { NULL };
        void *record = arena_alloc(&arena, call->reply->size);
        expect(msg_read_rep(reply, call, record) == OK, "unreadable answer");
        arena_clear(&arena);
    }
    expect(msg_code(reply) != CONFLICT || msg_blob_count(reply) == 4, "a conflict without its sides");
    msg_destroy(&reply);
    expect_nothing_outside();
    return 0;
}
