// A page between two versions
#include "flows.h"

code_t
flow_diff(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    store_diff_req_t diff = { .caller = self->caller, .path = id, .from = self->revision, .to = self->revision2 };
    store_diff_rep_t found = { 0 };
    code = web_ask(self, &call_store_diff, &diff, NULL, &found);
    if (code != OK)
        return code;
    size_t size = 0;
    const char *text = web_blob(self, 0, &size);
    diff_view_t view;
    diff_begin(self, &view);
    bool whole = diff_rows(self->data, text, size, &view);
    diff_end(&view);
    value_int(self->data, KEY_added, found.added);
    value_int(self->data, KEY_removed, found.removed);
    value_flag(self->data, KEY_binary, found.binary);
    value_flag(self->data, KEY_cut, found.cut || !whole);
    web_revision(value_add(value_list(self->data, KEY_from)), found.from);
    web_revision(value_add(value_list(self->data, KEY_to)), found.to);
    const char *head = web_surround(self, id);
    web_title(self, arena_printf(self->arena, "Changes of %s", web_name(self, id)));
    value_flag(self->data, KEY_at_history, true);
    value_flag(self->data, KEY_noindex, true);
    web_cacheable(self, head);
    return web_page(self, 200, "diff");
}
