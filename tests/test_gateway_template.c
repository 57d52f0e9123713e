// Rules of templates: escaping by default, sections, partials, and a typing error that shows at the start
#include "unit.h"

#include "../gateway/template.h"

static char *
render(const ui_file_t *files, const char *name, const value_t *data)
{
    char why[256] = "";
    output_t out = { 0 };
    templates_t *templates = templates_new(files, why);
    if (!templates)
        fail_msg("%s", why);
    assert_int_equal(templates_render(templates, name, data, &out), OK);
    output_add(&out, "", 1);
    templates_destroy(&templates);
    return out.bytes;
}

static void
assert_renders(const char *template, const value_t *data, const char *expected)
{
    ui_file_t files[] = { { "page.html", template, strlen(template) }, { 0 } };
    char *text = render(files, "page", data);
    assert_string_equal(text, expected);
    free(text);
}

static void
test_values_are_escaped_unless_they_say_otherwise(void **state)
{
    arena_t arena = { 0 };
    value_t *data = value_map(&arena);
    (void)state;
    value_text(data, KEY_title, "<b>\"it's\" & so</b>");
    assert_renders("{{title}}", data, "&lt;b&gt;&quot;it&#39;s&quot; &amp; so&lt;/b&gt;");
    assert_renders("<a title=\"{{title}}\">", data,
                   "<a title=\"&lt;b&gt;&quot;it&#39;s&quot; &amp; so&lt;/b&gt;\">");
    assert_renders("{{{title}}}", data, "<b>\"it's\" & so</b>");
    arena_clear(&arena);
}

static void
test_a_value_is_never_taken_for_a_template(void **state)
{
    arena_t arena = { 0 };
    value_t *data = value_map(&arena);
    (void)state;
    value_text(data, KEY_title, "{{{html}}} {{>head}}");
    value_text(data, KEY_html, "<script>");
    assert_renders("{{title}}|{{{title}}}", data, "{{{html}}} {{&gt;head}}|{{{html}}} {{>head}}");
    arena_clear(&arena);
}

static void
test_sections_repeat_for_lists_and_show_once_for_texts(void **state)
{
    arena_t arena = { 0 };
    value_t *data = value_map(&arena);
    value_t *rows = value_list(data, KEY_rows);
    (void)state;
    for (int i = 1; i < 4; i++)
        value_int(value_add(rows), KEY_size, i);
    value_list(data, KEY_files);
    value_flag(data, KEY_writable, true);
    value_flag(data, KEY_noindex, false);
    assert_renders("{{#rows}}[{{size}}]{{/rows}}{{^rows}}none{{/rows}}", data, "[1][2][3]");
    assert_renders("{{#files}}x{{/files}}{{^files}}none{{/files}}", data, "none");
    assert_renders("{{#writable}}w{{/writable}}{{^noindex}}i{{/noindex}}{{#noindex}}n{{/noindex}}", data, "wi");
    assert_renders("{{#toc}}absent{{/toc}}{{toc}}.", data, ".");
    arena_clear(&arena);
}

static void
test_a_name_is_looked_for_in_the_innermost_entry_first(void **state)
{
    arena_t arena = { 0 };
    value_t *data = value_map(&arena);
    value_t *rows = value_list(data, KEY_rows);
    (void)state;
    value_text(data, KEY_name, "outer");
    value_text(data, KEY_url, "/u");
    value_text(value_add(rows), KEY_name, "inner");
    value_add(rows);
    assert_renders("{{#rows}}{{name}} {{url}};{{/rows}}", data, "inner /u;outer /u;");
    arena_clear(&arena);
}

static void
test_partials_nest_and_end_even_when_data_do_not(void **state)
{
    static const char node[] = "({{name}}{{#children}}{{>node}}{{/children}})";
    ui_file_t files[] = { { "node.html", node, sizeof node - 1 }, { 0 } };
    arena_t arena = { 0 };
    value_t *data = value_map(&arena);
    (void)state;
    value_text(data, KEY_name, "a");
    value_t *inner = value_add(value_list(data, KEY_children));
    value_text(inner, KEY_name, "b");
    value_list(inner, KEY_children);
    char *text = render(files, "node", data);
    assert_string_equal(text, "(a(b))");
    free(text);

    value_t *deep = inner;
    for (int i = 0; i < 5000; i++)
        deep = value_add(value_list(deep, KEY_children));
    free(render(files, "node", data));
    arena_clear(&arena);
}

static void
test_indentation_and_empty_lines_are_left_out_and_values_keep_theirs(void **state)
{
    arena_t arena = { 0 };
    value_t *data = value_map(&arena);
    (void)state;
    value_text(data, KEY_content, "\n\n    kept\n");
    assert_renders("<p>\n\n    <b>\n{{content}}</b>\n", data, "<p>\n<b>\n\n\n    kept\n</b>\n");
    arena_clear(&arena);
}

static void
test_a_malformed_template_is_refused_by_name(void **state)
{
    static const char *const bad[] = {
        "{{no_such_name}}", "{{#rows}}", "{{/rows}}", "{{#rows}}{{/files}}", "{{title", "{{>absent}}", "{{{title}}",
        "{{}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char why[256] = "";
        ui_file_t files[] = { { "bad.html", bad[i], strlen(bad[i]) }, { 0 } };
        assert_null(templates_new(files, why));
        assert_non_null(strstr(why, "bad.html"));
    }
}

static void
test_our_own_templates_compile(void **state)
{
    char why[256] = "";
    templates_t *templates = templates_new(ui_files, why);
    (void)state;
    assert_string_equal(why, "");
    templates_destroy(&templates);
    assert_null(templates);
}

static void
test_output_stops_at_its_limit(void **state)
{
    output_t out = { 0 };
    char *block = calloc(1, 1 << 20);
    (void)state;
    for (int i = 0; i < 20; i++)
        output_add(&out, block, 1 << 20);
    assert_true(out.full);
    assert_true(out.size <= LIMIT_BLOB_BYTES);
    output_clear(&out);
    free(block);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_escaped_unless_they_say_otherwise),
        cmocka_unit_test(test_a_value_is_never_taken_for_a_template),
        cmocka_unit_test(test_sections_repeat_for_lists_and_show_once_for_texts),
        cmocka_unit_test(test_a_name_is_looked_for_in_the_innermost_entry_first),
        cmocka_unit_test(test_partials_nest_and_end_even_when_data_do_not),
        cmocka_unit_test(test_indentation_and_empty_lines_are_left_out_and_values_keep_theirs),
        cmocka_unit_test(test_a_malformed_template_is_refused_by_name),
        cmocka_unit_test(test_our_own_templates_compile),
        cmocka_unit_test(test_output_stops_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
