// moment - times as the API and feeds write and read them; pure
#ifndef MOMENT_H
#define MOMENT_H
#include <stdbool.h>
#include <stdint.h>

enum { MOMENT_SIZE = 48 };                      // room for any of the texts, with the final NUL

// Reads ISO 8601 as Python 3.11's datetime.fromisoformat does; without an offset it is UTC. A fraction of a second is
// rounded up: what changed in that second is not later.
bool moment_read(const char *text, int64_t *when);

// `when` is Unix seconds, `zone` minutes east of UTC. "" for a time that no calendar has.
void moment_iso(int64_t when, int64_t zone, char text[MOMENT_SIZE]);       // 2026-03-08T10:00:00+01:00
void moment_date(int64_t when, int64_t zone, char text[MOMENT_SIZE]);      // 2026-03-08
void moment_utc(int64_t when, char text[MOMENT_SIZE]);                     // 2026-03-08T09:00:00Z
void moment_mail(int64_t when, char text[MOMENT_SIZE]);                    // Sun, 08 Mar 2026 09:00:00 GMT
#endif
