// Rules of forms that nobody's browser sends, and of the pages that say what went wrong
#include "pages_kit.h"

static int
setup(void **state)
{
    pages_kit_t *kit = *state = kit_new_with(NULL);
    kit_save(kit, "/page", "# Page\n\nwords\n");
    kit_put(kit, "page/x.png", "PNG", 3);
    return 0;
}

static const char *
head_of(pages_kit_t *kit)
{
    gateway_head_req_t ask = { 0 };
    gateway_head_rep_t found = { 0 };
    msg_t *message = msg_new_req(&call_gateway_head, &ask, NULL, msg_clock_ms() + 5000);
    msg_t *answer = actor_dispatch(&gateway_actor, kit->gateway, &message);
    assert_int_equal(msg_read_rep(answer, &call_gateway_head, &found), OK);
    const char *head = arena_copy(&kit->arena, found.commit, strlen(found.commit));
    msg_destroy(&answer);
    return head;
}

static int
post(pages_kit_t *kit, const char *path, const char *type, const char *body)
{
    http_header_t header = { "content-type", type };
    event_request_t request = { .method = "POST", .path = path, .headers = &header, .headers_count = *type != 0 };
    return kit_send(kit, &request, body, strlen(body));
}

static const char plain[] = "application/x-www-form-urlencoded", parts[] = "multipart/form-data; boundary=x";
static const char long_one[] = "<long>";        // stands for 70,000 letters

