// ui - templates and static assets, compiled into the program from gateway/ui/
#ifndef UI_H
#define UI_H
#include <stddef.h>

typedef struct {
    const char *name;                           // file name; NULL ends the table
    const char *bytes;                          // `size` bytes and a final NUL
    size_t size;
} ui_file_t;
extern const ui_file_t ui_files[];
#endif
