// Rules of attachments: stored together, replaced, renamed with the links to them, deleted; nothing is lost unseen
#include "pages_kit.h"

typedef struct { const char *name, *file, *bytes; size_t size; } sent_t;

static int
setup(void **state)
{
    pages_kit_t *kit = *state = kit_new_with(NULL);
    kit_save(kit, "/notes/bread", "# Bread\n\n![](./loaf.png) [x](/notes/bread/a/loaf.png)\n");
    return 0;
}

static int
send_form(pages_kit_t *kit, const char *path, const sent_t *parts, size_t count)
{
    http_header_t type = { "content-type", "multipart/form-data; boundary=frontier" };
    event_request_t request = { .method = "POST", .path = path, .headers = &type, .headers_count = 1 };
    size_t room = 64, used = 0;
    for (size_t i = 0; i < count; i++)
        room += parts[i].size + 256 + (parts[i].file? strlen(parts[i].file): 0);
    char *body = arena_alloc(&kit->arena, room);
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(body + used, room - used, "--frontier\r\nContent-Disposition: form-data; name=\"%s\""
                                 "%s%s%s\r\n\r\n", parts[i].name, parts[i].file? "; filename=\"": "",
                                 parts[i].file? parts[i].file: "", parts[i].file? "\"": "");
        memcpy(body + used, parts[i].bytes, parts[i].size);
        used += parts[i].size;
        used += (size_t)snprintf(body + used, room - used, "\r\n");
    }
    used += (size_t)snprintf(body + used, room - used, "--frontier--\r\n");
    return kit_send(kit, &request, body, used);
}

#define FIELD(name, text) { name, NULL, text, strlen(text) }
#define A_FILE(file, text) { "file", file, text, strlen(text) }
#define UPLOAD(kit, path, ...) upload(kit, path, (const sent_t[]){ __VA_ARGS__ }, \
                                      sizeof (const sent_t[]){ __VA_ARGS__ } / sizeof(sent_t))

// With the token in front, as the form has it.
static int
upload(pages_kit_t *kit, const char *path, const sent_t *parts, size_t count)
{
    sent_t all[16] = { FIELD("csrf_token", kit_token(kit)) };
    memcpy(all + 1, parts, count * sizeof *parts);
    return send_form(kit, path, all, count + 1);
}

static void
assert_file(pages_kit_t *kit, const char *url, const char *text)
{
    assert_int_equal(kit_get(kit, url), 200);
    assert_string_equal(kit->body, text);
}

static const char *
base_of(pages_kit_t *kit, const char *url)
{
    assert_int_equal(kit_get(kit, url), 200);
    return kit_hidden(kit, "revision");
}

static void
test_several_files_are_one_commit(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", FIELD("message", "two files"),
                            A_FILE("loaf.png", "PNG\r\n"),
                            A_FILE("C:\\dir\\recipe (1).txt", "flour"), { "file", "", "", 0 }), 303);
    assert_string_equal(kit_header(kit, "location"), "/notes/bread/attachments?notice=added");
    assert_int_equal(strlen(kit->reply.commit), 40);
    assert_file(kit, "/notes/bread/loaf.png", "PNG\r\n");
    assert_file(kit, "/notes/bread/a/recipe%20(1).txt", "flour");
    assert_int_equal(kit_get(kit, "/-/changelog"), 200);
    const char *at = strstr(kit->body, "two files");
    assert_non_null(at);
    assert_null(strstr(at + 9, "two files"));
    assert_int_equal(kit_get(kit, "/notes/bread/attachments?notice=added"), 200);
    assert_true(kit_shows(kit, "Stored."));
    assert_true(kit_shows(kit, "value=\"![](./loaf.png)\""));
    assert_true(kit_shows(kit, "value=\"[recipe (1).txt](./recipe%20%281%29.txt)\""));
    assert_true(kit_shows(kit, "href=\"/notes/bread/attachment/loaf.png\""));
    assert_true(kit_shows(kit, " by Anonymous"));
}

