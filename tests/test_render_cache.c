// The cache of rendered pages: what is asked for comes back, the oldest goes first, the bytes stay bounded.
#include "../actors/render/render_cache.h"
#include "render_kit.h"

enum { LIMIT = 8192 };

static const render_options_t plain = { .page = "a" };

static int
setup(void **state)
{
    *state = render_cache_new(LIMIT);
    return *state? 0: -1;
}

static int
teardown(void **state)
{
    render_cache_t *cache = *state;
    render_cache_destroy(&cache);
    return 0;
}

static bool
put(render_cache_t *cache, const char *blob, const render_options_t *options, const char *text)
{
    const render_t *kept = NULL;
    render_t page = kit_render(options, text);
    bool good = render_cache_put(cache, blob, options, &page, &kept);
    assert_int_equal(good, kept != NULL);
    render_clear(&page);
    return good;
}

static void
test_a_page_comes_back_for_the_same_place_and_style_only(void **state)
{
    assert_true(put(*state, "01", &plain, "# x [[y]]"));
    const render_t *page = render_cache_get(*state, "01", &plain);
    assert_non_null(page);
    assert_string_equal(page->headings[0].text, "x y");
    const render_options_t elsewhere = { .page = "b" };
    const render_options_t swapped = { .page = "a", .target_first = true };
    const render_options_t kept = { .page = "a", .naming = { .retain_case = true } };
    assert_null(render_cache_get(*state, "01", &elsewhere));
    assert_null(render_cache_get(*state, "01", &swapped));
    assert_null(render_cache_get(*state, "01", &kept));
    assert_null(render_cache_get(*state, "02", &plain));
}

static void
test_the_least_recently_used_goes_first(void **state)
{
    char blob[24];
    for (int i = 0; i < 1000; i++) {
        snprintf(blob, sizeof blob, "%d", i);
        assert_true(put(*state, blob, &plain, "some text"));
        assert_non_null(render_cache_get(*state, "0", &plain));
        assert_true(render_cache_bytes(*state) <= LIMIT);
    }
    assert_non_null(render_cache_get(*state, "999", &plain));
    assert_null(render_cache_get(*state, "1", &plain));
}

static void
test_a_page_that_would_fill_the_cache_is_not_kept(void **state)
{
    size_t size;
    char *text = kit_repeat("", "text ", 1000, "", &size);
    assert_true(put(*state, "1", &plain, "x"));
    assert_false(put(*state, "2", &plain, text));
    assert_non_null(render_cache_get(*state, "1", &plain));
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_page_comes_back_for_the_same_place_and_style_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_least_recently_used_goes_first, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_page_that_would_fill_the_cache_is_not_kept, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
