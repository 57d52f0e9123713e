// The render actor, message in and message out.
#include "../actors/render/actor.h"
#include "unit.h"

static int
setup(void **state)
{
    return render_actor.open(state, NULL) == OK? 0: -1;
}

static int
teardown(void **state)
{
    render_actor.close(state);
    return 0;
}

// Asks for a page; `text` NULL: without one.
static msg_t *
ask(void *actor, const render_page_req_t *req, const char *text, size_t size)
{
    msg_t *request = msg_new_req(&call_render_page, req, NULL, msg_clock_ms() + 10000);
    assert_non_null(request);
    zframe_t *blob = text? zframe_new(text, size): NULL;
    if (blob)
        msg_add_blob(request, &blob);
    return actor_dispatch(&render_actor, actor, &request);
}

static void
test_a_page_becomes_html_with_its_reports(void **state)
{
    const render_page_req_t req = { .page = "a/b", .blob = "0123", .style = { .new_tab = true } };
    for (int round = 0; round < 2; round++) {   // the second one comes from the cache
        msg_t *reply = ask(*state, &req, "# T\n[[x]] ![](./y.png)", 22);
        render_page_rep_t rep;
        assert_int_equal(msg_read_rep(reply, &call_render_page, &rep), OK);
        assert_string_equal(rep.title, "T");
        assert_true(rep.titled);
        assert_int_equal(rep.headings_count, 1);
        assert_string_equal(rep.headings[0].id, "t");
        assert_int_equal(rep.headings[0].end, 22);
        assert_int_equal(rep.links_count, 2);
        assert_string_equal(rep.links[1].target, "a/b/y.png");
        assert_true(rep.links[1].image);
        const char *html = (const char *)zframe_data(msg_blob(reply, 0));
        assert_memory_equal(html + rep.links[0].offset - 2, "<a href=\"/x\"", 12);
        msg_destroy(&reply);
    }
}

static void
test_an_empty_page_is_a_page(void **state)
{
    const render_page_req_t req = { .page = "" };
    msg_t *reply = ask(*state, &req, "", 0);
    assert_int_equal(msg_code(reply), OK);
    assert_int_equal(zframe_size(msg_blob(reply, 0)), 0);
    msg_destroy(&reply);
}

static void
test_a_request_without_text_is_invalid(void **state)
{
    const render_page_req_t req = { .page = "a" };
    msg_t *reply = ask(*state, &req, NULL, 0);
    assert_int_equal(msg_code(reply), INVALID);
    msg_destroy(&reply);
}

static void
test_text_that_is_not_utf8_is_unsupported(void **state)
{
    const render_page_req_t req = { .page = "a", .blob = "01" };
    msg_t *reply = ask(*state, &req, "\xff", 1);
    assert_int_equal(msg_code(reply), UNSUPPORTED);
    msg_destroy(&reply);
}

// As many links and headings as are reported at all, and the answer is still within BODY_BYTES.
static void
test_the_largest_report_fits_an_answer(void **state)
{
    const render_page_req_t req = { .page = "a" };
    size_t room = 1 << 20, size = 0;
    char *text = malloc(room);
    assert_non_null(text);
    for (int i = 0; i < LIMIT_LINKS; i++)
        size += (size_t)snprintf(text + size, room - size, "# %0*d [[%0*d]]\n\n", 50 + i % 20, i, 60 + i % 40, i);
    msg_t *reply = ask(*state, &req, text, size);
    render_page_rep_t rep;
    assert_int_equal(msg_read_rep(reply, &call_render_page, &rep), OK);
    assert_true(rep.cut);
    msg_destroy(&reply);
    free(text);
}

static void
test_links_are_rewritten_on_request(void **state)
{
    page_move_t move = { .from = "a", .to = "B c" };
    const render_rewrite_req_t req = { .page = "x", .moves = &move, .moves_count = 1 };
    static const char *const texts[] = { "[[T|a]] [[A]]", "[[T|d]]" };
    for (size_t i = 0; i < 2; i++) {
        msg_t *request = msg_new_req(&call_render_rewrite, &req, NULL, msg_clock_ms() + 10000);
        zframe_t *blob = zframe_new(texts[i], strlen(texts[i]));
        msg_add_blob(request, &blob);
        msg_t *reply = actor_dispatch(&render_actor, *state, &request);
        render_rewrite_rep_t rep;
        assert_int_equal(msg_read_rep(reply, &call_render_rewrite, &rep), OK);
        assert_int_equal(rep.count, i == 0? 2: 0);
        assert_int_equal(msg_blob_count(reply), i == 0);
        if (i == 0)
            assert_memory_equal(zframe_data(msg_blob(reply, 0)), "[[T|b c]] [[B c]]", 17);
        msg_destroy(&reply);
    }
}

static void
test_a_section_is_found_on_request(void **state)
{
    static const char text[] = "# A\n## B\nx\n# C\n## B\n";
    static const struct { const char *section; bool found, several; size_t rows; } cases[] = {
        { "a > b", true, false, 0 }, { "b-1", true, false, 0 }, { "B", false, true, 2 }, { "x", false, false, 4 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const render_section_req_t req = { .section = cases[i].section, .blob = "02" };
        msg_t *request = msg_new_req(&call_render_section, &req, NULL, msg_clock_ms() + 10000);
        zframe_t *blob = zframe_new(text, strlen(text));
        msg_add_blob(request, &blob);
        msg_t *reply = actor_dispatch(&render_actor, *state, &request);
        render_section_rep_t rep;
        assert_int_equal(msg_read_rep(reply, &call_render_section, &rep), OK);
        assert_int_equal(rep.found, cases[i].found);
        assert_int_equal(rep.several, cases[i].several);
        assert_int_equal(rep.rows_count, cases[i].rows);
        if (i == 0) {
            assert_string_equal(rep.path, "A > B");
            assert_int_equal(rep.heading.start, 4);
            assert_int_equal(rep.heading.end, 11);
            assert_int_equal(rep.heading.last_line, 3);
        }
        if (i == 2)
            assert_string_equal(rep.rows[1].path, "C > B");
        msg_destroy(&reply);
    }
}

static void
test_the_text_for_search_comes_beside_the_html_on_request(void **state)
{
    for (int wanted = 1; wanted >= 0; wanted--) {
        const render_page_req_t req = { .page = "a", .blob = "03", .text = wanted };
        msg_t *reply = ask(*state, &req, "*b*", 3);
        assert_int_equal(msg_blob_count(reply), 1 + wanted);
        if (wanted)
            assert_memory_equal(zframe_data(msg_blob(reply, 1)), "b\n", 2);
        msg_destroy(&reply);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_page_becomes_html_with_its_reports, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_page_is_a_page, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_request_without_text_is_invalid, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text_that_is_not_utf8_is_unsupported, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_largest_report_fits_an_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links_are_rewritten_on_request, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_section_is_found_on_request, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_text_for_search_comes_beside_the_html_on_request, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
