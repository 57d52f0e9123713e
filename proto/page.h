// page - the one identity of a page: canonical id, file, display name, URL, and a function for each direction
//
// Pure; used by the store, the renderer and the gateway alike, so that a link, a URL, a search hit and a rename can
// never disagree. Source: contract/otterwiki.md section 2, contract/reference-system.md section 1.3.
//
//   id     "notes/some page": the file without ".md" (in any case, however often), folded: composed (NFC), lower case
//          unless retain_case, '_' for ' ' if underscores
//   file   "notes/some page.md": path in the repository. A file that exists under any spelling IS the page of its id.
//   name   "Some Page": what a person reads
//   URL    "/notes/some%20page": percent-encoded, begins with a slash
#ifndef PAGE_H
#define PAGE_H
#include "code.h"

typedef struct {
    bool retain_case;                           // RETAIN_PAGE_NAME_CASE: case distinguishes pages
    bool underscores;                           // TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES: new files get '_' for ' '
} page_naming_t;

enum { PAGE_ID_SIZE = LIMIT_PATH_BYTES + 8 };   // room for any id, file or name, with its final NUL

// May this be a path inside a repository? Not empty, not absolute, no empty, "." or ".." component, no ".git" in any
// spelling that a file system folds to it, no NUL, control or backslash character, valid UTF-8, within PATH_BYTES and
// NAME_BYTES. INVALID with a static text in *why (may be NULL). Every path is checked here, once, when it comes in.
code_t page_path_check(const char *path, const char **why);

// Any spelling of a page (URL path after decoding, link target, file name with or without ".md") to its id.
// Leading, trailing and doubled slashes go. INVALID: what remains is no path.
code_t page_id(const page_naming_t *naming, const char *spelling, char id[PAGE_ID_SIZE]);
// Is this file a page (ends in ".md", in any case, with a name before it)?
bool page_is_page_file(const char *file);
// A file of the repository to the id of its page. INVALID if it is no page.
code_t page_id_of_file(const page_naming_t *naming, const char *file, char id[PAGE_ID_SIZE]);
// The file of exactly this spelling, unfolded: slashes tidied, ".md" at its end once. It need not exist.
code_t page_spelled_file(const char *spelling, char file[PAGE_ID_SIZE]);
// The file that a new page of this spelling gets: case kept only with retain_case. INVALID as page_id.
code_t page_new_file(const page_naming_t *naming, const char *spelling, char file[PAGE_ID_SIZE]);
// A name that a person typed for a new page, sanitised as Otterwiki does: NFKC, without a final ".md";
// removes ? | $ . ! # \ and control characters, strips leading '-' and '/', outer blanks, double and trailing slashes.
// INVALID: nothing is left.
code_t page_sanitise(const char *typed, char spelling[PAGE_ID_SIZE]);
// Display name of an id or file: the last component (page_display_name) or all of them (page_display_path);
// title-cased unless retain_case or it has an upper-case letter.
void page_display_name(const page_naming_t *naming, const char *id, char name[PAGE_ID_SIZE]);
void page_display_path(const page_naming_t *naming, const char *id, char path[PAGE_ID_SIZE]);
// A name as it is searched for: no case, no accents, one blank between words for any of blank, _ and -. It may be cut.
void page_search_key(const char *name, char key[PAGE_ID_SIZE]);
// Folder that holds the attachments and sub-pages of a page file: the file without ".md".
void page_folder(const char *file, char folder[PAGE_ID_SIZE]);

// ---- addresses that are not a page's, and so those of pages: addresses.def is the one table ------------------------
typedef struct {
    const char *name;
    size_t size;                                // of the name
    bool below, json, linked;                   // as addresses.def says
} page_root_t;
// The root of the wiki itself that this path is or lies below (decoded, no leading slash); NULL: none.
const page_root_t *page_root(const char *path);
// Is this path something about the page (PAGE) or a file (FILE) of what stands before: "a/b/edit", "a/b/a/x.png"?
typedef enum { PAGE_ACTION_NONE, PAGE_ACTION_PAGE, PAGE_ACTION_FILE } page_action_t;
page_action_t page_action(const char *path);
// The same, and the page ("a/b") or file ("a/b/x.png") that it is about, spelled as there; "" for NONE.
page_action_t page_action_about(const char *path, char about[PAGE_ID_SIZE]);
// Is a page of this name read at /<name>/view, since /<name> means something else?
bool page_is_moved(const char *path);
// Four to 64 hex digits, or HEAD.
bool page_is_revision(const char *text, size_t size);

// Where an id or file is read: URL path with its leading slash, percent-encoded; "/view" at its end if it is moved.
enum { PAGE_URL_SIZE = 3 * LIMIT_PATH_BYTES + 8 };
void page_url(const char *path, char url[PAGE_URL_SIZE]);
// The same without that end: what an action ("/edit") is appended to. All that lies below /api/v1 is the API's,
// whatever its end: a page there is at /%61pi/v1, which means the same to a browser and is another address.
void page_base_url(const char *path, char url[PAGE_URL_SIZE]);
// Decodes a URL path or one segment; '+' stays. INVALID: bad escapes, %00, or over the limit.
code_t page_url_decode(const char *url, size_t size, char text[PAGE_ID_SIZE]);
// Heading text to its anchor: ASCII slug, NFKD, lower case, blanks to '-'; "" if nothing is left.
void page_slug(const char *text, size_t size, char *slug, size_t slug_size);
bool page_utf8_valid(const char *text, size_t size);
// Bytes of the white space that the text begins with, as Python's str.split has it; 0: it begins with none.
size_t page_wide_blank(const char *text, size_t left);  // of more than one byte
static inline size_t
page_blank(const char *text, size_t left)
{
    unsigned char c = left > 0? (unsigned char)*text: 'x';  // most bytes are judged here
    if (c < 128)
        return c <= ' ' && ((c >= 9 && c <= 13) || c >= 28);
    return c == 0xc2 || (c >= 0xe1 && c <= 0xe3)? page_wide_blank(text, left): 0;
}
size_t page_words(const char *text, size_t size);       // what stands between white space
#endif
