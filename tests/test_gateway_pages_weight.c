// Rules of weight: what a reader's line carries beside the words of the page
#include "pages_kit.h"

#include <zlib.h>

#include "../gateway/site.h"
#include "../gateway/ui.h"

enum { PAGES = 2000, DEPTH = 12, BESIDE = 60, FRAME = 16 * 1024, FRAME_PACKED = 5 * 1024 };

static size_t
packed(const void *bytes, size_t size)
{
    uLongf room = compressBound(size);
    Bytef *out = malloc(room);
    assert_non_null(out);
    assert_int_equal(compress2(out, &room, bytes, size, 6), Z_OK);
    free(out);
    return room;
}

static void
write_page(const pages_kit_t *kit, const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s%s.md", kit->wiki, folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("# A heading\n\nWords.\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void
make_folder(const pages_kit_t *kit, const char *folder)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", kit->wiki, folder);
    assert_int_equal(mkdir(path, 0700), 0);
}

// Many pages in one folder, and folders in folders with some pages in each; a third of the names with other letters.
static int
setup(void **state)
{
    static const char *const init[] = { "init", "true", NULL };
    pages_kit_t *kit = kit_prepare(init);
    char folder[512] = "", name[64];
    make_folder(kit, "notes");
    write_page(kit, "", "home");
    for (int i = 0; i < PAGES; i++) {
        snprintf(name, sizeof name, i % 3? "some words about %04d": "Übers Überqueren %04d", i);
        write_page(kit, "notes/", name);
    }
    for (int depth = 0; depth < DEPTH; depth++) {
        size_t used = strlen(folder);
        snprintf(folder + used, sizeof folder - used, "chapter number %d", depth);
        make_folder(kit, folder);
        snprintf(folder + strlen(folder), sizeof folder - strlen(folder), "/");
        for (int i = 0; i < BESIDE; i++) {
            snprintf(name, sizeof name, "page %02d of it", i);
            write_page(kit, folder, name);
        }
    }
    kit_start(kit);
    *state = kit;
    return 0;
}

static void
assert_light(pages_kit_t *kit, const char *url)
{
    assert_int_equal(kit_get(kit, url), 200);
    const char *article = strstr(kit->body, "<article");
    assert_non_null(article);
    size_t size = (size_t)(article - kit->body);
    if (size >= FRAME || packed(kit->body, size) >= FRAME_PACKED)
        fail_msg("%s: %zu bytes before the article, %zu packed", url, size, packed(kit->body, size));
    assert_true(kit_shows(kit, "<nav class=\"tree\""));
}

static void
test_the_frame_of_a_page_is_light_however_large_the_wiki(void **state)
{
    pages_kit_t *kit = *state;
    assert_light(kit, "/");
    assert_light(kit, "/notes/some%20words%20about%201000");
    assert_light(kit, "/notes/%C3%BCbers%20%C3%BCberqueren%200999");
    for (int depth = 1; depth <= DEPTH; depth++) {
        char *url = arena_printf(&kit->arena, "%s", "");
        for (int i = 0; i < depth; i++)
            url = arena_printf(&kit->arena, "%s/chapter%%20number%%20%d", url, i);
        assert_light(kit, arena_printf(&kit->arena, "%s/page%%2030%%20of%%20it", url));
    }
}

static void
test_the_tree_still_shows_what_is_around(void **state)
{
    pages_kit_t *kit = *state;
    size_t entries = 0;
    assert_int_equal(kit_get(kit, "/notes/some%20words%20about%201000"), 200);
    assert_true(kit_shows(kit, "<a href=\"/notes/some%20words%20about%201000\" aria-current=\"page\">"));
    assert_true(kit_shows(kit, "Chapter Number 0</a>"));
    for (const char *at = kit->body; (at = strstr(at, "<li")); at++)
        entries++;
    assert_in_range(entries, 100, 210);
}