// What every address that takes a form is sent. T is the token. None of it may change the wiki.
static const struct { const char *type, *body; } hostile[] = {
    { plain, "" },
    { plain, "&&&=&=x&" },
    { plain, "content=x&new_pagename=x&pagename=x&revision=HEAD" },
    { plain, "csrf_token=0000000000000000000000000000000000000000000000000000000000000000&content=x&new_pagename=x" },
    { plain, "T%00&content=x&new_pagename=x" },
    { plain, "csrf_token=&T&content=x&new_pagename=x&filename=x" },
    { plain, "T&content=%zz&new_pagename=%zz&message=%zz" },
    { plain, "T&content=%00&new_pagename=%00&revision=%00&message=%00" },
    { plain, "T&content=%e4&new_pagename=%e4&new_filename=%e4&message=%e4&revision=HEAD" },
    { plain, "T&content=x&new_pagename=x&new_filename=x&revision=--upload-pack%3Dx&task=x&delete=" },
    { plain, "T&content=x&new_pagename=x&revision=0000000000000000000000000000000000000000&recursive=recursive" },
    { plain, "T&content=x&new_pagename=x&new_filename=x&message=<long>&revision=HEAD" },
    { plain, "T&content=x&new_pagename=x&new_filename=x&revision=<long>" },
    { plain, "T&content=x&new_pagename=<long>&new_filename=<long>&request_id=<long>&revision=HEAD" },
    { plain, "T&a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y&z&a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&"
             "a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&content=x&new_pagename=x" },
    { "", "T&content=x&new_pagename=x" },
    { "text/plain", "T&content=x&new_pagename=x" },
    { "application/json", "{\"csrf_token\":\"x\",\"content\":\"x\"}" },
    { "application/x-www-form-urlencode", "T&content=x&new_pagename=x" },
    { parts, "" },
    { parts, "--x--\r\n" },
    { parts, "--x\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\nT" },
    { parts, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n--x--\r\n" },
    { "multipart/form-data", "--x--\r\n" },
    { "multipart/form-data; boundary=", "--\r\n\r\n----\r\n" },
};

static char *
fill_in(pages_kit_t *kit, const char *body)
{
    size_t room = strlen(body) + 4 * 70000;
    char *out = arena_alloc(&kit->arena, room), *end = out;
    const char *token = kit_token(kit);
    for (const char *at = body; *at; at++) {
        bool begins = at == body || at[-1] == '&';
        if (*at == 'T' && begins)
            end += snprintf(end, room - (size_t)(end - out), "csrf_token=%s", token);
        else if (strncmp(at, long_one, sizeof long_one - 1) == 0) {
            memset(end, 'a', 70000);
            end += 70000;
            at += sizeof long_one - 2;
        } else
            *end++ = *at;
    }
    *end = 0;
    return out;
}

static void
test_no_hostile_form_changes_the_wiki_or_goes_unanswered(void **state)
{
    pages_kit_t *kit = *state;
    static const char *const targets[] = { "/page/save", "/page/preview", "/page/rename", "/page/delete", "/page",
        "/page/history", "/page/attachments", "/page/inline_attachment", "/page/attachment/x.png", "/-/create",
        "/-/search", "/-/revert/0123456", "/page/attachment/none", "/none/delete", "/none/rename", "/" };
    const char *before = head_of(kit);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        for (size_t j = 0; j < sizeof hostile / sizeof *hostile; j++) {
            int status = post(kit, targets[i], hostile[j].type, fill_in(kit, hostile[j].body));
            bool redirect = (status == 302 || status == 303) && *kit_header(kit, "location") == '/';
            bool page = memmem(kit->body, kit->size, "</html>", 7) || strncmp(kit->body, "{\"", 2) == 0;
            if (status >= 500 || status < 200 || (!redirect && !page))
                fail_msg("%s, form %zu: %d, %.80s", targets[i], j, status, kit->body);
            if (strcmp(head_of(kit), before) != 0)
                fail_msg("%s, form %zu, changed the wiki", targets[i], j);
        }
}

// Of a field that comes twice the first counts, everywhere: what was checked is what is used.
static void
test_of_a_field_that_comes_twice_the_first_counts(void **state)
{
    pages_kit_t *kit = *state;
    POST(kit, "/page/rename", "new_pagename", "First", "new_pagename", "Second");
    assert_string_equal(kit_header(kit, "location"), "/first");
    const char *const token[] = { "csrf_token", "wrong", "csrf_token", kit_token(kit), "new_pagename", "Third", NULL };
    assert_int_equal(kit_post_raw(kit, "/first/rename", token), 400);
    POST(kit, "/twice/save", "content", "one\n", "content", "two\n");
    kit_get(kit, "/twice/source?raw");
    assert_string_equal(kit->body, "one\n");
}

// Trailers of ours come from us alone.
static void
test_a_message_cannot_forge_a_trailer(void **state)
{
    pages_kit_t *kit = *state;
    kit_get(kit, "/page/edit");
    POST(kit, "/page/save", "content", "new\n", "revision", kit_hidden(kit, "revision"),
         "commit", "why\r\n\r\nRequest-Id: 0123456789abcdef\nClient: mcp");
    assert_int_equal(kit->reply.status, 303);
    const char *commit = arena_printf(&kit->arena, "/-/commit/%s", kit->reply.commit);
    assert_int_equal(kit_get(kit, commit), 200);
    assert_true(kit_shows(kit, "Request-Id: 0123456789abcdef"));    // words of the message, and shown as such
}

// ---- failures ----------------------------------------------------------------------------------------------------
static void
assert_explained(pages_kit_t *kit, int expected, int status)
{
    static const char said[] = "<p class=\"said\">", number[] = "Number of this answer: <code>";
    const char *what = strstr(kit->body, said), *trace = strstr(kit->body, number);
    if (status != expected || !what || !trace || !kit_shows(kit, "</html>") || !kit_shows(kit, "<a href=\"/\">"))
        fail_msg("%d in the place of %d, or not explained: %s", status, expected, kit->body);
    const char *end = strstr(what, "</p>"), *advice = end? strstr(end, "<p>"): NULL;
    assert_non_null(advice);
    assert_true(end - what > (long)sizeof said + 10);                               // what happened
    assert_true(strcspn(advice + 3, "<") > 20);                                     // what to do
    assert_int_equal(strspn(trace + sizeof number - 1, "0123456789abcdef"), 32);
}

static void
test_a_failure_says_what_happened_and_what_to_do(void **state)
{
    pages_kit_t *kit = *state;
    assert_explained(kit, 400, kit_get(kit, "/%zz"));
    assert_explained(kit, 400, post(kit, "/page/delete", plain, ""));
    assert_explained(kit, 404, kit_get(kit, "/-/nothing"));
    assert_explained(kit, 404, kit_get(kit, "/none/delete"));
    assert_explained(kit, 404, kit_get(kit, "/none/history"));
    assert_explained(kit, 404, kit_get(kit, "/page/diff/0123456/1234567"));
    assert_explained(kit, 404, kit_get(kit, "/-/commit/0123456"));
    assert_explained(kit, 405, kit_request(kit, "PUT", "/page", NULL, 0));
    assert_explained(kit, 413, post(kit, "/page/rename", plain,
                                    fill_in(kit, "T&new_pagename=x&revision=HEAD&message=<long>")));
    assert_explained(kit, 415, post(kit, "/page/delete", "text/plain", "x"));
    kit_get(kit, "/page/delete");
    const char *base = kit_hidden(kit, "revision");
    kit_save(kit, "/page", "changed\n");
    assert_explained(kit, 409, POST(kit, "/page/delete", "revision", base));
    actor_stop(&kit->store, 1000);
    assert_explained(kit, 503, kit_get(kit, "/page"));
    assert_string_equal(kit_header(kit, "retry-after"), "1");
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, kit_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_no_hostile_form_changes_the_wiki_or_goes_unanswered),
        RULE(test_of_a_field_that_comes_twice_the_first_counts),
        RULE(test_a_message_cannot_forge_a_trailer),
        RULE(test_a_failure_says_what_happened_and_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
