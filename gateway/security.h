// security - headers that every answer gets unless it has them itself, whatever way it goes out
#ifndef SECURITY_H
#define SECURITY_H
typedef struct {
    const char *name;                           // in lower case; NULL ends the table
    const char *value;
} security_header_t;
const security_header_t *security_headers(void);
#endif
