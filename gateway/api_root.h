// api_root - which addresses belong to the REST API; for its router and for the edge
#ifndef API_ROOT_H
#define API_ROOT_H
#include <stdbool.h>

// What follows /api/v1 in the path or target of a request, as it came; NULL: it is not the API's. A client may have put
// slashes too many before it.
const char *api_below(const char *target);
bool api_is(const char *target);
#endif