static size_t
asset(const char *name)
{
    size_t size = 0;
    const char *bytes = site_asset(name, &size);
    assert_non_null(bytes);
    return packed(bytes, size);
}

static void
test_style_and_scripts_are_light(void **state)
{
    (void)state;
    assert_in_range(asset("style.css"), 1, 12 * 1000);
    assert_in_range(asset("edit.js"), 1, 5 * 1000);
}

static int
by_size(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return left < right? 1: left > right? -1: 0;
}

// code.js loads no more than MOST_FILES languages for a page: the largest are counted here.
static void
test_a_reading_page_has_at_most_25_kb_of_script(void **state)
{
    enum { MOST_FILES = 8 };
    size_t sizes[64], count = 0, total = asset("script.js") + asset("code.js") + asset("prism-core.min.js");
    total += asset("theme.js") + asset("palette.js");
    size_t size = 0;
    const char *loader = site_asset("code.js", &size);
    (void)state;
    assert_non_null(strstr(loader, "MOST_FILES = 8,"));
    for (const ui_file_t *file = ui_files; file->name; file++)
        if (strncmp(file->name, "prism-", 6) == 0 && strcmp(file->name, "prism-core.min.js") != 0)
            sizes[count++] = packed(file->bytes, file->size);
    assert_in_range(count, 25, 64);
    qsort(sizes, count, sizeof *sizes, by_size);
    for (size_t i = 0; i < MOST_FILES; i++)
        total += sizes[i];
    assert_in_range(total, 1, 25 * 1000);
}

// Each language that the loader knows is there, and each that is there is known.
static void
test_the_loader_knows_the_languages_that_are_there(void **state)
{
    char needed[64];
    size_t size = 0;
    const char *loader = site_asset("code.js", &size);
    (void)state;
    for (const ui_file_t *file = ui_files; file->name; file++) {
        int name = (int)strcspn(file->name, ".");
        if (strncmp(file->name, "prism-", 6) != 0 || strcmp(file->name, "prism-core.min.js") == 0)
            continue;
        const char *quote = memchr(file->name + 6, '-', (size_t)name - 6)? "\"": "";
        snprintf(needed, sizeof needed, " %s%.*s%s: [", quote, name - 6, file->name + 6, quote);
        if (!strstr(loader, needed))
            fail_msg("code.js does not know %s", needed);
    }
}

// A list of all pages comes in parts that a browser can take.
static void
test_the_index_of_many_pages_comes_in_parts(void **state)
{
    pages_kit_t *kit = *state;
    size_t entries = 0, parts = 0;
    const char *url = "/-/index";
    while (url && parts < 20) {
        assert_int_equal(kit_get(kit, url), 200);
        assert_true(kit->size < 256 * 1024);
        for (const char *at = strstr(kit->body, "<section class=\"letter\">"); at && (at = strstr(at, "<li>")); at++)
            entries++;
        const char *next = strstr(kit->body, "rel=\"next\"");
        while (next && strncmp(next, "href=\"", 6) != 0)
            next--;
        url = next? arena_printf(&kit->arena, "/-/index%.*s", (int)strcspn(next + 6, "\""), next + 6): NULL;
        char *joint = url? strstr(url, "&amp;"): NULL;
        if (joint)
            memmove(joint + 1, joint + 5, strlen(joint + 5) + 1);
        parts++;
    }
    assert_int_equal(entries, PAGES + DEPTH * BESIDE + 1);
    assert_in_range(parts, 3, 10);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_frame_of_a_page_is_light_however_large_the_wiki),
        cmocka_unit_test(test_the_tree_still_shows_what_is_around),
        cmocka_unit_test(test_style_and_scripts_are_light),
        cmocka_unit_test(test_a_reading_page_has_at_most_25_kb_of_script),
        cmocka_unit_test(test_the_loader_knows_the_languages_that_are_there),
        cmocka_unit_test(test_the_index_of_many_pages_comes_in_parts),
    };
    return cmocka_run_group_tests(tests, setup, kit_tear_down);
}
