// api - the REST API under /api/v1: routes, credential, errors, JSON (contract/reference-system.md, section 1)
//
// Every answer under /api/v1 is JSON, also each error: {"error": text}, and never a redirect. A flow of the API is
// straight-line code like any other, and ends with api_answer or api_refuse; if it returns another code than OK it has
// not answered, and the client gets that code's status with the text of the last error.
//
// Nothing here is done for scripts of other sites (CORS): the key opens the whole wiki, so it does not belong into a
// page that somebody else serves. OPTIONS names the methods, and nothing more.
//
// A client says by Wiki-At-Least which commit its answer must know of, and learns from Wiki-Commit which one it was
// made from. A commit that does not turn up within AT_LEAST_MS is a precondition that failed: 412.
#ifndef API_H
#define API_H
#include <jansson.h>
#include "api_root.h"
#include "sequence.h"
#include "web.h"

enum { API_OPEN = 1, API_SEMANTIC = 2, API_WRITES = 4 };

typedef struct {
    const char *id, *method, *pattern;          // id: of openapi.json; NULL ends the table
    web_flow_fn flow;
    int flags, status;
    const char *answer, *summary;
} api_route_t;
typedef struct { const char *route, *where, *name, *schema; bool required; const char *text; } api_param_t;
typedef struct { const char *route, *schema; bool required; const char *text; } api_body_t;
typedef struct { const char *route; int status; const char *text; } api_fault_t;
extern const api_route_t api_routes[];          // each ends with a NULL
extern const api_param_t api_params[];
extern const api_body_t api_bodies[];
extern const api_fault_t api_faults[];

// What web_t has of a request of the API.
typedef struct api {
    const api_route_t *route;
    const char *path;                           // "*path" of the URL, decoded twice; "" if the route has none
    const char *name;                           // ":name", the same
    const char *commit;                         // that the answer is made from, for Wiki-Commit; NULL: of none
    const char *request_id;                     // for the store, after api_take_key; "" if the client gave no key
    json_t *body;                               // api_body; NULL: not read, or none
    bool body_read;
} api_t;

// ---- routing (api.c) ---------------------------------------------------------------------------------------------
// Answers a request whose path is the API's (api_root.h), whatever it is.
code_t api_handle(web_t *self);

