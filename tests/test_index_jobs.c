// Rules of the state database: one job at a time, whoever starts it; what was done survives who did it.
#include "unit.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>
#include "../actors/index/index_jobs.h"

typedef struct {
    char folder[64], file[96];
} kit_t;

static int
set_up(void **state)
{
    kit_t *kit = *state = calloc(1, sizeof *kit);
    assert_non_null(kit);
    snprintf(kit->folder, sizeof kit->folder, "/tmp/wikibot-jobs-XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    snprintf(kit->file, sizeof kit->file, "%s/state.db", kit->folder);
    return 0;
}

static int
tear_down(void **state)
{
    kit_t *kit = *state;
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", kit->file, ends[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(kit->folder), 0);
    free(kit);
    return 0;
}

static jobs_t *
open_jobs(const kit_t *kit)
{
    code_t code = OK;
    const char *why = "";
    jobs_t *jobs = jobs_open(kit->file, &code, &why);
    if (!jobs)
        fail_msg("%s", why);
    return jobs;
}

static void
test_there_was_never_a_job(void **state)
{
    jobs_t *jobs = open_jobs(*state);
    job_t job;
    assert_int_equal(jobs_newest(jobs, "reindex", &job), OK);
    assert_string_equal(job.id, "");
    assert_int_equal(jobs_cancel(jobs, "reindex", &job), OK);
    assert_string_equal(job.id, "");
    jobs_close(&jobs);
}

static void
test_one_is_open_at_a_time(void **state)
{
    jobs_t *one = open_jobs(*state), *other = open_jobs(*state);
    job_t first, second;
    bool started = false;
    assert_int_equal(jobs_start(one, "reindex", &first, &started), OK);
    assert_true(started);
    assert_string_equal(first.state, "waiting");
    assert_int_equal(strlen(first.id), 32);
    assert_true(first.started > 0);
    assert_int_equal(jobs_start(other, "reindex", &second, &started), OK);
    assert_false(started);
    assert_string_equal(second.id, first.id);
    assert_int_equal(jobs_run(one, &first), OK);
    assert_int_equal(jobs_start(other, "reindex", &second, &started), OK);
    assert_false(started);
    assert_string_equal(second.state, "running");
    assert_int_equal(jobs_end(one, &first, "done"), OK);
    assert_int_equal(jobs_start(other, "reindex", &second, &started), OK);
    assert_true(started);
    assert_string_not_equal(second.id, first.id);
    jobs_close(&one);
    jobs_close(&other);
}

static void
test_progress_and_failure_are_told_to_others(void **state)
{
    jobs_t *one = open_jobs(*state), *other = open_jobs(*state);
    job_t job, seen;
    bool started = false;
    assert_int_equal(jobs_start(one, "reindex", &job, &started), OK);
    assert_int_equal(jobs_keep(one, &job), NOT_FOUND);          // it waits still
    assert_int_equal(jobs_run(one, &job), OK);
    job.done = 3;
    job.total = 10;
    job.pages = 2;
    job.passages = 7;
    assert_int_equal(jobs_keep(one, &job), OK);
    assert_int_equal(jobs_newest(other, "reindex", &seen), OK);
    assert_int_equal(seen.done, 3);
    assert_int_equal(seen.total, 10);
    assert_int_equal(seen.pages, 2);
    assert_int_equal(seen.passages, 7);
    snprintf(job.text, sizeof job.text, "the disk is full");
    assert_int_equal(jobs_end(one, &job, "failed"), OK);
    assert_int_equal(jobs_newest(other, "reindex", &seen), OK);
    assert_string_equal(seen.state, "failed");
    assert_string_equal(seen.text, "the disk is full");
    assert_true(seen.finished >= seen.started);
    jobs_close(&one);
    jobs_close(&other);
}

static void
test_who_does_it_learns_that_it_was_cancelled(void **state)
{
    jobs_t *one = open_jobs(*state), *other = open_jobs(*state);
    job_t job, seen;
    bool started = false;
    assert_int_equal(jobs_start(one, "reindex", &job, &started), OK);
    assert_int_equal(jobs_run(one, &job), OK);
    assert_int_equal(jobs_cancel(other, "reindex", &seen), OK);
    assert_string_equal(seen.state, "cancelled");
    assert_int_equal(jobs_keep(one, &job), NOT_FOUND);
    assert_int_equal(jobs_end(one, &job, "done"), NOT_FOUND);
    assert_int_equal(jobs_newest(one, "reindex", &seen), OK);
    assert_string_equal(seen.state, "cancelled");
    assert_int_equal(jobs_start(one, "reindex", &job, &started), OK);
    assert_true(started);
    jobs_close(&one);
    jobs_close(&other);
}

static void
test_an_open_job_is_found_after_a_kill(void **state)
{
    jobs_t *jobs = open_jobs(*state);
    job_t job, found;
    bool started = false;
    assert_int_equal(jobs_start(jobs, "reindex", &job, &started), OK);
    assert_int_equal(jobs_run(jobs, &job), OK);
    jobs_close(&jobs);
    jobs = open_jobs(*state);
    assert_int_equal(jobs_newest(jobs, "reindex", &found), OK);
    assert_string_equal(found.id, job.id);
    assert_string_equal(found.state, "running");
    jobs_close(&jobs);
}

static void *
start_one(void *argument)
{
    jobs_t *jobs = open_jobs(argument);
    job_t job;
    bool started = false;
    code_t code = jobs_start(jobs, "reindex", &job, &started);
    jobs_close(&jobs);
    return code == OK && started? argument: NULL;
}

static void
test_of_many_that_start_at_once_one_does(void **state)
{
    pthread_t threads[8];
    size_t count = 0;
    jobs_t *jobs = open_jobs(*state);           // makes the file; then all of them find it, or make it too
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, start_one, *state), 0);
    for (size_t i = 0; i < 8; i++) {
        void *first = NULL;
        assert_int_equal(pthread_join(threads[i], &first), 0);
        count += first != NULL;
    }
    assert_int_equal(count, 1);
    jobs_close(&jobs);
}