static void
test_a_message_is_made_if_there_is_none(void **state)
{
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", A_FILE("a.txt", "1"), A_FILE("b.txt", "2"));
    kit_get(kit, "/-/changelog");
    assert_true(kit_shows(kit, "Added attachment(s): a.txt, b.txt."));
}

static void
test_names_are_cleaned_or_refused(void **state)
{
    static const char *const refused[] = { ".htaccess", "..", ".", "/", "dir/", "page.md", "Page.MD", "a\001b", "  ",
                                           "x/.git", "%0D%0A", "x/.y", "edit", "attachments" };
    static const char *const cleaned[][2] = {
        { "../../etc/passwd", "passwd" }, { "/abs/x.png", "x.png" }, { "a\\b\\c.png", "c.png" }, { " y.png ", "y.png" },
        { "u\xcc\x88.png", "%c3%bc.png" }, { "a%22b.png", "a%22b.png" }, { "-rf", "-rf" },
        { "history.txt", "history.txt" },
    };
    pages_kit_t *kit = *state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (UPLOAD(kit, "/notes/bread/attachments", A_FILE(refused[i], "x"), A_FILE("good.txt", "x")) != 400)
            fail_msg("%s: %lld", refused[i], (long long)kit->reply.status);
        assert_true(kit_shows(kit, "class=\"alert\""));
    }
    assert_int_equal(kit_get(kit, "/notes/bread/a/good.txt"), 404);
    for (size_t i = 0; i < sizeof cleaned / sizeof *cleaned; i++) {
        assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", A_FILE(cleaned[i][0], "x")), 303);
        assert_file(kit, arena_printf(&kit->arena, "/notes/bread/a/%s", cleaned[i][1]), "x");
    }
}

static void
test_a_file_that_is_too_large_is_refused_with_its_name(void **state)
{
    pages_kit_t *kit = *state;
    size_t size = LIMIT_ATTACHMENT_BYTES;
    char *bytes = calloc(1, size + 1);
    assert_non_null(bytes);
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", { "file", "big.bin", bytes, size + 1 },
                            FIELD("message", "keep me")), 413);
    assert_true(kit_shows(kit, "“big.bin” has 10 MiB; a file may have 10 MiB."));
    assert_true(kit_shows(kit, "value=\"keep me\""));
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", { "file", "big.bin", bytes, size }), 303);
    assert_int_equal(kit_get(kit, "/notes/bread/a/big.bin"), 200);
    assert_int_equal(kit->size, size);
    free(bytes);
}

static void
test_a_file_of_the_same_name_is_a_new_version_if_it_was_seen(void **state)
{
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", A_FILE("loaf.png", "one"));
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", A_FILE("loaf.png", "two")), 409);
    assert_true(kit_shows(kit, "Nothing was stored"));
    assert_file(kit, "/notes/bread/a/loaf.png", "one");
    const char *base = base_of(kit, "/notes/bread/attachments");
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", FIELD("revision", base), A_FILE("loaf.png", "two")), 303);
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", FIELD("revision", base),
                            A_FILE("loaf.png", "three")), 409);
    assert_file(kit, "/notes/bread/a/loaf.png", "two");
    assert_file(kit, arena_printf(&kit->arena, "/notes/bread/a/loaf.png/%s", base), "one");
}

static void
test_filename_names_what_is_replaced(void **state)
{
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", A_FILE("loaf.png", "one"));
    const char *base = base_of(kit, "/notes/bread/attachments");
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", FIELD("filename", "loaf.png"), FIELD("revision", base),
                            A_FILE("IMG_123.png", "two")), 303);
    assert_string_equal(kit_header(kit, "location"), "/notes/bread/attachments?notice=replaced");
    assert_file(kit, "/notes/bread/a/loaf.png", "two");
    assert_int_equal(kit_get(kit, "/notes/bread/a/IMG_123.png"), 404);
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", FIELD("filename", "loaf.png"), A_FILE("a", "1"),
                            A_FILE("b", "2")), 400);
}

