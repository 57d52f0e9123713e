// Plain scalars of front matter: what the safe loader of YAML 1.1 takes them for.
#include "../actors/render/render_type.h"
#include "unit.h"

static const struct { const char *text; type_t type; int64_t number; } scalars[] = {
    { "", TYPE_NULL, 0 }, { "~", TYPE_NULL, 0 }, { "null", TYPE_NULL, 0 }, { "NULL", TYPE_NULL, 0 },
    { "nuLL", TYPE_TEXT, 0 }, { "none", TYPE_TEXT, 0 },
    { "yes", TYPE_BOOL, 1 }, { "On", TYPE_BOOL, 1 }, { "TRUE", TYPE_BOOL, 1 }, { "no", TYPE_BOOL, 0 },
    { "off", TYPE_BOOL, 0 }, { "False", TYPE_BOOL, 0 }, { "y", TYPE_TEXT, 0 }, { "n", TYPE_TEXT, 0 },
    { "yEs", TYPE_TEXT, 0 },
    { "0", TYPE_INT, 0 }, { "42", TYPE_INT, 42 }, { "+42", TYPE_INT, 42 }, { "-42", TYPE_INT, -42 },
    { "1_000", TYPE_INT, 1000 }, { "0b101", TYPE_INT, 5 }, { "-0x1F", TYPE_INT, -31 }, { "017", TYPE_INT, 15 },
    { "08", TYPE_TEXT, 0 }, { "0x", TYPE_TEXT, 0 }, { "0xg", TYPE_TEXT, 0 }, { "0o17", TYPE_TEXT, 0 },
    { "1:30", TYPE_INT, 90 }, { "190:20:30", TYPE_INT, 685230 }, { "1:60", TYPE_TEXT, 0 }, { "1:", TYPE_TEXT, 0 },
    { "0:30", TYPE_TEXT, 0 }, { "-", TYPE_TEXT, 0 }, { "+", TYPE_TEXT, 0 }, { "1-2", TYPE_TEXT, 0 },
    { "9223372036854775807", TYPE_INT, INT64_MAX }, { "9223372036854775808", TYPE_FLOAT, 0 },
    { "1.5", TYPE_FLOAT, 0 }, { "1.", TYPE_FLOAT, 0 }, { "-1_0.5", TYPE_FLOAT, 0 }, { ".5", TYPE_FLOAT, 0 },
    { "1.5e+3", TYPE_FLOAT, 0 }, { "1.5e3", TYPE_TEXT, 0 }, { "1e3", TYPE_TEXT, 0 }, { ".", TYPE_TEXT, 0 },
    { "1.2.3", TYPE_TEXT, 0 }, { ".inf", TYPE_FLOAT, 0 }, { "-.INF", TYPE_FLOAT, 0 }, { ".nan", TYPE_FLOAT, 0 },
    { "1:30.5", TYPE_FLOAT, 0 }, { "._", TYPE_TEXT, 0 }, { "_1", TYPE_TEXT, 0 }, { "1.5e+", TYPE_TEXT, 0 },
    { "2026-03-13", TYPE_DATE, 0 }, { "2024-02-29", TYPE_DATE, 0 }, { "2026-02-29", TYPE_TEXT, 0 },
    { "2026-13-01", TYPE_TEXT, 0 }, { "2026-3-1", TYPE_TEXT, 0 }, { "2026-3-1 10:00:00", TYPE_DATE, 0 },
    { "2026-03-13T10:00:00Z", TYPE_DATE, 0 }, { "2026-03-13 10:00:00.5 +1:30", TYPE_DATE, 0 },
    { "2026-03-13 1:00:00 -5", TYPE_DATE, 0 }, { "2026-03-13 10:00", TYPE_TEXT, 0 }, { "2026-03", TYPE_TEXT, 0 },
    { "2026-03-13x", TYPE_TEXT, 0 }, { "2026-03-13T", TYPE_TEXT, 0 }, { "20260313", TYPE_INT, 20260313 },
};

static void
test_a_plain_scalar_has_the_type_of_yaml_1_1(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        size_t size = strlen(scalars[i].text);
        char *text = malloc(size + 1);              // exactly sized, so that a read too far is seen
        int64_t number;
        assert_non_null(text);
        memcpy(text, scalars[i].text, size);
        text[size] = '7';                           // what follows is not the scalar's
        type_t type = type_of(text, size, &number);
        if (type != scalars[i].type || (type != TYPE_TEXT && type != TYPE_FLOAT && number != scalars[i].number))
            fail_msg("%s: type %d, number %lld", scalars[i].text, (int)type, (long long)number);
        free(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_plain_scalar_has_the_type_of_yaml_1_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