// ---- answering (api.c) -------------------------------------------------------------------------------------------
// Takes the JSON. Sorted keys, no blanks, ASCII, a line end.
code_t api_answer(web_t *self, int status, json_t *json);
// The same of a text that is such JSON already, with its line end.
code_t api_answer_text(web_t *self, int status, const char *text, size_t size);
// 200, with an entity tag: "<revision>.<hash of the bytes>". So If-Match can mean the page alone (api_match.c).
code_t api_answer_tagged(web_t *self, json_t *json, const char *revision);
// {"error": text}
code_t api_refuse(web_t *self, int status, const char *text);
code_t api_refuse_of(web_t *self, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
// The same for the newest answer of an actor, which is an error.
code_t api_fail(web_t *self, code_t code);
// The answer may be kept for who sends the same credential, while the head is `commit`. Call it after api_answer.
void api_cacheable(web_t *self, const char *commit);
// JSON as all answers are written: sorted keys, no blanks, ASCII, real numbers with the fewest digits. The caller frees
// it; NULL: no memory, or no JSON.
char *api_dump(const json_t *json);
// A text as JSON; bytes that are not UTF-8 become U+FFFD.
json_t *api_text(const char *text);
// What was made from a text that is JSON; null if it is "" or none.
json_t *api_parsed(const char *text, size_t size);
// A message, each of its lines without blanks around it. (api_history.c)
json_t *api_trimmed_lines(web_t *self, const char *message);
// "2026-03-13T12:34:56+01:00"
json_t *api_when(int64_t when, int64_t zone);

// ---- reading (api_json.c, api_path.c) ----------------------------------------------------------------------------
// The JSON object of the body, borrowed; NULL: none, no JSON type, no object, an empty one, or over a limit.
json_t *api_body(web_t *self);
// A string of the body; NULL if it is absent or null. False: it is something else, and the request has been refused.
bool api_string(web_t *self, const char *name, const char **text, size_t *size);
// A truth of the body, in the same way; absent is false.
bool api_flag(web_t *self, const char *name, bool *flag);
// Decodes as Python does: escapes that are none stay. In the arena; NULL: a NUL, or not UTF-8.
const char *api_decode(web_t *self, const char *text, size_t size);

// A page as a path of the API means it: the one of the canonical id, whatever its spelling.
typedef struct {
    bool found;
    bool impossible;                            // no page can have this path; `why` says what is wrong with it
    const char *why;
    const char *file;                           // found: of the repository; else the one that a new page gets
    const char *display;                        // as the API shows it
    const char *blob;
    const char *commit;                         // found: the head that was read
    const char *revision;                       // found, after api_revision: the newest commit that changed it
    bool binary;
} api_page_t;
// Finds it at the head. OK, also where there is none.
code_t api_find(web_t *self, const char *path, api_page_t *page);
// As api_find, and the text is in web_blob.
code_t api_read(web_t *self, const char *path, const char *revision, api_page_t *page);
// The display path of a file of the repository, or of an id.
const char *api_display(web_t *self, const char *file);
// 404 "Page not found: <path>"
code_t api_no_page(web_t *self);

// ---- the index (api_index.c) -------------------------------------------------------------------------------------
// Asks it. If it is behind `at_least` of the request, it is told to follow and asked again; `behind` of the reply says
// whether it still is: then the answer is not cacheable. UNAVAILABLE, TIMEOUT: it cannot be asked at the moment.
code_t api_index(web_t *self, const call_type_t *call, const void *request, void *reply);

// ---- pages (api_page.c) ------------------------------------------------------------------------------------------
// Finds out page->revision, by the index or, where it is away, by a walk.
code_t api_revision(web_t *self, api_page_t *page);
// `name` of an answer: the title, or the last part of the display path.
const char *api_name(const api_page_t *page, const char *title);
// What is known from the text itself: title, headings; the front matter is in web_blob. NOT_FOUND: nothing.
code_t api_digest(web_t *self, const api_page_t *page, const char *text, size_t size, render_digest_rep_t *digest);
// Lines of index.page as display paths: of wiki links alone.
json_t *api_links(web_t *self, const char *lines, size_t size);

// ---- the API about itself (api_openapi.c) ------------------------------------------------------------------------
json_t *api_openapi_document(void);

// ---- writing (api_commit.c) --------------------------------------------------------------------------------------
// Takes Idempotency-Key. False: it is none, and the request has been refused.
bool api_take_key(web_t *self);
// The message that was given, or "[api] <otherwise>".
const char *api_message(web_t *self, const char *given, const char *otherwise);
// WROTE: a commit, or nothing differed. REPEATED: the key of this request has been answered before, `done` says how.
// ANSWERED: the client has got its answer, since the key belongs to another request; return *code. FAILED: *code says
// why. The index has been told of what was written.
typedef enum { API_WROTE, API_REPEATED, API_ANSWERED, API_FAILED } api_wrote_t;
api_wrote_t api_commit(web_t *self, store_commit_req_t *commit, zframe_t **blob, store_commit_rep_t *done,
                       code_t *code);
// Before a write is refused since something is not as it should be: perhaps it was so until this very request was
// carried out. FAILED: it was not, refuse it.
api_wrote_t api_repeated(web_t *self, store_commit_rep_t *done, code_t *code);

// ---- conditions (api_match.c) ------------------------------------------------------------------------------------
// Does If-Match, where it is given, hold for this page? False: no tag of it names page->revision, or there is no page.
bool api_if_match(web_t *self, const api_page_t *page);
// Is the revision that a client names the page's? At least 7 of its first digits.
bool api_is_revision(const api_page_t *page, const char *given);
// 409, or `status`: {"error", "current_revision"} with the sides; a side that is NULL, no text or too large is null.
typedef struct { side_t base, yours, theirs; } api_sides_t;
code_t api_mismatch(web_t *self, int status, const api_page_t *page, const api_sides_t *sides);

// ---- credential (api_credential.c) -------------------------------------------------------------------------------
// OK: it holds, and self->caller is who it stands for. Else the request has been refused.
bool api_credential(web_t *self);

// ---- at least (api_seen.c) ---------------------------------------------------------------------------------------
// Does what Wiki-At-Least asks for hold? False: the request has been refused.
bool api_at_least(web_t *self);

// ---- flows -------------------------------------------------------------------------------------------------------
code_t api_health(web_t *self);                 // api.c
code_t api_page_get(web_t *self);               // api_page.c
code_t api_page_put(web_t *self);               // api_write.c
code_t api_page_patch(web_t *self);
code_t api_page_delete(web_t *self);
code_t api_list(web_t *self);                   // api_list.c
code_t api_search(web_t *self);                 // api_search.c
code_t api_page_links(web_t *self);             // api_links.c
code_t api_all_links(web_t *self);
code_t api_graph(web_t *self);
code_t api_wanted(web_t *self);                 // api_repairs.c
code_t api_broken(web_t *self);
code_t api_changelog(web_t *self);              // api_history.c
code_t api_history(web_t *self);
code_t api_diff(web_t *self);
code_t api_feed_rss(web_t *self);               // flow_feed.c
code_t api_feed_atom(web_t *self);
code_t api_reindex(web_t *self);                // api_jobs.c
code_t api_reindex_status(web_t *self);
code_t api_reindex_cancel(web_t *self);
code_t api_semantic_search(web_t *self);
code_t api_chroma_status(web_t *self);
code_t api_attachment_list(web_t *self);        // api_attachments.c
code_t api_attachment_get(web_t *self);
code_t api_attachment_post(web_t *self);
code_t api_attachment_delete(web_t *self);
code_t api_raw_get(web_t *self);                // api_raw.c
code_t api_raw_put(web_t *self);
code_t api_rename(web_t *self);                 // api_rename.c
code_t api_sections(web_t *self);               // api_section.c
code_t api_section_put(web_t *self);
code_t api_batch(web_t *self);                  // api_batch.c
code_t api_root(web_t *self);                   // api_openapi.c
code_t api_openapi(web_t *self);
#endif
