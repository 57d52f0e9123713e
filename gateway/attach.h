// attach - what the flows of attachments have in common: names, folders, and the files of a form
#ifndef ATTACH_H
#define ATTACH_H
#include "web.h"

// A name that somebody gave a file: without the folders that a browser may send before it and without outer blanks,
// composed (NFC). INVALID with a text in *why: empty, with a dot in front, a page (.md), a word of our URLs behind
// which it could not be reached ("history"), or no possible name.
code_t attach_name(const web_t *self, const char *typed, char name[PAGE_ID_SIZE], const char **why);
// The folder of a page's attachments: of the page as it is spelled, or of the one that would be made.
code_t attach_folder(web_t *self, const char *page, const char *revision, char folder[PAGE_ID_SIZE]);
// As attach_folder, but NOT_FOUND if there is no such page.
code_t attach_page_folder(web_t *self, const char *page, const char *revision, char folder[PAGE_ID_SIZE]);

// Bytes for people: "12 KiB".
const char *attach_size(const web_t *self, int64_t size);
// URL of a page's attachment, under "/a/", "/t/" or "/attachment/", which no name can be taken for something else in.
const char *attach_url(const web_t *self, const char *page, const char *route, const char *name);
// Fills in a row: name, urls, size, kind, and what links to it from its page. `page` is an id.
void attach_row(web_t *self, value_t *row, const char *page, const store_entry_t *entry);
// Who changed this file last, and when; nothing if that cannot be had before `until`, of the steady clock, or if the
// index does not know it yet: then the page is passing.
void attach_last_change(web_t *self, value_t *row, const char *file, const char *commit, int64_t until);

// A write of files that the form of this request holds.
typedef struct {
    const char *page;                           // id
    const char *folder;
    const char *only;                           // name of the one file that is replaced; NULL or "": names as sent
    store_change_t changes[LIMIT_UPLOAD_PARTS];
    const char *names[LIMIT_UPLOAD_PARTS];
    size_t count;
    const char *commit;                         // that was made
    const char *why;                            // what was wrong, for people
} upload_t;
// Takes the files of the form: names checked, sizes too. Codes other than OK come with `why`.
code_t upload_read(web_t *self, upload_t *upload);
// One commit of them all; `message` may be "". Takes the body of the request, so that its files are not copied.
code_t upload_commit(web_t *self, upload_t *upload, const char *message);
// The base that the form names, or "" if it names none.
const char *upload_base(const web_t *self);
#endif
