// store_course - what the files were that changed between two commits, from the first to the last
#ifndef STORE_COURSE_H
#define STORE_COURSE_H
#include "store_writer.h"

typedef struct {
    char *path;
    store_state_t *states;                      // one for each commit that changed it, and before: in their order
    size_t count, room;
} store_course_t;

typedef struct {
    store_course_t *courses;
    size_t count, room;
} store_courses_t;

// Between `from` (zero: nothing) and the commit `to`. What is no plain file of ours is left out.
// NOT_FOUND: `to` does not descend from it. INTERNAL.
code_t store_courses_read(store_t *store, const git_oid *from, const git_oid *to, store_courses_t *courses);
void store_courses_clear(store_courses_t *courses);
#endif
