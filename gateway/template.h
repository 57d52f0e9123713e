// template - pages of the web interface from templates in files of their own; escaping by default
//
// A subset of mustache: {{name}} escaped for text and attributes, {{{name}}} as it is (only for HTML that the
// renderer made safe), {{#name}}…{{/name}} once for a true text and for each entry of a list, {{^name}}…{{/name}} for
// what is false or absent, {{>file}} another template. A name is looked for in the innermost entry, then in those
// around it. Blanks at the beginning of a line of a template are left out, and so are empty lines.
#ifndef TEMPLATE_H
#define TEMPLATE_H
#include "output.h"
#include "ui.h"
#include "value.h"

typedef struct templates templates_t;
// Compiles each *.html of the table. NULL: one is malformed, and `why`, of 256 bytes, says which and where.
templates_t *templates_new(const ui_file_t *files, char *why);
void templates_destroy(templates_t **self);
// Appends to `out`. NOT_FOUND: no such template. TOO_LARGE: over LIMIT_BLOB_BYTES.
code_t templates_render(const templates_t *self, const char *name, const value_t *data, output_t *out);
#endif
