// web - what every flow of the gateway works with: the request, the answer under construction, and asking
//
// A flow is straight-line code: it asks, asks and answers with one of web_page, web_bytes, web_redirect. If it
// returns another code than OK it has not answered, and the visitor gets a page that says what happened, with the text
// of the last error. Messages that a flow was answered with live until the request ends, and so do their strings.
#ifndef WEB_H
#define WEB_H
#include "../actors/core/flow.h"
#include "../proto/rules.h"
#include "csrf.h"
#include "event.h"
#include "multipart.h"
#include "sidebar.h"
#include "site.h"
#include "template.h"

typedef struct {
    flow_t *flow;
    site_t site;
    templates_t *templates;
    sidebar_t *sidebar;
    csrf_t csrf;
    int64_t index_away;                         // until then nobody waits for the index, which did not answer
} gateway_t;

enum { WEB_KEPT = 64, WEB_REVISION_SIZE = 65, WEB_HEADERS = 16 };

typedef struct {
    gateway_t *gateway;
    call_t *call;
    const event_request_t *request;
    event_answer_t *reply;
    arena_t *arena;                             // of the answer
    char path[PAGE_ID_SIZE];                    // of the URL, decoded, without the route's own segments
    char file[PAGE_ID_SIZE];                    // last segment, of routes that have one
    char revision[WEB_REVISION_SIZE], revision2[WEB_REVISION_SIZE];
    char number[5];                             // of routes that have one
    int64_t box_width, box_height;              // of the thumbnail that is wanted; 0: the file itself
    rule_t rule;
    caller_t caller;
    event_form_t *form;                         // of a POST; NULL for others
    multipart_t *files;                         // of a form with files: all its parts, views of the body; else NULL
    bool forged;                                // a POST without our token
    value_t *data;                              // for the template
    msg_t *kept[WEB_KEPT];
    size_t kept_count;
    msg_t *answer;                              // the newest of them, or NULL
    const char *why;                            // text for the error page, where no answer has one
    bool passing;                               // what is in the answer will soon be different: not to be kept
    const char *wrote;                          // the commit that this request made; NULL: none
    struct api *api;                            // of a request of the API (api.h); NULL for others
} web_t;

// A flow: OK, and it has answered; or another code, and it has not.
typedef code_t (*web_flow_fn)(web_t *self);

void web_begin(web_t *self, gateway_t *gateway, call_t *call);
void web_end(web_t *self);

// Asks the actor that the call's name begins with. OK: `reply` is filled. Takes *blob, if given.
code_t web_ask(web_t *self, const call_type_t *call, const void *request, zframe_t **blob, void *reply);
// As web_ask, of the index, within FOLLOW_MS, for an answer that can do without. UNAVAILABLE at once: there is none,
// or it has not answered lately.
code_t web_ask_index(web_t *self, const call_type_t *call, const void *request, void *reply);
// The same for an answer that is about what the index says: with more time, since a list of a large wiki may need it.
code_t web_await_index(web_t *self, const call_type_t *call, const void *request, void *reply);
// Brings the index to a commit. OK: it is there.
code_t web_catch_up(web_t *self, const char *commit);
// This request has made a commit: the index is brought along, for a short time at most and without failing anything;
// the edge and the client learn of it, so that whatever they read next knows of it, whichever process answers.
void web_follow(web_t *self, const char *commit);
// The same of a request that may have been carried out before: its commit may be long past, and the edge must not take
// it for the head.
void web_follow_done(web_t *self, const char *commit, bool repeated);

// Lets go of all answers but the first `kept`: of a flow that asks very often.
void web_let_go(web_t *self, size_t kept);
// First blob of the newest answer: borrowed, "" if there is none.
const char *web_blob(const web_t *self, size_t index, size_t *size);
// The body of the request, to be sent on; views of it live until then. NULL: there is none, or it was taken.
zframe_t *web_take_body(web_t *self);
// Ends a flow with a code and a text for the visitor.
code_t web_refuse(web_t *self, code_t code, const char *why);

