// The codec: what goes in comes out, and what is malformed is refused without reading past its end.
#include "../proto/contract.h"
#include "../proto/record.h"
#include "sample.h"
#include "unit.h"

enum { RECORD_SIZE_MAX = 1024 };

// Bytes in a heap block of exactly their size, so that AddressSanitizer sees one byte too many.
static code_t
decode_exact(const schema_t *schema, const void *bytes, size_t size, arena_t *arena, void *record)
{
    uint8_t *block = malloc(size? size: 1);
    assert_non_null(block);
    memcpy(block, bytes, size);
    code_t code = record_decode(schema, block, size, arena, record, NULL);
    free(block);
    return code;
}

static void
test_every_record_survives_a_round_trip(void **state)
{
    (void)state;
    for (const schema_t *const *schema = contract_schemas(); *schema; schema++) {
        arena_t arena = { 0 };
        void *record = arena_alloc(&arena, (*schema)->size), *again = arena_alloc(&arena, (*schema)->size);
        sample_fill(*schema, &arena, record, 3);
        uint8_t *bytes = NULL, *bytes_again = NULL;
        size_t size = 0, size_again = 0;
        assert_int_equal(record_encode(*schema, record, &bytes, &size), OK);
        assert_int_equal(decode_exact(*schema, bytes, size, &arena, again), OK);
        assert_int_equal(record_encode(*schema, again, &bytes_again, &size_again), OK);
        assert_int_equal(size, size_again);
        assert_memory_equal(bytes, bytes_again, size);
        free(bytes);
        free(bytes_again);
        arena_clear(&arena);
    }
}

static void
test_every_prefix_of_a_record_is_refused(void **state)
{
    (void)state;
    for (const schema_t *const *schema = contract_schemas(); *schema; schema++) {
        arena_t arena = { 0 };
        void *record = arena_alloc(&arena, (*schema)->size), *again = arena_alloc(&arena, (*schema)->size);
        sample_fill(*schema, &arena, record, 2);
        uint8_t *bytes = NULL;
        size_t size = 0;
        assert_int_equal(record_encode(*schema, record, &bytes, &size), OK);
        for (size_t cut = 0; cut < size; cut++)
            assert_int_equal(decode_exact(*schema, bytes, cut, &arena, again), INVALID);
        free(bytes);
        arena_clear(&arena);
    }
}

static void
test_absent_strings_are_empty_and_never_null(void **state)
{
    (void)state;
    arena_t arena = { 0 };
    store_head_req_t head;
    assert_int_equal(decode_exact(&store_head_req_schema, "\x80", 1, &arena, &head), OK);
    assert_string_equal(head.caller.name, "");
    assert_string_equal(head.caller.wiki, "");
    arena_clear(&arena);
}

static void
test_null_strings_encode_as_empty(void **state)
{
    (void)state;
    store_read_req_t read = { .path = NULL };
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(record_encode(&store_read_req_schema, &read, &bytes, &size), OK);
    assert_int_equal(size, 7);                  // {"path": ""}: optional fields that are zero stay out
    free(bytes);
}

static void
test_unknown_keys_are_ignored(void **state)
{
    (void)state;
    arena_t arena = { 0 };
    sys_ping_req_t ping;
    const char body[] = "\x82\xa3new\x93\x01\xa1x\x80\xa4text\xa2hi";
    assert_int_equal(decode_exact(&sys_ping_req_schema, body, sizeof body - 1, &arena, &ping), OK);
    assert_string_equal(ping.text, "hi");
    arena_clear(&arena);
}

typedef struct {
    const char *rule;
    const char *bytes;
    size_t size;
} refusal_t;
#define REFUSED(rule, bytes) { rule, bytes, sizeof bytes - 1 }

static const refusal_t refusals[] = {
    REFUSED("nothing", ""),
    REFUSED("no map", "\x93\x01\x02\x03"),
    REFUSED("five bytes that promise four billion pairs", "\xdf\xff\xff\xff\xff"),
    REFUSED("five bytes that promise four billion elements", "\x81\xa4text\xdd\xff\xff\xff\xff"),
    REFUSED("a string longer than the bytes that are left", "\x81\xa4text\xdb\x7f\xff\xff\xff" "a"),
    REFUSED("a key that is no string", "\x81\x01\x01"),
    REFUSED("a key that comes twice", "\x82\xa4text\xa1" "a\xa4text\xa1" "b"),
    REFUSED("a string with a NUL", "\x81\xa4text\xa3" "a\0b"),
    REFUSED("a string that is not UTF-8", "\x81\xa4text\xa2\xc3\x28"),
    REFUSED("a number where a string belongs", "\x81\xa4text\x05"),
    REFUSED("a string over its limit", "\x81\xa4text\xd9\x41"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    REFUSED("bytes after the map", "\x80\x80"),
    REFUSED("the format that is never used", "\x81\xa4text\xc1"),
    REFUSED("unknown keys nested too deep", "\x81\xa1x\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x01"),
};

static void
test_malformed_bodies_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        arena_t arena = { 0 };
        sys_ping_req_t ping;
        code_t code = decode_exact(&sys_ping_req_schema, refusals[i].bytes, refusals[i].size, &arena, &ping);
        if (code != INVALID)
            fail_msg("accepted: %s", refusals[i].rule);
        arena_clear(&arena);
    }
}

