// Rules of topologies: what is read from a text, and that each refusal names the line.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "../actors/core/topology.h"
#include "../actors/core/zpl.h"

static const topology_known_t known[] = {
    { "web", 32, false }, { "store", 2, true }, { "paint", 2, false }, { NULL, 0, false },
};

#define PROCESS "process\n    all\n        actors = \"web store paint\"\n"

static topology_t *
parse(const char *text)
{
    char why[TOPOLOGY_WHY] = "";
    topology_t *topology = topology_parse("t", text, known, why);
    if (!topology)
        print_message("%s\n", why);
    assert_non_null(topology);
    return topology;
}

static size_t
index_of(const topology_t *topology, const char *name)
{
    for (size_t i = 0; i < topology_actor_count(topology); i++)
        if (strcmp(topology_actor(topology, i)->name, name) == 0)
            return i;
    fail();
    return 0;
}

static const topology_actor_t *
actor(const topology_t *topology, const char *name)
{
    return topology_actor(topology, index_of(topology, name));
}

static bool
outside(const topology_t *topology, const char *process, const char *name)
{
    return topology_outside(topology, topology_process_named(topology, process), index_of(topology, name));
}

// Where a process's copy of an actor is, in a run folder /run/x.
static topology_link_t
link_of(const topology_t *topology, const char *process, const char *name, topology_side_t side)
{
    topology_link_t link = topology_link(topology, topology_process_named(topology, process),
                                         index_of(topology, name), side, "/run/x");
    assert_true(*link.call);
    return link;
}

static void
test_actors_of_one_process_talk_inside_it(void **state)
{
    (void)state;
    topology_t *topology = parse("topology\n    name = one\n" PROCESS
                                 "actor\n    web\n        asks = \"store paint\"\n");
    assert_string_equal(topology_name(topology), "one");
    assert_int_equal(topology_process_count(topology), 1);
    assert_false(outside(topology, "all", "store"));
    assert_int_equal(actor(topology, "web")->workers, 32);
    assert_int_equal(topology_host_count(topology), 0);
    assert_false(topology_needs_keys(topology, topology_process_named(topology, "all")));
    topology_destroy(&topology);
}

static void
test_actors_of_several_processes_talk_over_ipc(void **state)
{
    (void)state;
    topology_t *topology = parse("process\n    a\n        actors = \"web paint\"\n    b\n        actors = store\n"
                                 "actor\n    web\n        asks = \"store paint\"\n");
    topology_link_t link = link_of(topology, "b", "store", LINK_CONNECT);
    assert_string_equal(link.call, "ipc:///run/x/store");
    assert_string_equal(link.events, "ipc:///run/x/store.events");
    assert_false(link.curve);
    assert_true(outside(topology, "b", "store"));
    assert_false(outside(topology, "a", "paint"));
    topology_destroy(&topology);
}

#define HOSTS "host\n    one\n        address = 10.0.0.1\n    two\n        address = two.example\n" \
              "        bind = \"*\"\n"
#define ON(process, host, actors, port) \
    "    " process "\n        host = " host "\n        port = " port "\n        actors = \"" actors "\"\n"
#define APART HOSTS "process\n" ON("a", "one", "web", "5600") ON("b", "two", "store paint", "5700") \
              ON("c", "one", "paint", "5800") "actor\n    web\n        asks = \"store.read paint store.list\"\n"

