// Rules of openapi.json: it names everything that the API has, and nothing that it has not
#include "unit.h"

#include <jansson.h>

#include "../gateway/api.h"

static int
set_up(void **state)
{
    *state = api_openapi_document();
    return *state? 0: -1;
}

static int
tear_down(void **state)
{
    json_decref(*state);
    return 0;
}

// The value that a reference of this document names; NULL: there is none.
static json_t *
find(json_t *document, const char *reference)
{
    json_t *at = document;
    char name[128];
    if (strncmp(reference, "#/", 2) != 0)
        return NULL;
    for (reference += 2; at && *reference;) {
        size_t size = strcspn(reference, "/");
        snprintf(name, sizeof name, "%.*s", (int)size, reference);
        at = json_object_get(at, name);
        reference += size + (reference[size] == '/');
    }
    return at;
}

static size_t
check_references(json_t *document, json_t *value)
{
    const char *key;
    size_t i, count = 0;
    json_t *inner;
    json_object_foreach(value, key, inner) {
        if (strcmp(key, "$ref") == 0 && json_is_string(inner)) {
            if (!find(document, json_string_value(inner)))
                fail_msg("%s leads nowhere", json_string_value(inner));
            count++;
        }
        count += check_references(document, inner);
    }
    json_array_foreach(value, i, inner)
        count += check_references(document, inner);
    return count;
}

static void
test_every_reference_leads_somewhere(void **state)
{
    assert_true(check_references(*state, *state) > 100);
}

static void
test_every_route_is_described_once(void **state)
{
    size_t operations = 0, routes = 0;
    const char *path, *method;
    json_t *item, *operation;
    while (api_routes[routes].id)
        routes++;
    json_object_foreach(json_object_get(*state, "paths"), path, item)
        json_object_foreach(item, method, operation) {
            assert_non_null(json_object_get(operation, "operationId"));
            assert_true(path[0] == '/' && !strpbrk(path, "*:"));
            operations++;
        }
    assert_int_equal(operations, routes);
}

static bool
is_route(const char *id)
{
    for (const api_route_t *route = api_routes; route->id; route++)
        if (strcmp(route->id, id) == 0)
            return true;
    return false;
}

static void
test_every_row_of_the_table_belongs_to_a_route(void **state)
{
    (void)state;
    for (const api_param_t *param = api_params; param->route; param++)
        if (!is_route(param->route))
            fail_msg("PARAM of %s", param->route);
    for (const api_body_t *body = api_bodies; body->route; body++)
        if (!is_route(body->route))
            fail_msg("BODY of %s", body->route);
    for (const api_fault_t *fault = api_faults; fault->route; fault++)
        if (!is_route(fault->route))
            fail_msg("FAULT of %s", fault->route);
}

static void
test_every_part_of_a_path_is_a_parameter(void **state)
{
    (void)state;
    for (const api_route_t *route = api_routes; route->id; route++) {
        int wanted = (strstr(route->pattern, "*path") != NULL) + (strstr(route->pattern, ":name") != NULL), there = 0;
        for (const api_param_t *param = api_params; param->route; param++)
            there += strcmp(param->route, route->id) == 0 && strcmp(param->where, "path") == 0;
        if (there != wanted)
            fail_msg("%s has %d of %d parameters of its path", route->id, there, wanted);
    }
}

static void
test_what_we_give_is_closed_and_what_we_take_is_not(void **state)
{
    assert_true(json_is_false(find(*state, "#/components/schemas/Page/additionalProperties")));
    assert_null(find(*state, "#/components/schemas/PagePut/additionalProperties"));
    assert_string_equal(json_string_value(find(*state, "#/openapi")), "3.1.0");
    assert_string_equal(json_string_value(find(*state, "#/components/schemas/Page/properties/links_to/items/type")),
                        "string");
    assert_int_equal(json_array_size(find(*state, "#/components/schemas/LinkEdge/properties/kind/enum")), 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_reference_leads_somewhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_route_is_described_once, set_up, tear_down),
        cmocka_unit_test(test_every_row_of_the_table_belongs_to_a_route),
        cmocka_unit_test(test_every_part_of_a_path_is_a_parameter),
        cmocka_unit_test_setup_teardown(test_what_we_give_is_closed_and_what_we_take_is_not, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