static void
test_only_the_newest_are_kept(void **state)
{
    jobs_t *jobs = open_jobs(*state);
    for (int i = 0; i < 60; i++) {
        job_t job;
        bool started = false;
        assert_int_equal(jobs_start(jobs, "reindex", &job, &started), OK);
        assert_true(started);
        assert_int_equal(jobs_end(jobs, &job, "done"), OK);
    }
    jobs_close(&jobs);
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(((kit_t *)*state)->file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM job", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_in_range(sqlite3_column_int(statement, 0), 1, 30);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static void
test_what_is_damaged_or_newer_is_refused_and_left(void **state)
{
    const kit_t *kit = *state;
    code_t code = OK;
    const char *why = "";
    jobs_t *jobs = open_jobs(kit);
    jobs_close(&jobs);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(kit->file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_null(jobs_open(kit->file, &code, &why));
    assert_int_equal(code, INVALID);
    assert_non_null(strstr(why, "later version"));
    FILE *file = fopen(kit->file, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("no database ", file);
    fclose(file);
    assert_null(jobs_open(kit->file, &code, &why));
    assert_int_equal(code, UNSUPPORTED);
}

static void
test_a_file_that_was_taken_away_is_noticed(void **state)
{
    kit_t *kit = *state;
    jobs_t *jobs = open_jobs(kit);
    assert_false(jobs_gone(jobs));
    assert_int_equal(unlink(kit->file), 0);
    assert_true(jobs_gone(jobs));
    jobs_t *other = open_jobs(kit);
    assert_true(jobs_gone(jobs));
    assert_false(jobs_gone(other));
    jobs_close(&other);
    jobs_close(&jobs);
}

#define RULE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(test_there_was_never_a_job),
        RULE(test_one_is_open_at_a_time),
        RULE(test_progress_and_failure_are_told_to_others),
        RULE(test_who_does_it_learns_that_it_was_cancelled),
        RULE(test_an_open_job_is_found_after_a_kill),
        RULE(test_of_many_that_start_at_once_one_does),
        RULE(test_only_the_newest_are_kept),
        RULE(test_what_is_damaged_or_newer_is_refused_and_left),
        RULE(test_a_file_that_was_taken_away_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
