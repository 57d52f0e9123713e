// The whole index actor on a small index: any frames as a request, in exactly sized heap blocks. The input is the
// frames one after the other, each behind its size in two bytes. Whatever comes in, an answer goes out, and a REP can
// be read. Nobody is there to be asked, so what follows the store fails.
#include <ftw.h>
#include <unistd.h>
#include "../../actors/index/actor.h"
#include "../../actors/index/actor_internal.h"
#include "fuzz_actor.h"

static char top[] = "/tmp/wikibot-fuzz-XXXXXX";
static zconfig_t *config;
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
    index_actor.close(&state);
    zconfig_destroy(&config);
    nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
put(index_t *index, const char *file, const char *id, const char *const targets[2])
{
    const index_heading_t heading = { .text = "Part", .id = "part", .level = 2, .line = 3, .start = 10, .end = 20 };
    const index_link_t links[] = { { .target = targets[0], .anchor = "part", .kind = 'w', .line = 1 },
                                   { .target = targets[1], .anchor = "", .kind = 'm', .line = 2 } };
    const char *tags[] = { "one", "Two" };
    const index_page_t page = { .file = file, .page = id, .blob = "b", .title = "A title", .heading = "Part",
                                .category = "\"Kind\"", .front = "{}", .tags = tags, .tag_count = 2,
                                .text = "some text of words\n## Part\nand more of them", .size = 43, .words = 10,
                                .headings = &heading, .heading_count = 1, .links = links, .link_count = 2 };
    const index_change_t change = { .file = file, .from = "", .change = 'a' };
    const index_log_t log = { .commit = id, .parent = "", .author = "Ada", .email = "ada@example.org",
                              .message = "a message", .when = 1000, .changes = &change, .change_count = 1 };
    expect(index_put_page(index, &page) == OK, "cannot put a page");
    expect(index_put_commit(index, &log) == OK, "cannot put a commit");
}

static void
make(void)
{
    char file[64];
    code_t code = OK;
    const char *why = NULL;
    (void)snprintf(file, sizeof file, "%s/index.db", top);
    const index_options_t options = { .file = file, .write = true, .fingerprint = ((state_t *)state)->fingerprint };
    index_t *index = index_open(&options, &code, &why);
    expect(index && index_begin(index) == OK, "cannot make the index");
    put(index, "home.md", "home", (const char *[]){ "a/b", "gone" });
    put(index, "a/b.md", "a/b", (const char *[]){ "home", "a/x.png" });
    put(index, "secret/c.md", "secret/c", (const char *[]){ "secret/c", "home" });
    expect(index_put_file(index, "a/x.png", "b") == OK, "cannot put a file");
    expect(index_set_commit(index, "secret/c") == OK && index_commit(index) == OK, "cannot write the index");
    index_close(&index);
}

static void
begin(void)
{
    expect(mkdtemp(top) != NULL, "cannot make a folder");
    config = zconfig_new("root", NULL);
    zconfig_put(config, "settings/index", top);
    expect(index_actor.open(&state, config) == OK, "cannot open");
    make();
    atexit(end);
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
    msg_t *reply = actor_dispatch(&index_actor, state, &request);
    expect(reply && !request, "no answer");
    if (call && call->reply && msg_code(reply) == OK) {
        arena_t arena = { NULL };
        void *record = arena_alloc(&arena, call->reply->size);
        expect(msg_read_rep(reply, call, record) == OK, "unreadable answer");
        arena_clear(&arena);
    }
    msg_destroy(&reply);
    return 0;
}
