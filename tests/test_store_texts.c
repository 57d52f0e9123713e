#include "kit_store.h"

static void
test_several_texts_come_at_once(void **state)
{
    (void)state;
    kit_t *kit = kit_with("a.md", "one");
    char ids[6][65];
    kit_run(kit, "printf 'a\\0b' > b.bin && head -c 5000000 /dev/zero | tr '\\0' x > l.md && "
                 "head -c 3000000 /dev/zero | tr '\\0' y > s.md && head -c 3000000 /dev/zero | tr '\\0' z > t.md && "
                 "git add . && git commit -q -m more");
    const char *const names[] = { "HEAD:a.md", "HEAD:b.bin", "HEAD:l.md", "HEAD:s.md", "HEAD:t.md", "HEAD:" };
    for (size_t i = 0; i < 6; i++) {
        char command[128];
        (void)snprintf(command, sizeof command, "git rev-parse %s", names[i]);
        kit_ask(kit, command, ids[i], sizeof ids[i]);
    }
    const char *wanted[] = { ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], "xyz", ids[0] };
    store_text_of_t texts[8];
    assert_int_equal(store_texts(kit->store, wanted, 8, 0, texts), OK);
    char kinds[9] = "";
    for (size_t i = 0; i < 8; i++)
        kinds[i] = texts[i].kind;
    assert_string_equal(kinds, "tbltsmmt");
    assert_string_equal(texts[0].text, "one");
    assert_int_equal(texts[3].size, 3000000);
    assert_null(texts[1].text);
    store_texts_clear(texts, 8);
    assert_int_equal(store_texts(kit->store, wanted, 8, 1, texts), OK);     // no time: the first at least
    assert_int_equal(texts[0].kind, 't');
    assert_int_equal(texts[1].kind, 's');
    store_texts_clear(texts, 8);
    kit_destroy(&kit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_several_texts_come_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
