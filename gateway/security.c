#include "security.h"

#include <stddef.h>

static const security_header_t headers[] = {
    { "x-content-type-options", "nosniff" },
    { "x-frame-options", "SAMEORIGIN" },
    { "referrer-policy", "same-origin" },
    { "content-security-policy",
      "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'; object-src 'none'; "
      "base-uri 'none'; form-action 'self'; frame-ancestors 'self'" },
    { NULL, NULL },
};

const security_header_t *
security_headers(void)
{
    return headers;
}