// ---- asking the index (web_index.c) ------------------------------------------------------------------------------
typedef struct {
    const call_type_t *call;
    const void *request;                        // its `at_least` is `head`
    void *reply;
    const char **commit;                        // of the reply, and so is the next
    const bool *behind;
    const char *head;                           // what must be in it; "": whatever there is
} web_index_t;
// Asks; if the index is behind, brings it along and asks again. OK: `reply` is filled, perhaps from an older state.
// NOT_FOUND, INVALID: what the index says. UNAVAILABLE: it says nothing, `reply` is as it was, and the page can
// be shown without. What is not of the head makes the page one of passing worth, and KEY_index_note says why.
code_t web_index(web_t *self, const web_index_t *ask);
// "cursor" of the query, for calls of the index whose cursors are short; "" if there is none.
const char *web_index_cursor(const web_t *self);
// How far a building of the index has come, as a sentence; "" if none is under way.
const char *web_index_progress(web_t *self);

// ---- reading the request -----------------------------------------------------------------------------------------
const char *web_field(const web_t *self, const char *name);    // of the form; "" if absent or with a NUL
const event_field_t *web_field_bytes(const web_t *self, const char *name);     // NULL if absent
const char *web_query(const web_t *self, const char *name);    // "" if absent
const char *web_cursor(const web_t *self);      // "cursor" of the query; "" if absent, or as none of ours are
// The revision of the path or, if that has none, "revision" of the query. NOT_FOUND: it has not the form of one.
code_t web_take_revision(web_t *self);

// ---- answering (web_answer.c) ------------------------------------------------------------------------------------
void web_header(web_t *self, const char *name, const char *value);     // borrowed until the answer is sent
// The template with self->data; headers of a page are added. Non-cacheable unless web_cacheable is called.
code_t web_page(web_t *self, int status, const char *template);
code_t web_bytes(web_t *self, const char *type, const void *bytes, size_t size);       // 200
code_t web_text(web_t *self, int status, const char *type, const char *text);
code_t web_answer(web_t *self, int status, const char *type, const void *bytes, size_t size);
code_t web_redirect(web_t *self, int status, const char *url);
// The answer is the same for all readers of this class while the head is `commit`. Nothing happens if it is passing.
void web_cacheable(web_t *self, const char *commit);
// A page about a failure: what happened, what to do, and the trace id.
code_t web_failure(web_t *self, code_t code);

// ---- what pages have in common (web_frame.c) ---------------------------------------------------------------------
// Title, tree, breadcrumbs and links of a page's own actions; `page` is the id, "" for a page of the wiki as a whole.
void web_title(web_t *self, const char *title);
void web_frame(web_t *self, const char *page, const store_around_rep_t *around);
// Asks for the surroundings of a page and frames it. What fails here only costs the sidebar. Returns the head or "".
const char *web_surround(web_t *self, const char *page);
// id of the page that the URL means. INVALID: no path.
code_t web_page_id(web_t *self, char id[PAGE_ID_SIZE]);
// Strings in the arena: URL of a page with a suffix ("/edit"), a value for a query, a display name.
const char *web_url(const web_t *self, const char *page, const char *suffix);
const char *web_encode(const web_t *self, const char *text);
const char *web_name(const web_t *self, const char *page);
const char *web_origin(const web_t *self);      // "https://wiki.example": what the request was sent to
// Links of a list that has several pages: to the next one, if there is a cursor, and to the first. `query`, encoded, is
// what else the address says: "q=apples"; or "".
void web_pager(web_t *self, const char *query, const char *cursor);
// When and who: `when` for people, `iso` for machines, in the author's zone.
void web_when(value_t *map, int64_t when, int64_t zone);
// A revision as people see it: its first 6 digits or more.
void web_revision(value_t *map, const char *commit);
#endif
