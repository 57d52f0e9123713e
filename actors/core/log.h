// log - one logfmt line an event, to standard error: time=… level=info event=store.write path=…
//
// log_info("store.write", "path=%s bytes=%zu", path, size): the facts are given as logfmt; values that may
// hold blanks or come from outside go through log_value. Thread-safe: each line is one write(2). Never log
// a secret or page text.
#ifndef LOG_H
#define LOG_H
#include <stdbool.h>
#include <stddef.h>

// LEVEL_, since czmq.h brings in syslog.h, which has taken LOG_INFO.
typedef enum { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR } log_level_t;

// Once, before threads start. `name` is the process's, shown in each line.
void log_setup(log_level_t level, const char *name);
// LEVEL_INFO if the word is none of DEBUG INFO WARNING ERROR, in any case.
log_level_t log_level_from_name(const char *word);
const char *log_process(void);                  // the name given to log_setup
bool log_enabled(log_level_t level);
void log_line(log_level_t level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define log_debug(...) (log_enabled(LEVEL_DEBUG)? log_line(LEVEL_DEBUG, __VA_ARGS__): (void)0)
#define log_info(...) (log_enabled(LEVEL_INFO)? log_line(LEVEL_INFO, __VA_ARGS__): (void)0)
#define log_warning(...) log_line(LEVEL_WARNING, __VA_ARGS__)
#define log_error(...) log_line(LEVEL_ERROR, __VA_ARGS__)
// Quotes a value for logfmt where it must be, control characters escaped, cut to fit; returns `buffer`.
const char *log_value(const char *value, char *buffer, size_t size);
#endif
