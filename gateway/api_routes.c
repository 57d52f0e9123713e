// api.def as tables
#include "api.h"

#define REQUIRED true
#define OPTIONAL false
#define NONE NULL

const api_route_t api_routes[] = {
#define API(id, method, pattern, flow, flags, status, answer, summary) \
    { #id, method, pattern, api_##flow, flags, status, answer, summary },
#define PARAM(id, where, name, schema, need, text)
#define BODY(id, schema, need, text)
#define FAULT(id, status, text)
#include "api.def"
    { 0 },
};

const api_param_t api_params[] = {
#define API(id, method, pattern, flow, flags, status, answer, summary)
#define PARAM(id, where, name, schema, need, text) { #id, where, name, schema, need, text },
#define BODY(id, schema, need, text)
#define FAULT(id, status, text)
#include "api.def"
    { 0 },
};

const api_body_t api_bodies[] = {
#define API(id, method, pattern, flow, flags, status, answer, summary)
#define PARAM(id, where, name, schema, need, text)
#define BODY(id, schema, need, text) { #id, schema, need, text },
#define FAULT(id, status, text)
#include "api.def"
    { 0 },
};

const api_fault_t api_faults[] = {
#define API(id, method, pattern, flow, flags, status, answer, summary)
#define PARAM(id, where, name, schema, need, text)
#define BODY(id, schema, need, text)
#define FAULT(id, status, text) { #id, status, text },
#include "api.def"
    { 0 },
};
