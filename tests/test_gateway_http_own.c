// The edge over real sockets: answers that are kept for one credential, what a client has seen, and faults of the API
#include "edge_kit.h"

#define OWN(headers) "GET /api/v1/own HTTP/1.1\r\n" HOST headers "\r\n"

static int
asked(kit_t *kit)
{
    return atomic_load(&kit->asked);
}

static void
test_an_own_answer_is_kept_for_its_credential_alone(void **state)
{
    kit_t *kit = *state;
    for (int i = 0; i < 3; i++) {
        assert_non_null(strstr(ask(kit, OWN("Authorization: Bearer a\r\n")).body, "for Bearer a"));
        assert_non_null(strstr(ask(kit, OWN("Authorization: Bearer b\r\n")).body, "for Bearer b"));
    }
    assert_int_equal(asked(kit), 2);
    assert_non_null(strstr(ask(kit, OWN("Authorization: Bearer A\r\n")).body, "for Bearer A"));
    assert_non_null(strstr(ask(kit, OWN("Authorization: Bearer\r\n")).body, "for Bearer"));
    assert_int_equal(asked(kit), 4);
}

static void
test_an_own_answer_is_never_kept_for_nobody(void **state)
{
    kit_t *kit = *state;
    ask(kit, OWN("Authorization: Bearer a\r\n"));
    for (int i = 0; i < 2; i++)
        assert_non_null(strstr(ask(kit, OWN("")).body, "for nobody"));
    assert_int_equal(asked(kit), 3);
}

static void
test_what_two_credentials_were_given_is_not_kept(void **state)
{
    kit_t *kit = *state;
    for (int i = 0; i < 2; i++)
        ask(kit, OWN("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"));
    assert_int_equal(asked(kit), 2);
    assert_non_null(strstr(ask(kit, OWN("Authorization: Bearer b\r\n")).body, "for Bearer b"));
    ask(kit, OWN("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"));
    assert_int_equal(asked(kit), 4);            // and is not given what is kept for either
}

static void
test_a_page_for_everybody_is_not_given_to_a_credential(void **state)
{
    kit_t *kit = *state;
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 2; i++)
        ask(kit, "GET /page HTTP/1.1\r\n" HOST "Authorization: Bearer a\r\n\r\n");
    assert_int_equal(asked(kit), 3);
}

static void
test_a_save_empties_what_is_kept_for_credentials(void **state)
{
    kit_t *kit = *state;
    ask(kit, OWN("Authorization: Bearer a\r\n"));
    assert_int_equal(ask(kit, "POST /save HTTP/1.1\r\n" HOST "\r\n").status, 303);
    assert_non_null(strstr(ask(kit, OWN("Authorization: Bearer a\r\n")).body, " c2 "));
}

// The toy's head is c1, then c2; another process has made c2 and this edge has not heard of it.
static void
test_who_has_seen_more_is_not_given_what_is_kept(void **state)
{
    static const char *const seen[] = { "Cookie: a=b; wikibot_seen=c2\r\n", "Cookie: wikibot_seen=c2; c=d\r\n",
                                        "Wiki-At-Least: c2\r\n" };
    kit_t *kit = *state;
    char text[256];
    for (size_t i = 0; i < 3; i++) {
        atomic_store(&kit->commit, 1);
        start(kit, kit->endpoint, PATIENCE_S * 1000, PATIENCE_S * 1000);
        ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
        atomic_store(&kit->commit, 2);
        int before = asked(kit);
        assert_string_equal(ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, "GET /page ? 0 c1 ");
        snprintf(text, sizeof text, "GET /page HTTP/1.1\r\n" HOST "%s\r\n", seen[i]);
        assert_string_equal(ask(kit, text).body, "GET /page ? 0 c2 ");
        assert_int_equal(asked(kit), before + 1);
        assert_string_equal(ask(kit, text).body, "GET /page ? 0 c2 ");  // now it is the head that is known
        assert_string_equal(ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n").body, "GET /page ? 0 c2 ");
        assert_int_equal(asked(kit), before + 1);
    }
}

static void
test_who_has_seen_less_is_given_what_is_kept(void **state)
{
    kit_t *kit = *state;
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    ask(kit, "POST /save HTTP/1.1\r\n" HOST "\r\n");
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "\r\n");
    int before = asked(kit);
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "Cookie: wikibot_seen=c1\r\n\r\n");
    assert_int_equal(asked(kit), before);
    for (int i = 0; i < 3; i++)                 // of long ago, or made up: asked once
        ask(kit, "GET /page HTTP/1.1\r\n" HOST "Cookie: wikibot_seen=c0\r\n\r\n");
    assert_int_equal(asked(kit), before + 1);
    ask(kit, "GET /page HTTP/1.1\r\n" HOST "Cookie: wikibot_seen=\r\n\r\n");
    assert_int_equal(asked(kit), before + 1);
}

