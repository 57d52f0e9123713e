// Rules of forms with files: contents to the byte, names as browsers write them, and nothing malformed gets through
#include "unit.h"

#include "../gateway/multipart.h"

#define TYPE "multipart/form-data; boundary=X"
#define HEAD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_HEAD(file) "Content-Disposition: form-data; name=\"file\"; filename=\"" file "\"\r\n\r\n"

typedef struct {
    arena_t arena;
    multipart_t form;
    char *body;                                 // exactly as large as it is, so that one byte too many is seen
} kit_t;

static int
setup(void **state)
{
    *state = calloc(1, sizeof(kit_t));
    return *state? 0: -1;
}

static int
teardown(void **state)
{
    kit_t *kit = *state;
    arena_clear(&kit->arena);
    free(kit->body);
    free(kit);
    return 0;
}

static code_t
parse_bytes(kit_t *kit, const char *type, const char *body, size_t size)
{
    free(kit->body);
    kit->body = malloc(size? size: 1);
    assert_non_null(kit->body);
    memcpy(kit->body, body, size);
    return multipart_parse(&kit->form, &kit->arena, type, kit->body, size);
}

static code_t
parse(kit_t *kit, const char *body)
{
    return parse_bytes(kit, TYPE, body, strlen(body));
}

static void
assert_part(const kit_t *kit, size_t i, const char *name, const char *content)
{
    assert_true(i < kit->form.count);
    assert_string_equal(kit->form.parts[i].name, name);
    assert_int_equal(kit->form.parts[i].size, strlen(content));
    assert_memory_equal(kit->form.parts[i].bytes, content, strlen(content));
}

static void
test_fields_and_files_come_in_their_order(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(parse(kit, "--X\r\n" HEAD("message") "why\r\n--X\r\n"
                                "Content-Disposition: form-data; name=\"file\"; filename=\"a b.png\"\r\n"
                                "Content-Type: image/png\r\n\r\nPNG\r\n\r\n--X\r\n"
                                FILE_HEAD("") "\r\n--X--\r\n"), OK);
    assert_int_equal(kit->form.count, 3);
    assert_part(kit, 0, "message", "why");
    assert_null(kit->form.parts[0].file);
    assert_part(kit, 1, "file", "PNG\r\n");
    assert_string_equal(kit->form.parts[1].file, "a b.png");
    assert_part(kit, 2, "file", "");
    assert_string_equal(kit->form.parts[2].file, "");
}

static void
test_content_is_any_bytes(void **state)
{
    kit_t *kit = *state;
    static const char body[] = "--X\r\n" FILE_HEAD("x") "\0\xff--X\n--X\r--X\r\n-X\r\n--\r\n--X--";
    assert_int_equal(parse_bytes(kit, TYPE, body, sizeof body - 1), OK);
    assert_int_equal(kit->form.parts[0].size, 21);
    assert_memory_equal(kit->form.parts[0].bytes, "\0\xff--X\n--X\r--X\r\n-X\r\n--", 21);
}

static void
test_a_view_lies_in_the_body(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(parse(kit, "--X\r\n" FILE_HEAD("x") "12345\r\n--X--"), OK);
    const char *bytes = kit->form.parts[0].bytes;
    assert_in_range((uintptr_t)bytes, (uintptr_t)kit->body, (uintptr_t)kit->body + 100);
    assert_memory_equal(bytes, "12345", 5);
}

static void
test_what_surrounds_the_parts_is_passed_over(void **state)
{
    kit_t *kit = *state;
    assert_int_equal(parse(kit, "preamble --X\r\n--X \t\r\n" HEAD("a") "1\r\n"
                                "--X  \r\n" HEAD("b") "2\r\n--X--epilogue"), OK);
    assert_int_equal(kit->form.count, 2);
    assert_part(kit, 1, "b", "2");
    assert_int_equal(parse(kit, "--X--"), OK);
    assert_int_equal(kit->form.count, 0);
}

static void
test_names_are_read_as_browsers_write_them(void **state)
{
    static const char *const names[][2] = {
        { "\"a%22b.png\"", "a\"b.png" }, { "\"a\\\"b.png\"", "a\"b.png" }, { "\"C:\\\\x\\y.png\"", "C:\\\\x\\y.png" },
        { "\"50%25.png\"", "50%25.png" }, { "plain.png", "plain.png" }, { "\"a;b=c\"", "a;b=c" },
        { "\"%0d%0Ax\"", "\r\nx" }, { "\"Grüße 漢.png\"", "Grüße 漢.png" },
    };
    kit_t *kit = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *body = arena_printf(&kit->arena, "--X\r\ncontent-DISPOSITION:form-data;name=f;filename=%s ; x=y;"
                                        "\r\n\r\n.\r\n--X--", names[i][0]);
        assert_int_equal(parse(kit, body), OK);
        assert_string_equal(kit->form.parts[0].file, names[i][1]);
        assert_string_equal(kit->form.parts[0].name, "f");
    }
}