static void
test_a_missing_required_field_is_refused(void **state)
{
    (void)state;
    arena_t arena = { 0 };
    store_read_req_t read;
    const char *why = NULL;
    assert_int_equal(record_decode(&store_read_req_schema, (const uint8_t *)"\x80", 1, &arena, &read, &why), INVALID);
    assert_string_equal(why, "a required field is missing");
    arena_clear(&arena);
}

static void
test_what_is_over_a_limit_is_not_sent(void **state)
{
    (void)state;
    char text[66] = { 0 };
    memset(text, 'a', 65);
    sys_ping_req_t ping = { .text = text };
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(record_encode(&sys_ping_req_schema, &ping, &bytes, &size), TOO_LARGE);
    text[64] = '\0';
    assert_int_equal(record_encode(&sys_ping_req_schema, &ping, &bytes, &size), OK);
    free(bytes);
}

static void
test_a_body_over_its_limit_is_not_sent(void **state)
{
    (void)state;
    arena_t arena = { 0 };
    store_exists_req_t exists = { .paths_count = LIMIT_LINKS };
    exists.paths = arena_alloc(&arena, LIMIT_LINKS * sizeof *exists.paths);
    char path[201];
    memset(path, 'p', 200);
    path[200] = '\0';
    for (size_t i = 0; i < LIMIT_LINKS; i++)
        exists.paths[i] = path;
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(record_encode(&store_exists_req_schema, &exists, &bytes, &size), TOO_LARGE);
    arena_clear(&arena);
}

static void
test_numbers_of_every_width_survive(void **state)
{
    (void)state;
    const int64_t numbers[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, INT32_MAX, INT64_MAX, -1, -32, -33, -128, -129,
                                -32768, -32769, INT32_MIN, INT64_MIN };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        arena_t arena = { 0 };
        rule_t rule = { .glob = "x", .rights = numbers[i] }, again;
        uint8_t *bytes = NULL;
        size_t size = 0;
        assert_int_equal(record_encode(&rule_schema, &rule, &bytes, &size), OK);
        assert_int_equal(decode_exact(&rule_schema, bytes, size, &arena, &again), OK);
        assert_true(again.rights == numbers[i]);
        free(bytes);
        arena_clear(&arena);
    }
}

static void
test_a_printed_record_cannot_steer_a_terminal(void **state)
{
    (void)state;
    char *text = record_print((const uint8_t *)"\x81\xa3k\x1bz\xa4\x1b[2J", 10);
    assert_string_equal(text, "{k\\x1bz=\"\\x1b[2J\"}");
    free(text);
}

static void
test_every_record_has_fewer_fields_than_the_decoder_counts(void **state)
{
    (void)state;
    for (const schema_t *const *schema = contract_schemas(); *schema; schema++) {
        size_t fields = 0;
        while ((*schema)->fields[fields].name)
            fields++;
        assert_in_range(fields, 1, 63);
        assert_in_range((*schema)->size, 1, RECORD_SIZE_MAX);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_record_survives_a_round_trip),
        cmocka_unit_test(test_every_prefix_of_a_record_is_refused),
        cmocka_unit_test(test_absent_strings_are_empty_and_never_null),
        cmocka_unit_test(test_null_strings_encode_as_empty),
        cmocka_unit_test(test_unknown_keys_are_ignored),
        cmocka_unit_test(test_malformed_bodies_are_refused),
        cmocka_unit_test(test_a_missing_required_field_is_refused),
        cmocka_unit_test(test_what_is_over_a_limit_is_not_sent),
        cmocka_unit_test(test_a_body_over_its_limit_is_not_sent),
        cmocka_unit_test(test_numbers_of_every_width_survive),
        cmocka_unit_test(test_a_printed_record_cannot_steer_a_terminal),
        cmocka_unit_test(test_every_record_has_fewer_fields_than_the_decoder_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