static void
test_a_form_without_files_or_token_stores_nothing(void **state)
{
    pages_kit_t *kit = *state;
    const sent_t forged[] = { FIELD("csrf_token", "wrong"), A_FILE("x.txt", "x") };
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachments", { "file", "", "", 0 }), 400);
    assert_true(kit_shows(kit, "Choose a file first."));
    assert_int_equal(POST(kit, "/notes/bread/attachments", "message", "x"), 400);
    assert_int_equal(send_form(kit, "/notes/bread/attachments", forged, 2), 400);
    assert_int_equal(kit_get(kit, "/notes/bread/a/x.txt"), 404);
}

static void
test_a_body_that_is_cut_is_refused(void **state)
{
    http_header_t type = { "content-type", "multipart/form-data; boundary=X" };
    event_request_t request = { .method = "POST", .path = "/x/attachments", .headers = &type, .headers_count = 1 };
    static const char body[] = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhalf";
    assert_int_equal(kit_send(*state, &request, body, sizeof body - 1), 400);
    assert_int_equal(kit_send(*state, &request, NULL, 0), 400);
}

static void
test_a_pasted_file_is_answered_in_json_and_takes_no_place(void **state)
{
    pages_kit_t *kit = *state;
    assert_int_equal(UPLOAD(kit, "/notes/bread/inline_attachment", A_FILE("my pic.png", "one")), 200);
    assert_string_equal(kit_header(kit, "content-type"), "application/json");
    assert_string_equal(kit->body, "{\"filename\":\"./my pic.png\",\"attachments\":[{\"filename\":\"my pic.png\","
                                   "\"url\":\"/notes/bread/a/my%20pic.png\"}]}");
    assert_int_equal(UPLOAD(kit, "/notes/bread/inline_attachment", A_FILE("my pic.png", "two")), 200);
    assert_int_equal(strncmp(kit->body, "{\"filename\":\"./my pic-2.png\"", 28), 0);
    assert_file(kit, "/notes/bread/a/my%20pic.png", "one");
    assert_file(kit, "/notes/bread/a/my%20pic-2.png", "two");
    assert_int_equal(UPLOAD(kit, "/new/page/inline_attachment", A_FILE("x.png", "three")), 200);
    assert_file(kit, "/new/page/a/x.png", "three");
    assert_int_equal(UPLOAD(kit, "/notes/bread/inline_attachment", A_FILE(".x", "one")), 400);
    assert_string_equal(kit->body, "{\"error\":\"“.x” cannot be the name of a file: it begins with a dot.\"}");
}

// ---- one file ------------------------------------------------------------------------------------------------------
static void
test_versions_of_a_file_are_listed_and_can_be_read(void **state)
{
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", FIELD("message", "the first"), A_FILE("loaf.txt", "one"));
    const char *base = base_of(kit, "/notes/bread/attachment/loaf.txt");
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachment/loaf.txt", FIELD("revision", base), A_FILE("other", "two"),
                            FIELD("message", "the second")), 303);
    assert_int_equal(kit_get(kit, "/notes/bread/attachment/loaf.txt"), 200);
    assert_true(kit_shows(kit, "the first"));
    assert_true(kit_shows(kit, "the second"));
    const char *link = arena_printf(&kit->arena, "/notes/bread/a/loaf.txt/%s", base);
    assert_true(kit_shows(kit, link));
    assert_file(kit, link, "one");
    assert_string_equal(kit_header(kit, "cache-control"), "max-age=604800, immutable");
    assert_file(kit, "/notes/bread/a/loaf.txt", "two");
    assert_int_equal(kit_get(kit, "/notes/bread/attachment/none.txt"), 404);
    assert_int_equal(kit_get(kit, "/nowhere/attachment/none.txt"), 404);
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachment/none.txt", A_FILE("x", "x")), 404);
}

