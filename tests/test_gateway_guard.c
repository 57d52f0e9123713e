// Which hosts and origins are let in
#include "unit.h"

#include "../gateway/guard.h"

static const guard_t plain = { NULL };

static int
status_of(const char *method, const char *host, const char *origin, const char *fetch_site)
{
    guard_request_t request = { method, host, origin, fetch_site, false, false };
    const guard_refusal_t *refusal = guard_check(&plain, &request);
    return refusal? refusal->status: 0;
}

static void
test_loopback_names_are_let_in(void **state)
{
    (void)state;
    const char *const hosts[] = { "localhost", "LOCALHOST:8080", "wiki.localhost:1", "127.0.0.1", "127.0.0.1:65535",
                                  "127.255.3.4", "[::1]", "[::1]:8080" };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        assert_true(guard_host(&plain, hosts[i]));
}

static void
test_other_names_are_misdirected(void **state)
{
    (void)state;
    const char *const hosts[] = { "", ":", ":80", "evil.com", "localhost.evil.com", "evillocalhost", ".localhost:x",
                                  "127.0.0.1.evil.com", "127.0.0", "127.0.0.1.", "127.1", "127.0.0.256", "127.0.0.01",
                                  "0127.0.0.1", "128.0.0.1", "2130706433", "[::2]", "[::1", "[::1]x", "::1", "[]",
                                  "localhost:80x", "localhost:99999", "localhost:123456", "localhost ",
                                  "local host", "evil.com/.localhost", "evil@localhost", "a\x01.localhost" };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        assert_false(guard_host(&plain, hosts[i]));
    assert_int_equal(status_of("GET", "evil.com", NULL, NULL), 421);
    assert_int_equal(status_of("POST", "evil.com", NULL, NULL), 421);
}

static void
test_configured_names_are_let_in(void **state)
{
    (void)state;
    const char *const names[] = { "wiki.example.org", NULL };
    const guard_t wider = { names };
    assert_true(guard_host(&wider, "Wiki.Example.org:443"));
    assert_true(guard_host(&wider, "localhost"));
    assert_false(guard_host(&wider, "example.org"));
}

static void
test_host_may_be_missing_in_http_1_0_alone(void **state)
{
    (void)state;
    guard_request_t request = { .method = "GET", .http_1_0 = true };
    assert_null(guard_check(&plain, &request));
    request.origin = "http://evil.com";
    assert_int_equal(guard_check(&plain, &request)->status, 403);
    assert_int_equal(status_of("GET", NULL, NULL, NULL), 400);
}

static void
test_foreign_origin_may_read_but_not_write(void **state)
{
    (void)state;
    const char *const origins[] = { "http://evil.com", "null", "", "http://localhost:3000", "https://localhost:8080x",
                                    "ftp://localhost:8080", "http://localhost:8080.evil.com", "http://localhost" };
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        assert_int_equal(status_of("POST", "localhost:8080", origins[i], NULL), 403);
        assert_int_equal(status_of("DELETE", "localhost:8080", origins[i], NULL), 403);
        assert_int_equal(status_of("GET", "localhost:8080", origins[i], NULL), 0);
        assert_int_equal(status_of("HEAD", "localhost:8080", origins[i], NULL), 0);
    }
}

static void
test_own_origin_may_write(void **state)
{
    (void)state;
    assert_int_equal(status_of("POST", "localhost:8080", "http://localhost:8080", "same-origin"), 0);
    assert_int_equal(status_of("POST", "LocalHost:8080", "http://localhost:8080", NULL), 0);
    assert_int_equal(status_of("POST", "localhost", "http://localhost:80", NULL), 0);
    assert_int_equal(status_of("POST", "[::1]:80", "http://[::1]", NULL), 0);
    assert_int_equal(status_of("POST", "localhost", "https://localhost", NULL), 0);
    assert_int_equal(status_of("POST", "localhost", NULL, NULL), 0);
    assert_int_equal(status_of("POST", "localhost", NULL, "none"), 0);
}

static void
test_cross_site_fetch_may_not_write(void **state)
{
    (void)state;
    assert_int_equal(status_of("POST", "localhost", NULL, "cross-site"), 403);
    assert_int_equal(status_of("PUT", "localhost", NULL, "same-site"), 403);
    assert_int_equal(status_of("GET", "localhost", NULL, "cross-site"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loopback_names_are_let_in),
        cmocka_unit_test(test_other_names_are_misdirected),
        cmocka_unit_test(test_configured_names_are_let_in),
        cmocka_unit_test(test_host_may_be_missing_in_http_1_0_alone),
        cmocka_unit_test(test_foreign_origin_may_read_but_not_write),
        cmocka_unit_test(test_own_origin_may_write),
        cmocka_unit_test(test_cross_site_fetch_may_not_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
