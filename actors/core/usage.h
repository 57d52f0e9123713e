// usage - what this process uses of the host
#ifndef USAGE_H
#define USAGE_H
#include <stdint.h>

int64_t usage_cpu_us(void);                     // processor time of all threads since the start, in microseconds
int64_t usage_memory(void);                     // resident bytes; 0 if /proc does not tell
#endif