static void
test_an_attachment_is_renamed_with_the_links_to_it(void **state)
{
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", A_FILE("loaf.png", "PNG"));
    const char *base = base_of(kit, "/notes/bread/attachment/loaf.png");
    assert_int_equal(POST(kit, "/notes/bread/attachment/loaf.png", "new_filename", "My Loaf.png", "revision", base,
                          "message", "better"), 303);
    assert_string_equal(kit_header(kit, "location"), "/notes/bread/attachments?notice=renamed");
    assert_file(kit, "/notes/bread/a/My%20Loaf.png", "PNG");
    assert_int_equal(kit_get(kit, "/notes/bread/a/loaf.png"), 404);
    assert_file(kit, "/notes/bread/source?raw", "# Bread\n\n![](./My%20Loaf.png) [x](/notes/bread/a/My%20Loaf.png)\n");
    assert_int_equal(kit_get(kit, "/notes/bread/attachment/My%20Loaf.png"), 200);
    assert_true(kit_shows(kit, "better"));
    assert_true(kit_shows(kit, "Added attachment(s): loaf.png."));
    const char *old = arena_printf(&kit->arena, "/notes/bread/a/loaf.png/%s", base);
    assert_true(kit_shows(kit, old));
    assert_file(kit, old, "PNG");
    kit_get(kit, "/-/changelog");
    const char *at = strstr(kit->body, "better");
    assert_non_null(at);
    assert_null(strstr(at + 6, "better"));
}

static void
test_a_new_name_that_is_impossible_or_taken_is_refused_with_the_form(void **state)
{
    static const char *const names[] = { "../x.png", "a/b.png", ".x", "x.md", "loaf.png", " " };
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", A_FILE("loaf.png", "PNG"), A_FILE("other.png", "x"));
    kit_save(kit, "/notes/bread/sub", "# Sub\n");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(POST(kit, "/notes/bread/attachment/loaf.png", "new_filename", names[i],
                              "message", "kept"), 400);
        assert_true(kit_shows(kit, "value=\"kept\""));
    }
    assert_int_equal(POST(kit, "/notes/bread/attachment/loaf.png", "new_filename", "other.png"), 409);
    assert_int_equal(POST(kit, "/notes/bread/attachment/loaf.png", "message", "nothing chosen"), 400);
    assert_file(kit, "/notes/bread/a/loaf.png", "PNG");
}

static void
test_a_file_that_was_changed_meanwhile_is_neither_renamed_nor_deleted(void **state)
{
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", A_FILE("loaf.png", "one"));
    const char *base = base_of(kit, "/notes/bread/attachment/loaf.png");
    UPLOAD(kit, "/notes/bread/attachment/loaf.png", A_FILE("x", "two"));
    assert_int_equal(POST(kit, "/notes/bread/attachment/loaf.png", "delete", "delete", "revision", base), 409);
    assert_true(kit_shows(kit, "Nothing was changed"));
    assert_int_equal(POST(kit, "/notes/bread/attachment/loaf.png", "new_filename", "n.png", "revision", base), 409);
    assert_int_equal(UPLOAD(kit, "/notes/bread/attachment/loaf.png", FIELD("revision", base), A_FILE("x", "3")), 409);
    assert_file(kit, "/notes/bread/a/loaf.png", "two");
}

static void
test_a_deleted_file_stays_in_the_history(void **state)
{
    pages_kit_t *kit = *state;
    UPLOAD(kit, "/notes/bread/attachments", A_FILE("loaf.png", "one"));
    const char *base = base_of(kit, "/notes/bread/attachment/loaf.png");
    assert_int_equal(POST(kit, "/notes/bread/attachment/loaf.png", "delete", "delete", "revision", base), 303);
    assert_int_equal(kit_get(kit, "/notes/bread/attachment/loaf.png"), 404);
    assert_int_equal(kit_get(kit, "/notes/bread/a/loaf.png"), 404);
    assert_file(kit, arena_printf(&kit->arena, "/notes/bread/a/loaf.png/%s", base), "one");
}