static void
test_actors_of_several_hosts_talk_over_tcp_with_curve(void **state)
{
    (void)state;
    topology_t *topology = parse(APART);
    topology_link_t link = link_of(topology, "b", "store", LINK_CONNECT);
    assert_string_equal(link.call, "tcp://two.example:5700");
    assert_string_equal(link.events, "tcp://two.example:5701");
    assert_true(link.curve);
    link = link_of(topology, "b", "paint", LINK_BIND);
    assert_string_equal(link.call, "tcp://*:5703");
    assert_string_equal(link.events, "tcp://*:5704");
    assert_string_equal(link.door, "tcp://*:5705");
    link = link_of(topology, "c", "paint", LINK_BIND);
    assert_string_equal(link.call, "tcp://10.0.0.1:5800");
    assert_int_equal(topology_host_count(topology), 2);
    assert_string_equal(topology_host(topology, 1), "two");
    assert_string_equal(topology_process_named(topology, "c")->host, "one");
    for (size_t i = 0; i < topology_process_count(topology); i++)
        assert_true(topology_needs_keys(topology, topology_process(topology, i)));
    topology_destroy(&topology);
}

static void
test_an_operator_may_look_and_do_nothing_else(void **state)
{
    (void)state;
    topology_t *topology = parse("topology\n    operators = \"ann\"\n" APART);
    assert_int_equal(topology_operator_count(topology), 1);
    assert_true(topology_may(topology, "ann", "store", "sys.about"));
    assert_true(topology_may(topology, "ann", "web", "sys.watch"));
    assert_false(topology_may(topology, "ann", "store", "store.read"));
    assert_false(topology_may(topology, "bob", "store", "sys.about"));
    topology_destroy(&topology);
}

static void
test_a_process_may_make_the_calls_that_its_actors_ask(void **state)
{
    (void)state;
    topology_t *topology = parse(APART);
    assert_true(topology_may(topology, "a", "store", "store.read"));
    assert_true(topology_may(topology, "a", "store", "store.list"));
    assert_false(topology_may(topology, "a", "store", "store.commit"));
    assert_false(topology_may(topology, "a", "store", "store.rea"));
    assert_true(topology_may(topology, "a", "store", "sys.about"));
    assert_true(topology_may(topology, "a", "paint", "render.page"));
    assert_false(topology_may(topology, "b", "store", "store.read"));
    assert_false(topology_may(topology, "c", "store", "sys.ping"));
    assert_false(topology_may(topology, "nobody", "store", "store.read"));
    assert_false(topology_may(topology, "a", "nobody", "store.read"));
    topology_destroy(&topology);
}

static void
test_copies_of_an_actor_on_one_host_have_names_of_their_own(void **state)
{
    (void)state;
    topology_t *topology = parse("process\n    a\n        actors = \"web store paint\"\n    b\n        actors = paint\n"
                                 "actor\n    web\n        asks = \"store paint\"\n");
    assert_string_equal(link_of(topology, "b", "paint", LINK_BIND).call, "ipc:///run/x/paint.b");
    assert_false(outside(topology, "a", "paint"));
    assert_true(outside(topology, "b", "paint"));
    topology_destroy(&topology);
}

static void
test_who_is_asked_comes_before_who_asks(void **state)
{
    (void)state;
    topology_t *topology = parse(PROCESS "actor\n    web\n        asks = \"paint\"\n    paint\n        asks = store\n"
                                         "    store\n        workers = 7\n");
    assert_string_equal(topology_actor(topology, 0)->name, "store");
    assert_string_equal(topology_actor(topology, 1)->name, "paint");
    assert_string_equal(topology_actor(topology, 2)->name, "web");
    assert_true(topology_actor(topology, 2)->asks[1]);
    assert_false(topology_actor(topology, 2)->asks[0]);
    assert_int_equal(topology_actor(topology, 0)->workers, 7);
    topology_destroy(&topology);
}

static void
test_a_run_folder_that_is_too_long_for_a_socket_is_noticed(void **state)
{
    (void)state;
    char folder[120];
    topology_t *topology = parse("process\n    a\n        actors = \"web paint\"\n    b\n        actors = store\n"
                                 "actor\n    web\n        asks = \"store\"\n");
    const topology_process_t *process = topology_process_named(topology, "b");
    memset(folder, 'x', sizeof folder);
    folder[0] = '/';
    folder[sizeof folder - 1] = '\0';
    assert_string_equal(topology_link(topology, process, index_of(topology, "store"), LINK_BIND, folder).call, "");
    folder[80] = '\0';
    assert_true(*topology_link(topology, process, index_of(topology, "store"), LINK_BIND, folder).call);
    topology_destroy(&topology);
}

