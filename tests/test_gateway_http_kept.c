// The edge over real sockets: which answers are kept, and how long
#include "edge_kit.h"

static void
test_head_has_the_length_and_no_body(void **state)
{
    kit_t *kit = *state;
    int fd = dial(kit);
    for (int i = 0; i < 3; i++) {               // asked, then kept
        say(fd, "HEAD /page HTTP/1.1\r\n" HOST "\r\n");
        answer_t answer = hear(fd, true);
        assert_int_equal(answer.status, 200);
        assert_int_equal(strtol(header(&answer, "\ncontent-length:"), NULL, 10), strlen("GET /page ? 0 c1 "));
    }
    close(fd);
    assert_int_equal(atomic_load(&kit->asked), 1);
}

static void
test_kept_answer_is_the_same_and_asks_nobody(void **state)
{
    kit_t *kit = *state;
    answer_t first = ask(kit, "GET /page?a HTTP/1.1\r\n" HOST "\r\n");
    answer_t second = ask(kit, "GET /page?a HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
    assert_int_equal(atomic_load(&kit->asked), 1);
    assert_string_equal(first.body, second.body);
    assert_string_equal(ask(kit, "GET /page?b HTTP/1.1\r\n" HOST "\r\n").body, "GET /page ?b 0 c1 ");
    assert_int_equal(ask(kit, "GET /page?a HTTP/1.1\r\n" HOST "Authorization: x\r\n\r\n").status, 200);
    assert_int_equal(atomic_load(&kit->asked), 3);
}

static void
test_known_entity_tag_is_not_modified(void **state)
{
    kit_t *kit = *state;
    char text[512];
    answer_t answer = ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    const char *etag = header(&answer, "\netag: ");
    assert_non_null(etag);
    snprintf(text, sizeof text, "GET /page HTTP/1.1\r\n" HOST "If-None-Match: \"x\", W/%.*s\r\n\r\n",
             (int)strcspn(etag, "\r"), etag);
    for (int i = 0; i < 2; i++) {               // kept, then not
        int fd = dial(kit);
        say(fd, text);
        answer_t same = hear(fd, true);
        assert_int_equal(same.status, 304);
        assert_non_null(header(&same, "\netag: "));
        assert_non_null(header(&same, "\ncache-control: no-cache"));
        say(fd, "GET /x HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(hear(fd, false).status, 200);      // nothing of a body in between
        close(fd);
        start(kit, kit->endpoint, PATIENCE_S * 1000, PATIENCE_S * 1000);
    }
    assert_int_equal(ask(kit, "GET /page HTTP/1.1\r\n" HOST "If-None-Match: \"x\"\r\n\r\n").status, 200);
}

static void
test_who_saved_reads_what_was_saved(void **state)
{
    for (int i = 1; i < 20; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "GET /page ? 0 c%d ", i);
        assert_string_equal(ask(*state, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, wanted);
        assert_string_equal(ask(*state, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, wanted);
        assert_int_equal(ask(*state, "POST /save HTTP/1.1\r\n" HOST "\r\n").status, 303);
    }
}

static void
test_event_of_a_moved_head_empties_the_cache(void **state)
{
    kit_t *kit = *state;
    store_moved_evt_t moved = { .commit = "c2" };
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    atomic_store(&kit->commit, 2);
    int64_t end = msg_clock_ms() + PATIENCE_S * 1000;
    answer_t answer;
    do {
        msg_t *event = msg_new_evt(&event_store_moved, &moved);
        if (msg_send(&event, kit->publisher) != OK)
            msg_destroy(&event);
        answer = ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    } while (strcmp(answer.body, "GET /page ? 0 c2 ") != 0 && msg_clock_ms() < end);
    assert_string_equal(answer.body, "GET /page ? 0 c2 ");
}

static void
test_head_that_moved_unheard_is_noticed(void **state)
{
    kit_t *kit = *state;
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    atomic_store(&kit->commit, 2);
    int64_t start = msg_clock_ms();
    while (strcmp(ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, "GET /page ? 0 c2 ") != 0)
        assert_true(msg_clock_ms() - start < PATIENCE_S * 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_head_has_the_length_and_no_body),
        TEST(test_kept_answer_is_the_same_and_asks_nobody),
        TEST(test_known_entity_tag_is_not_modified),
        TEST(test_who_saved_reads_what_was_saved),
        TEST(test_event_of_a_moved_head_empties_the_cache),
        TEST(test_head_that_moved_unheard_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
