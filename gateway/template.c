#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { OP_TEXT, OP_ESCAPED, OP_RAW, OP_SECTION, OP_INVERTED, OP_END, OP_PARTIAL } op_kind_t;
typedef struct {
    uint8_t kind;
    uint8_t key;
    uint16_t jump;                              // section: its OP_END; partial: which template
    uint32_t offset, size;                      // text: in the template's bytes
} op_t;

typedef struct {
    const ui_file_t *file;
    op_t *ops;
    size_t count;
} template_t;

struct templates {
    template_t *list;
    size_t count;
};

enum { OPS_MAX = 2000, SECTION_DEPTH = 16, RENDER_DEPTH = 100 };

typedef struct {
    const templates_t *set;
    const ui_file_t *file;
    op_t ops[OPS_MAX];
    size_t count;
    size_t open[SECTION_DEPTH];                 // ops of the sections that are open
    size_t depth;
    const char *why;
} compiler_t;

// ---- compiling ---------------------------------------------------------------------------------------------------
static op_t *
add_op(compiler_t *self, op_kind_t kind)
{
    if (self->count == OPS_MAX) {
        self->why = "too many parts";
        return NULL;
    }
    op_t *op = &self->ops[self->count++];
    *op = (op_t){ .kind = (uint8_t)kind };
    return op;
}

static void
add_text(compiler_t *self, const char *from, const char *to)
{
    op_t *op = to > from? add_op(self, OP_TEXT): NULL;
    if (!op)
        return;
    op->offset = (uint32_t)(from - self->file->bytes);
    op->size = (uint32_t)(to - from);
}

// Adds the text between two tags, without the indentation of its lines and without empty lines.
static void
add_lines(compiler_t *self, const char *from, const char *to)
{
    const char *start = from;
    for (const char *p = from; p < to; p++) {
        if (*p != '\n')
            continue;
        const char *next = p + 1;
        while (next < to && (*next == ' ' || *next == '\n'))
            next++;
        if (next > p + 1) {
            add_text(self, start, p + 1);
            start = next;
            p = next - 1;
        }
    }
    add_text(self, start, to);
}

static int
find_template(const templates_t *self, const char *name, size_t size)
{
    for (size_t i = 0; i < self->count; i++) {
        const char *file = self->list[i].file->name;
        if (*file == *name && strncmp(file, name, size) == 0 && strcmp(file + size, ".html") == 0)
            return (int)i;
    }
    return -1;
}

static void
close_section(compiler_t *self, value_key_t key)
{
    if (self->depth == 0 || self->ops[self->open[self->depth - 1]].key != key) {
        self->why = "a section is closed that is not open";
        return;
    }
    op_t *op = add_op(self, OP_END);
    if (op)
        self->ops[self->open[--self->depth]].jump = (uint16_t)(self->count - 1);
}

static void
open_section(compiler_t *self, op_kind_t kind, value_key_t key)
{
    op_t *op = self->depth < SECTION_DEPTH? add_op(self, kind): NULL;
    if (!op) {
        self->why = "sections are nested too deep";
        return;
    }
    op->key = (uint8_t)key;
    self->open[self->depth++] = self->count - 1;
}

static void
add_partial(compiler_t *self, const char *name, size_t size)
{
    int which = find_template(self->set, name, size);
    op_t *op = which >= 0? add_op(self, OP_PARTIAL): NULL;
    if (op)
        op->jump = (uint16_t)which;
    else
        self->why = "no such template";
}

// One tag, what stands between {{ and }}.
static void
add_tag(compiler_t *self, const char *tag, size_t size)
{
    char sign = size && strchr("#^/>{", *tag)? *tag: ' ';
    if (sign != ' ') {
        tag++;
        size--;
    }
    if (sign == '>') {
        add_partial(self, tag, size);
        return;
    }
    value_key_t key = value_key(tag, size);
    if (key == KEY_none)
        self->why = "a name that keys.def does not have";
    else if (sign == '/')
        close_section(self, key);
    else if (sign == '#' || sign == '^')
        open_section(self, sign == '#'? OP_SECTION: OP_INVERTED, key);
    else {
        op_t *op = add_op(self, sign == '{'? OP_RAW: OP_ESCAPED);
        if (op)
            op->key = (uint8_t)key;
    }
}

// False: malformed; `why` is set, and `*where` is the byte that could not be compiled.
static bool
compile_ops(compiler_t *self, const char **where)
{
    const char *at = self->file->bytes;
    const char *end = at + self->file->size;
    while (!self->why) {
        const char *tag = strstr(at, "{{");
        add_lines(self, at, tag? tag: end);
        if (!tag)
            break;
        *where = tag;
        const char *closing = tag[2] == '{'? "}}}": "}}";
        const char *stop = strstr(tag, closing);
        if (stop)
            add_tag(self, tag + 2, (size_t)(stop - tag) - 2);
        else
            self->why = "a tag without end";
        at = stop? stop + strlen(closing): end;
    }
    if (!self->why && self->depth > 0)
        self->why = "a section without end";
    return !self->why;
}

