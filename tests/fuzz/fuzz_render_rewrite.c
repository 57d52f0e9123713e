// Any page, any rename: what comes out leads where it should and differs in targets only, which the library proves
// itself; here: it does not fail, nothing is changed twice, and code stays. The first byte chooses the options.
#include "../render_check.h"
#include "../../actors/render/render_rewrite.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const render_move_t rows[] = { { .from = "a/b", .to = "C d/E_[f]%" },
                                      { .from = "x", .to = "y/z", .alone = true, .as_is = true } };

static void
expect(bool good, const char *why)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", why);
    abort();
}

static void
check(const render_options_t *options, const char *text, size_t size)
{
    const render_moves_t moves = { rows, 2 };
    rewritten_t once, again;
    if (render_rewrite(options, &moves, text, size, &once) != OK)
        return;
    expect((once.count > 0) == (once.text != NULL), "a text without a change, or the other way round");
    if (once.text) {
        render_options_t after = *options;
        after.page = strcmp(options->page, "a/b") == 0? "c d/e_[f]%": options->page;
        expect(page_utf8_valid(once.text, once.size), "not UTF-8");
        expect(render_rewrite(&after, &moves, once.text, once.size, &again) == OK, "cannot be read again");
        expect(again.count == 0, "changed twice");
        rewritten_clear(&again);
    }
    rewritten_clear(&once);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const render_options_t options = { .naming = { .retain_case = data[0] & 1, .underscores = data[0] & 2 },
                                       .target_first = data[0] & 4,
                                       .page = data[0] & 16? "": data[0] & 32? "q/r": "a/b" };
    char *text = malloc(size - 1? size - 1: 1);  // exactly sized, so that a read too far is seen
    if (!text)
        return 0;
    memcpy(text, data + 1, size - 1);
    check(&options, text, size - 1);
    free(text);
    return 0;
}