typedef struct {
    const char *text;
    const char *why;                            // begins with this
} bad_t;

static const bad_t bad[] = {
    { "", "t:1: no process runs 'web'" },
    { "nonsense\n", "t:1: unknown key 'nonsense'; possible here are: topology process host actor" },
    { PROCESS "\n# comment\nextra\n", "t:6: unknown key 'extra'" },
    { "topology\n    title = x\n" PROCESS, "t:2: unknown key 'title'; possible here are: name operators" },
    { "topology\n    operators = \"a b c d e f g h i\"\n" PROCESS, "t:2: 'i': there are at most 8 operators" },
    { PROCESS "        worker = 3\n", "t:4: unknown key 'worker'; possible here are: actors host port" },
    { PROCESS "actor\n    web\n        threads = 3\n",
      "t:6: unknown key 'threads'; possible here are: workers asks endpoint" },
    { PROCESS "actor\n    nobody\n        workers = 3\n",
      "t:5: there is no actor 'nobody'; there are web, store, paint" },
    { PROCESS "actor\n    web\n        asks = \"store nobody\"\n", "t:6: there is no actor 'nobody'" },
    { "process\n    a\n        actors = \"web store nobody\"\n", "t:3: there is no actor 'nobody'" },
    { "process\n    a\n        actors = \"web store\"\n", "t:1: no process runs 'paint'" },
    { PROCESS "    b\n        actors = \"store\"\n", "t:5: 'store' runs in process 'all' already" },
    { "process\n    b\n        actors = \"web paint paint\"\n", "t:3: 'paint' runs in process 'b' already" },
    { PROCESS "    b\n", "t:4: process 'b' runs nothing" },
    { PROCESS "process\n    b\n        actors = \"paint\"\n", "t:4: 'process' is given twice" },
    { PROCESS "actor\n    web\n        workers = 1\n        workers = 2\n", "t:7: 'workers' is given twice" },
    { PROCESS "actor\n    web\n        asks = store\n    store\n        asks = paint\n    paint\n        asks = web\n",
      "t:10: asks go in a circle: web -> store -> paint -> web" },
    { PROCESS "actor\n    web\n        asks = web\n", "t:6: asks go in a circle: web -> web" },
    { PROCESS "actor\n    web\n        workers = 0\n", "t:6: workers = '0'; give a number from 1 to 64" },
    { PROCESS "actor\n    web\n        workers = 65\n", "t:6: workers = '65'" },
    { PROCESS "actor\n    web\n        workers = many\n", "t:6: workers = 'many'" },
    { PROCESS "actor\n    web\n        endpoint = \"tcp://127.0.0.1:5000\"\n",
      "t:6: 'tcp://127.0.0.1:5000': tcp without CURVE is refused; give the process a host and a port" },
    { PROCESS "actor\n    web\n        endpoint = \"ipc://here\"\n", "t:6: 'ipc://here': an endpoint is" },
    { PROCESS "actor\n    web\n        endpoint = \"inproc://\"\n", "t:6: 'inproc://': an endpoint is" },
    { "process\n    a\n        actors = \"web store\"\n    b\n        actors = paint\n"
      "actor\n    web\n        asks = paint\n    paint\n        endpoint = \"inproc://paint\"\n",
      "t:10: 'inproc://paint' cannot be reached from another process" },
    { PROCESS "actor\n    web\n        asks = store.nothing\n", "t:6: there is no call 'store.nothing'" },
    { PROCESS "actor\n    web\n        asks = store.moved\n", "t:6: there is no call 'store.moved'" },
    { PROCESS "host\n    one\n", "t:5: host 'one': give it the address" },
    { PROCESS "host\n    one\n        address = \"a b\"\n", "t:5: host 'one': give it the address" },
    { PROCESS "host\n    one\n        address = \"one.example\"\n", "t:5: host 'one': where it listens" },
    { PROCESS "host\n    one\n        name = x\n", "t:6: unknown key 'name'; possible here are: address bind" },
    { PROCESS "host\n    one\n        address = \"[::1]\"\n", "t:2: process 'all' runs on no host" },
    { PROCESS "        host = one\n", "t:4: there is no host 'one'" },
    { PROCESS "        port = 1\n", "t:2: process 'all' has a port but no host" },
    { HOSTS "process\n" ON("a", "one", "web store paint", "0"), "t:10: port = '0'; give a number from 1 to 65527" },
    { HOSTS "process\n" ON("a", "one", "web store paint", "65528"), "t:10: port = '65528'" },
    { HOSTS "process\n" ON("a", "one", "web", "x"), "t:10: port = 'x'" },
    { HOSTS "process\n" ON("a", "one", "web store", "5600") ON("b", "one", "paint", "5605"),
      "t:14: process 'a' has ports 5600 to 5605" },
    { HOSTS "process\n    a\n        host = one\n        actors = \"web paint\"\n    b\n        host = two\n"
      "        actors = store\nactor\n    web\n        asks = store\n",
      "t:11: 'store' is asked from host 'one'; give process 'b' a port" },
    { APART "    paint\n        endpoint = \"ipc:///x\"\n",
      "t:24: an endpoint is for an actor that runs in one process" },
    { "process\n  a\n", "t:2: a line is indented by four blanks a level" },
    { "process\n\ta\n", "t:2: a line is indented by four blanks a level" },
    { "process\n        a\n", "t:2: this line is indented more than one level" },
    { "process\n    a\n        actors = \"web\n", "t:3: a quote is not closed" },
    { "process\n    a\n        actors = \"web\" store\n", "t:3: something follows the closing quote" },
    { "process\n    a\n        actors web\n", "t:3: after a name comes '='" },
    { "= x\n", "t:1: a line begins with a name" },
};