static void
test_a_token_lets_other_origins_write_and_a_form_does_not(void **state)
{
    static const struct { const char *target, *headers; int status; } cases[] = {
        { "/api/v1/x", "Origin: https://evil.com\r\n", 403 },
        { "/api/v1/x", "Sec-Fetch-Site: cross-site\r\n", 403 },
        { "/api/v1/x", "Origin: null\r\nAuthorization: Basic dTpw\r\n", 403 },
        { "/api/v1/x", "Origin: app://desktop\r\nAuthorization: Bearer k\r\n", 200 },
        { "/api/v1/x", "Sec-Fetch-Site: cross-site\r\nAuthorization: Bearer k\r\n", 200 },
        { "/api/v1/x", "", 200 },
        { "/x", "Origin: https://evil.com\r\nAuthorization: Bearer k\r\n", 403 },
        { "/api/v10/x", "Origin: https://evil.com\r\nAuthorization: Bearer k\r\n", 403 },
    };
    char text[512];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, "POST %s HTTP/1.1\r\n" HOST "%sContent-Length: 0\r\n\r\n", cases[i].target,
                 cases[i].headers);
        answer_t answer = ask(*state, text);
        assert_int_equal(answer.status, cases[i].status);
        bool object = strncmp(answer.body, "{\"error\":\"", 10) == 0;
        assert_true(answer.status == 200 || object == (strncmp(cases[i].target, "/api", 4) == 0));
    }
}

static void
test_a_credential_in_other_bytes_is_one_that_does_not_hold(void **state)
{
    answer_t answer = ask(*state, OWN("Authorization: Bearer \xE4\xFF\r\n"));
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "for Bearer ?""?"));
    assert_int_equal(ask(*state, OWN("X-Other: \xE4\r\n")).status, 400);
}

static void
assert_fault(kit_t *kit, const char *request, int status)
{
    answer_t answer = ask(kit, request);
    assert_int_equal(answer.status, status);
    assert_non_null(header(&answer, "\ncontent-type: application/json"));
    assert_non_null(header(&answer, "\ncache-control: no-store"));
    assert_null(header(&answer, "\nlocation:"));
    assert_memory_equal(answer.body, "{\"error\":\"", 10);
}

// Whatever the address looks like to the router of pages, and whatever a browser would like to have.
static void
test_every_fault_of_the_edge_is_an_object_under_the_api(void **state)
{
    static const char *const targets[] = { "/api/v1/pages/a/history", "/api/v1/pages/a/edit", "//api/v1/pages/a/view",
                                           "/api/v1", "/api/v1?x=/view", "/api/v1/pages/a%20b/diff/abcdef/abcdef" };
    kit_t *kit = *state;
    char text[40000];
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        snprintf(text, sizeof text, "PUT %s HTTP/1.1\r\n" HOST "Accept: text/html\r\nContent-Length: 99999999\r\n\r\n",
                 targets[i]);
        assert_fault(kit, text, 413);
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n" HOST "Accept: text/html\r\nX: %033000d\r\n\r\n", targets[i],
                 0);
        assert_fault(kit, text, 431);
        snprintf(text, sizeof text, "BREW %s HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n", targets[i]);
        assert_fault(kit, text, 501);
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: evil.com\r\nAccept: text/html\r\n\r\n", targets[i]);
        assert_fault(kit, text, 421);
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nAccept: text/html\r\n\r\n", targets[i]);
        assert_fault(kit, text, 400);
        snprintf(text, sizeof text, "POST %s HTTP/1.1\r\n" HOST "Accept: text/html\r\nContent-Length: x\r\n\r\n",
                 targets[i]);
        assert_fault(kit, text, 400);
    }
    snprintf(text, sizeof text, "GET /api/v1/pages/%09000d HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n", 0);
    assert_fault(kit, text, 414);
    assert_fault(kit, "GET /api/v1/pages/missing/edit HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n", 404);
    start(kit, "ipc://@wikibot-test-nobody", PATIENCE_S * 1000, PATIENCE_S * 1000);
    assert_fault(kit, "GET /api/v1/pages/a/edit HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n", 503);
    start(kit, kit->endpoint, PATIENCE_S * 1000, SHORT_MS);
    int fd = dial(kit);
    say(fd, "PUT /api/v1/pages/a/edit HTTP/1.1\r\n" HOST "Accept: text/html\r\nContent-Length: 9\r\n\r\nx");
    answer_t answer = hear(fd, false);
    close(fd);
    assert_int_equal(answer.status, 408);
    assert_memory_equal(answer.body, "{\"error\":\"", 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_own_answer_is_kept_for_its_credential_alone),
        TEST(test_an_own_answer_is_never_kept_for_nobody),
        TEST(test_what_two_credentials_were_given_is_not_kept),
        TEST(test_a_page_for_everybody_is_not_given_to_a_credential),
        TEST(test_a_save_empties_what_is_kept_for_credentials),
        TEST(test_who_has_seen_more_is_not_given_what_is_kept),
        TEST(test_who_has_seen_less_is_given_what_is_kept),
        TEST(test_a_token_lets_other_origins_write_and_a_form_does_not),
        TEST(test_a_credential_in_other_bytes_is_one_that_does_not_hold),
        TEST(test_every_fault_of_the_edge_is_an_object_under_the_api),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
