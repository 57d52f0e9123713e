// clock_jump - preloaded: the time of day is off by what a file says, which a test may change at any moment
//
// WIKIBOT_CLOCK names a file with one int64_t, milliseconds. The steady clock stays as it is, as it does when somebody
// sets the clock of a host.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset_ms;       // NULL: no file, no jumps

__attribute__((constructor)) static void
open_file(void)
{
    const char *path = getenv("WIKIBOT_CLOCK");
    int file = path? open(path, O_RDONLY | O_CLOEXEC): -1;
    void *mapped = file < 0? MAP_FAILED: mmap(NULL, sizeof *offset_ms, PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0)
        close(file);
    if (mapped != MAP_FAILED)
        offset_ms = mapped;
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*next)(clockid_t, struct timespec *);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "clock_gettime");
    int error = next(clock, now);
    if (error == 0 && offset_ms && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t off = *offset_ms, nsec = now->tv_nsec + off % 1000 * 1000000;
        int carry = nsec < 0? -1: nsec >= 1000000000;
        now->tv_sec += off / 1000 + carry;
        now->tv_nsec = (long)(nsec - carry * INT64_C(1000000000));
    }
    return error;
}

time_t
time(time_t *result)
{
    struct timespec now = { 0 };
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (result)
        *result = now.tv_sec;
    return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict result, void *restrict zone)
{
    struct timespec now;
    (void)zone;                                 // obsolete: always NULL
    int error = clock_gettime(CLOCK_REALTIME, &now);
    if (error == 0)
        *result = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
    return error;
}