static void
test_each_refusal_names_file_and_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char why[TOPOLOGY_WHY] = "";
        topology_t *topology = topology_parse("t", bad[i].text, known, why);
        if (topology || strncmp(why, bad[i].why, strlen(bad[i].why)) != 0)
            fail_msg("%s\nshould be refused with: %s\nwas: %s", bad[i].text, bad[i].why, why);
    }
}

static void
test_a_line_is_found_by_its_path(void **state)
{
    (void)state;
    const char *text = "# a comment\na\n    b = 1\n\n    c\n        b = 2\nd\n    b = 3\n    b = 4\n";
    assert_int_equal(zpl_line(text, "a/b", 0), 3);
    assert_int_equal(zpl_line(text, "a/c/b", 0), 6);
    assert_int_equal(zpl_line(text, "d/b", 0), 8);
    assert_int_equal(zpl_line(text, "d/b", 1), 9);
    assert_int_equal(zpl_line(text, "d/b", 2), 0);
    assert_int_equal(zpl_line(text, "b", 0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_actors_of_one_process_talk_inside_it),
        cmocka_unit_test(test_actors_of_several_processes_talk_over_ipc),
        cmocka_unit_test(test_actors_of_several_hosts_talk_over_tcp_with_curve),
        cmocka_unit_test(test_an_operator_may_look_and_do_nothing_else),
        cmocka_unit_test(test_a_process_may_make_the_calls_that_its_actors_ask),
        cmocka_unit_test(test_copies_of_an_actor_on_one_host_have_names_of_their_own),
        cmocka_unit_test(test_who_is_asked_comes_before_who_asks),
        cmocka_unit_test(test_a_run_folder_that_is_too_long_for_a_socket_is_noticed),
        cmocka_unit_test(test_each_refusal_names_file_and_line),
        cmocka_unit_test(test_a_line_is_found_by_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