static void
test_boundaries_are_those_of_the_rfc(void **state)
{
    static const char *const good[][2] = {
        { "multipart/form-data; boundary=\"a b:c\"", "--a b:c" },
        { "Multipart/Form-Data;charset=x;BOUNDARY=a'()", "--a'()" },
        { "multipart/form-data; boundary=----WebKitFormBoundaryxyz", "------WebKitFormBoundaryxyz" },
    };
    static const char *const bad[] = {
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a\xc3\xbc\"",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a; boundary=b",
        "multipart/mixed; boundary=X",
        "multipart/form-data; boundary=\"X", "multipart/form-datax; boundary=X", "multipart/form-data boundary=X", NULL,
        "multipart/form-data; boundary=a123456789b123456789c123456789d123456789e123456789f123456789g123456789h",
    };
    static const char body[] = "--X\r\n" HEAD("a") "1\r\n--X--";
    kit_t *kit = *state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const char *text = arena_printf(&kit->arena, "%s\r\n" HEAD("a") "1\r\n%s--\r\n", good[i][1], good[i][1]);
        assert_int_equal(parse_bytes(kit, good[i][0], text, strlen(text)), OK);
        assert_part(kit, 0, "a", "1");
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(parse_bytes(kit, bad[i], body, sizeof body - 1), INVALID);
}

static void
test_what_is_malformed_is_refused(void **state)
{
    static const char *const bodies[] = {
        "", "no delimiter", "--X", "--X\r\n", "--X\n" HEAD("a") "1\r\n--X--", "--X\r\n" HEAD("a") "1",
        "--X\r\n" HEAD("a") "1\r\n--X", "--X\r\n" HEAD("a") "1\r\n--Xy\r\n--X--", "--X\r\n" HEAD("a") "1\n--X--",
        "--X\r\n\r\n1\r\n--X--", "--X\r\nContent-Type: text/plain\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: form-data\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n"
        HEAD("a") "1\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"a\" b\r\n\r\n1\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--X--",
        "--X\r\nno colon\r\n" HEAD("a") "1\r\n--X--", "--X\r\n: x\r\n" HEAD("a") "1\r\n--X--",
        "--X\r\nContent-Transfer-Encoding: base64\r\n" HEAD("a") "MQ==\r\n--X--",
    };
    kit_t *kit = *state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        if (parse(kit, bodies[i]) != INVALID)
            fail_msg("%s", bodies[i]);
    static const char nul[] = "--X\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n1\r\n--X--";
    assert_int_equal(parse_bytes(kit, TYPE, nul, sizeof nul - 1), INVALID);
}

static void
test_parts_and_their_headers_are_bounded(void **state)
{
    kit_t *kit = *state;
    char body[16384] = "";
    for (int i = 0; i <= LIMIT_UPLOAD_PARTS; i++) {
        size_t size = strlen(body);
        if (i == LIMIT_UPLOAD_PARTS) {
            snprintf(body + size, sizeof body - size, "--X--");
            assert_int_equal(parse(kit, body), OK);
            assert_int_equal(kit->form.count, LIMIT_UPLOAD_PARTS);
        }
        snprintf(body + size, sizeof body - size, "--X\r\n" HEAD("a") "%d\r\n", i);
    }
    snprintf(body + strlen(body), sizeof body - strlen(body), "--X--");
    assert_int_equal(parse(kit, body), TOO_LARGE);
    snprintf(body, sizeof body, "--X\r\nX: %05000d\r\n" HEAD("a") "1\r\n--X--", 1);
    assert_int_equal(parse(kit, body), TOO_LARGE);
}

int
main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        RULE(test_fields_and_files_come_in_their_order),
        RULE(test_content_is_any_bytes),
        RULE(test_a_view_lies_in_the_body),
        RULE(test_what_surrounds_the_parts_is_passed_over),
        RULE(test_names_are_read_as_browsers_write_them),
        RULE(test_boundaries_are_those_of_the_rfc),
        RULE(test_what_is_malformed_is_refused),
        RULE(test_parts_and_their_headers_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
