// The edge over real sockets: which answers are kept, and how long
#include "edge_kit.h"

#include <zlib.h>

#include "../gateway/gzip.h"

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

// The body of an answer with "Content-Encoding: gzip".
static void
unpack(const answer_t *answer, char *text, size_t room)
{
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)answer->body, .next_out = (Bytef *)text,
                        .avail_out = (uInt)room - 1 };
    stream.avail_in = (uInt)strtoul(header(answer, "\ncontent-length:"), NULL, 10);
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    text[stream.total_out] = '\0';
    inflateEnd(&stream);
}

static void
etag_of(const answer_t *answer, char etag[64])
{
    const char *found = header(answer, "\netag: ");
    assert_non_null(found);
    snprintf(etag, 64, "%.*s", (int)strcspn(found, "\r"), found);
}

#define GZIP "Accept-Encoding: br, gzip\r\n"

static void
test_text_is_compressed_for_who_takes_it(void **state)
{
    kit_t *kit = *state;
    char text[16384], etag[64], packed_etag[64];
    answer_t plain = ask(kit, "GET /page/long HTTP/1.1\r\n" HOST "\r\n");
    etag_of(&plain, etag);
    assert_null(header(&plain, "\ncontent-encoding"));
    assert_non_null(header(&plain, "\nvary: Accept-Encoding"));
    for (int i = 0; i < 2; i++) {               // made, then kept
        answer_t packed = ask(kit, "GET /page/long HTTP/1.1\r\n" HOST GZIP "\r\n");
        assert_non_null(header(&packed, "\ncontent-encoding: gzip"));
        assert_non_null(header(&packed, "\nvary: Accept-Encoding"));
        assert_non_null(header(&packed, "\ncontent-security-policy: "));
        assert_true(strtoul(header(&packed, "\ncontent-length:"), NULL, 10) < strlen(plain.body) / 4);
        unpack(&packed, text, sizeof text);
        assert_string_equal(text, plain.body);
        etag_of(&packed, packed_etag);
        assert_string_not_equal(packed_etag, etag);
    }
    assert_string_equal(ask(kit, "GET /page/long HTTP/1.1\r\n" HOST "\r\n").body, plain.body);
    answer_t refused = ask(kit, "GET /page/long HTTP/1.1\r\n" HOST "Accept-Encoding: gzip;q=0\r\n\r\n");
    assert_string_equal(refused.body, plain.body);
    assert_int_equal(atomic_load(&kit->asked), 1);
}

static void
test_each_coding_has_its_own_entity_tag(void **state)
{
    kit_t *kit = *state;
    char etag[64], text[512];
    for (int i = 0; i < 4; i++) {               // asked plain and compressed, then kept
        const char *coding = i % 2? GZIP: "";
        snprintf(text, sizeof text, "GET /page/long HTTP/1.1\r\n" HOST "%s\r\n", coding);
        answer_t answer = ask(kit, text);
        etag_of(&answer, etag);
        snprintf(text, sizeof text, "GET /page/long HTTP/1.1\r\n" HOST "%sIf-None-Match: %s\r\n\r\n", coding, etag);
        int fd = dial(kit);
        say(fd, text);
        answer = hear(fd, true);
        assert_int_equal(answer.status, 304);
        assert_non_null(header(&answer, "\nvary: Accept-Encoding"));
        close(fd);
        snprintf(text, sizeof text, "GET /page/long HTTP/1.1\r\n" HOST "%sIf-None-Match: %s\r\n\r\n",
                 i % 2? "": GZIP, etag);
        assert_int_equal(ask(kit, text).status, 200);       // the tag of the other coding
        if (i == 1)
            start(kit, kit->endpoint, PATIENCE_S * 1000, PATIENCE_S * 1000);
    }
}

static void
test_what_is_small_or_no_text_is_not_compressed(void **state)
{
    kit_t *kit = *state;
    answer_t answer = ask(kit, "GET /page HTTP/1.1\r\n" HOST GZIP "\r\n");
    assert_null(header(&answer, "\ncontent-encoding"));
    assert_null(header(&answer, "\nvary"));
    answer = ask(kit, "GET /image/long HTTP/1.1\r\n" HOST GZIP "\r\n");
    assert_null(header(&answer, "\ncontent-encoding"));
    start_with(kit, (http_options_t){ .plain = true });
    answer = ask(kit, "GET /page/long HTTP/1.1\r\n" HOST GZIP "\r\n");
    assert_null(header(&answer, "\ncontent-encoding"));
    assert_null(header(&answer, "\nvary"));
}

static void
test_codings_that_a_client_takes(void **state)
{
    (void)state;
    static const char *const yes[] = { "gzip", "GZip", "br, gzip", "deflate,gzip;q=0.5", "*", "gzip; q=0.001",
                                       "identity;q=0, *;q=1", " gzip ,", "gzip;q=1.0,*;q=0" };
    static const char *const no[] = { "", "br", "gzip;q=0", "gzip;q=0.000, *", "xgzip", "gzipx", "*;q=0", ",,,",
                                      "identity", "br;q=1.0, deflate", "gzip ; q=0" };
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(gzip_allowed(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(gzip_allowed(no[i]));
}

static void
test_part_is_not_taken_from_what_is_kept(void **state)
{
    kit_t *kit = *state;
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\n\r\n");
    assert_int_equal(atomic_load(&kit->asked), 2);
    answer_t answer = ask(kit, "GET /part HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\n" GZIP "\r\n");
    assert_int_equal(answer.status, 206);
    assert_null(header(&answer, "\ncontent-encoding"));
    assert_int_equal(ask(kit, "HEAD /part HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\n\r\n").status, 200);
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
        TEST(test_text_is_compressed_for_who_takes_it),
        TEST(test_each_coding_has_its_own_entity_tag),
        TEST(test_what_is_small_or_no_text_is_not_compressed),
        TEST(test_part_is_not_taken_from_what_is_kept),
        TEST(test_codings_that_a_client_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
