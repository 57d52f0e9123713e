#include "code.h"

#include <string.h>

typedef struct {
    const char *name;
    int status;
    bool retryable;
    const char *text;
} code_info_t;

static const code_info_t infos[] = {
#define CODE(name, status, retry, text) { #name, status, retry, text },
#include "codes.def"
#undef CODE
};

static const limit_t limit_table[] = {
#define LIMIT(name, value, text) { #name, value, text },
#include "limits.def"
#undef LIMIT
    { NULL, 0, NULL }
};

static const code_info_t *
info(code_t self)
{
    return &infos[self >= 0 && self < CODE_COUNT? self: INTERNAL];
}

const char *
code_name(code_t self)
{
    return info(self)->name;
}

const char *
code_text(code_t self)
{
    return info(self)->text;
}

int
code_http_status(code_t self)
{
    return info(self)->status;
}

bool
code_retryable(code_t self)
{
    return info(self)->retryable;
}

code_t
code_from_name(const char *name)
{
    for (int i = 0; i < CODE_COUNT; i++)
        if (strcmp(infos[i].name, name) == 0)
            return (code_t)i;
    return INTERNAL;
}

const limit_t *
limits(void)
{
    return limit_table;
}