static bool
compile(templates_t *set, template_t *template, char *why)
{
    compiler_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->set = set;
    self->file = template->file;
    const char *where = self->file->bytes;
    bool good = compile_ops(self, &where);
    if (good) {
        template->count = self->count;
        template->ops = calloc(self->count + 1, sizeof *template->ops);
        if (!template->ops)
            abort();
        memcpy(template->ops, self->ops, self->count * sizeof *template->ops);
    } else {
        snprintf(why, 256, "%s: %s at \"%.40s\"", self->file->name, self->why, where);
    }
    free(self);
    return good;
}

templates_t *
templates_new(const ui_file_t *files, char *why)
{
    size_t total = 0;
    while (files[total].name)
        total++;
    templates_t *self = calloc(1, sizeof *self);
    if (!self || !(self->list = calloc(total + 1, sizeof *self->list)))
        abort();
    for (size_t i = 0; i < total; i++) {
        const char *dot = strrchr(files[i].name, '.');
        if (dot && strcmp(dot, ".html") == 0)
            self->list[self->count++].file = &files[i];
    }
    bool good = true;
    for (size_t i = 0; i < self->count && good; i++)
        good = compile(self, &self->list[i], why);
    if (!good)
        templates_destroy(&self);
    return self;
}

void
templates_destroy(templates_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->count; i++)
        free((*self)->list[i].ops);
    free((*self)->list);
    free(*self);
    *self = NULL;
}

// ---- rendering ---------------------------------------------------------------------------------------------------
typedef struct scope scope_t;
struct scope {
    const value_t *map;
    const scope_t *outer;
    int depth;
};
typedef struct {
    const templates_t *set;
    const template_t *template;
    output_t *out;
} renderer_t;

static const value_t *
look_up(const scope_t *scope, uint8_t key)
{
    const value_t *found = NULL;
    for (; scope && !found; scope = scope->outer)
        found = value_find(scope->map, (value_key_t)key);
    return found;
}

static void render_ops(const renderer_t *self, size_t from, size_t to, const scope_t *scope);

static void
render_section(const renderer_t *self, size_t at, const scope_t *scope)
{
    const op_t *op = &self->template->ops[at];
    const value_t *value = look_up(scope, op->key);
    bool on = value_true(value);
    if (op->kind == OP_INVERTED || (on && value->is_text)) {
        if (on == (op->kind == OP_SECTION))
            render_ops(self, at + 1, op->jump, scope);
        return;
    }
    for (const value_t *entry = on? value->first: NULL; entry; entry = entry->next) {
        scope_t inner = { entry, scope, scope->depth + 1 };
        render_ops(self, at + 1, op->jump, &inner);
    }
}

static void
render_partial(const renderer_t *self, const op_t *op, const scope_t *scope)
{
    renderer_t partial = { self->set, &self->set->list[op->jump], self->out };
    scope_t inner = { scope->map, scope->outer, scope->depth + 1 };
    render_ops(&partial, 0, partial.template->count, &inner);
}

static void
render_value(const renderer_t *self, const op_t *op, const scope_t *scope)
{
    const value_t *value = look_up(scope, op->key);
    if (!value || !value->is_text)
        return;
    if (op->kind == OP_RAW)
        output_add(self->out, value->bytes, value->size);
    else
        output_add_escaped(self->out, value->bytes, value->size);
}

static void
render_ops(const renderer_t *self, size_t from, size_t to, const scope_t *scope)
{
    if (scope->depth > RENDER_DEPTH)
        return;                                 // data that nest deeper than any page of ours
    for (size_t i = from; i < to && !self->out->full; i++) {
        const op_t *op = &self->template->ops[i];
        if (op->kind == OP_TEXT) {
            output_add(self->out, self->template->file->bytes + op->offset, op->size);
        } else if (op->kind == OP_ESCAPED || op->kind == OP_RAW) {
            render_value(self, op, scope);
        } else if (op->kind == OP_PARTIAL) {
            render_partial(self, op, scope);
        } else if (op->kind != OP_END) {
            render_section(self, i, scope);
            i = op->jump;
        }
    }
}

code_t
templates_render(const templates_t *self, const char *name, const value_t *data, output_t *out)
{
    int which = find_template(self, name, strlen(name));
    if (which < 0)
        return NOT_FOUND;
    renderer_t renderer = { self, &self->list[which], out };
    scope_t scope = { data, NULL, 0 };
    render_ops(&renderer, 0, renderer.template->count, &scope);
    return out->full? TOO_LARGE: OK;
}