// ---- no attachment acts in our name --------------------------------------------------------------------------------
static void
test_every_type_is_served_so_that_it_cannot_act_in_our_name(void **state)
{
    enum { PLAIN, BOXED, SAVED };
    static const struct { const char *file, *type; int how; } types[] = {
        { "x.svg", "image/svg+xml", BOXED }, { "x.SVG", "image/svg+xml", BOXED },
        { "x.html", "text/html; charset=utf-8", BOXED }, { "x.htm", "text/html; charset=utf-8", BOXED },
        { "x.xhtml", "application/xhtml+xml", BOXED }, { "x.xml", "application/xml", BOXED },
        { "x.json", "application/json", BOXED }, { "x.js", "text/plain; charset=utf-8", BOXED },
        { "x.mjs", "text/plain; charset=utf-8", BOXED }, { "x.css", "text/plain; charset=utf-8", BOXED },
        { "x.pdf", "application/pdf", PLAIN }, { "x.png", "image/png", PLAIN }, { "x.jpeg", "image/jpeg", PLAIN },
        { "x.gif", "image/gif", PLAIN }, { "x.webp", "image/webp", PLAIN }, { "x.mp4", "video/mp4", PLAIN },
        { "x.mp3", "audio/mpeg", PLAIN }, { "x.txt", "text/plain; charset=utf-8", PLAIN },
        { "x.csv", "text/csv; charset=utf-8", PLAIN },
        { "x.xht", "application/octet-stream", SAVED }, { "x.shtml", "application/octet-stream", SAVED },
        { "x.xsl", "application/octet-stream", SAVED }, { "x.svgz", "application/octet-stream", SAVED },
        { "x.mhtml", "application/octet-stream", SAVED }, { "x.swf", "application/octet-stream", SAVED },
        { "x.wasm", "application/octet-stream", SAVED }, { "x.rss", "application/octet-stream", SAVED },
        { "x.html.bak", "application/octet-stream", SAVED }, { "html", "application/octet-stream", SAVED },
        { "x.manifest", "application/octet-stream", SAVED }, { "x.exe", "application/octet-stream", SAVED },
    };
    pages_kit_t *kit = *state;
    static const char hostile[] =
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>";
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assert_int_equal(UPLOAD(kit, "/home/attachments", A_FILE(types[i].file, hostile)), 303);
        assert_int_equal(kit_get(kit, arena_printf(&kit->arena, "/home/a/%s", types[i].file)), 200);
        assert_string_equal(kit_header(kit, "content-type"), types[i].type);
        const char *policy = kit_header(kit, "content-security-policy"), *way = kit_header(kit, "content-disposition");
        assert_int_equal(strncmp(policy, "sandbox; default-src 'none'; ", 29) == 0, types[i].how != PLAIN);
        assert_int_equal(strncmp(way, "attachment; ", 12) == 0, types[i].how == SAVED);
        assert_non_null(strstr(way, types[i].file));
    }
}

int
main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, setup, kit_tear_down)
    const struct CMUnitTest tests[] = {
        RULE(test_several_files_are_one_commit),
        RULE(test_a_message_is_made_if_there_is_none),
        RULE(test_names_are_cleaned_or_refused),
        RULE(test_a_file_that_is_too_large_is_refused_with_its_name),
        RULE(test_a_file_of_the_same_name_is_a_new_version_if_it_was_seen),
        RULE(test_filename_names_what_is_replaced),
        RULE(test_a_form_without_files_or_token_stores_nothing),
        RULE(test_a_body_that_is_cut_is_refused),
        RULE(test_a_pasted_file_is_answered_in_json_and_takes_no_place),
        RULE(test_versions_of_a_file_are_listed_and_can_be_read),
        RULE(test_an_attachment_is_renamed_with_the_links_to_it),
        RULE(test_a_new_name_that_is_impossible_or_taken_is_refused_with_the_form),
        RULE(test_a_file_that_was_changed_meanwhile_is_neither_renamed_nor_deleted),
        RULE(test_a_deleted_file_stays_in_the_history),
        RULE(test_every_type_is_served_so_that_it_cannot_act_in_our_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
