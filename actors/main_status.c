#include "main_look.h"

#include <inttypes.h>
#include "core/banned.h"

enum { AGE = 48 };

// Days, hours, minutes or seconds: the two largest that are not nothing.
static void
print_age(char text[AGE], int64_t ms)
{
    int64_t seconds = ms > 0? ms / 1000: 0;
    if (seconds < 60)
        (void)snprintf(text, AGE, "%" PRId64 "s", seconds);
    else if (seconds < 3600)
        (void)snprintf(text, AGE, "%" PRId64 "m%02" PRId64 "s", seconds / 60, seconds % 60);
    else if (seconds < 86400)
        (void)snprintf(text, AGE, "%" PRId64 "h%02" PRId64 "m", seconds / 3600, seconds / 60 % 60);
    else
        (void)snprintf(text, AGE, "%" PRId64 "d%02" PRId64 "h", seconds / 86400, seconds / 3600 % 24);
}

static void
print_calls(const sys_about_rep_t *about)
{
    for (size_t i = 0; i < about->calls_count; i++) {
        const call_stats_t *row = &about->calls[i];
        printf("    %-24s %10" PRId64 " calls %6" PRId64 " errors   p50 %8" PRId64 " us   p99 %8" PRId64 " us\n",
               row->type, row->calls, row->errors, row->p50_us, row->p99_us);
    }
}

static void
print_row(const look_door_t *door, const sys_about_rep_t *about, int64_t skew_ms)
{
    char age[AGE];
    int64_t calls = 0, errors = 0;
    for (size_t i = 0; i < about->calls_count; i++) {
        calls += about->calls[i].calls;
        errors += about->calls[i].errors;
    }
    print_age(age, about->clock_ms - about->started_ms);
    printf("%-10s %-10s %-8s %-8s %8s ", *door->host? door->host: "-", door->process, door->actor, about->version,
           age);
    printf("%4" PRId64 "/%-4" PRId64 " %7" PRId64 " %7" PRId64 " %8" PRId64, about->busy, about->workers,
           about->waiting, about->refused, about->restarts);
    printf(" %9" PRId64 " %7" PRId64 " %+6" PRId64 "\n", calls, errors, skew_ms);
}

// One actor; false if it does not answer, or its clock is wrong.
static bool
print_actor(const look_t *look, const look_door_t *door, bool calls)
{
    look_answer_t answer;
    look_about(look, door, &answer);
    if (answer.good)
        print_row(door, &answer.about, answer.skew_ms);
    else
        printf("%-10s %-10s %-8s does not answer: %s\n", *door->host? door->host: "-", door->process, door->actor,
               msg_error_text(answer.message));
    if (answer.good && calls)
        print_calls(&answer.about);
    fflush(stdout);
    if (answer.skewed)
        fprintf(stderr, "wikibot: the clock of %s is %" PRId64 " ms off from ours; deadlines are absolute, so let the "
                        "hosts keep time by NTP\n", door->process, answer.skew_ms);
    msg_destroy(&answer.message);
    return answer.good && !answer.skewed;
}

int
main_status(int count, char **words)
{
    options_t options;
    look_t look;
    bool good = true;
    int status = 2;
    if (!options_read(&options, count, words))
        goto done;
    status = 1;
    if (look_open(&look, &options)) {
        printf("%-10s %-10s %-8s %-8s %8s %9s %7s %7s %8s %9s %7s %6s\n", "HOST", "PROCESS", "ACTOR", "VERSION", "UP",
               "BUSY/OF", "WAITING", "REFUSED", "RESTARTS", "CALLS", "ERRORS", "CLOCK");
        for (size_t i = 0; i < look.count; i++)
            if (!options.actor || strcmp(options.actor, look.doors[i].actor) == 0)
                good = print_actor(&look, &look.doors[i], options.calls) && good;
        status = good? 0: 1;
    }
    look_close(&look);
done:
    options_clear(&options);
    return status;
}
