#include "main_search_eval.h"

#include <math.h>
#include <signal.h>
#include "../proto/page.h"
#include "../proto/rules.h"
#include "core/ask.h"
#include "main_offline.h"
#include "core/banned.h"

enum { LINE = 4096, RIGHT = 64, LOOK_AGAIN_MS = 200, MODES = 3, TELL_MS = 5000 };
static const char *const mode_names[MODES] = { "lexical", "semantic", "hybrid" };

typedef struct {
    char query[LIMIT_QUERY_BYTES + 1];
    char pages[RIGHT][PAGE_ID_SIZE];
    size_t count;
} question_t;

typedef struct {
    options_t *options;
    asker_t *asker;                             // of the index
    page_naming_t naming;
    sigset_t signals;
    FILE *file;
    const char *name;                           // of the file
    size_t line, questions;
    double ndcg[MODES], recall[MODES];          // sums
    bool missing[MODES];                        // the index cannot search so
} eval_t;

// ---- how good an answer is --------------------------------------------------------------------------------------

double
eval_ndcg(const bool *right, size_t count, size_t wanted)
{
    double got = 0, best = 0;
    for (size_t i = 0; i < EVAL_NDCG; i++) {
        double gain = 1 / log2((double)i + 2);
        got += i < count && right[i]? gain: 0;
        best += i < wanted? gain: 0;
    }
    return best > 0? got / best: 0;
}

double
eval_recall(const bool *right, size_t count, size_t wanted)
{
    size_t got = 0;
    for (size_t i = 0; i < EVAL_RECALL && i < count; i++)
        got += right[i];
    return wanted > 0? (double)got / (double)wanted: 0;
}

// ---- asking -----------------------------------------------------------------------------------------------------

static caller_t
operator(rule_t *rule)
{
    *rule = (rule_t){ .glob = "**", .rights = RIGHT_ALL };
    return (caller_t){ .name = "operator", .client = "command", .rules = rule, .rules_count = 1 };
}

// OK: `reply` is a view of the answer, which the caller destroys either way.
static code_t
put_question(const eval_t *self, const call_type_t *call, const void *record, msg_t **answer, void *reply)
{
    msg_t *request = msg_new_req(call, record, NULL, msg_clock_ms() + LIMIT_DEADLINE_MS);
    *answer = asker_ask(self->asker, call, &request);
    msg_destroy(&request);
    code_t code = msg_code(*answer);
    return code == OK? msg_read_rep(*answer, call, reply): code;
}

// Until the index is whole and stands at the head. False: it does not answer, or somebody wants us to end.
static bool
await_index(eval_t *self)
{
    const struct timespec moment = { .tv_nsec = LOOK_AGAIN_MS * 1000000L };
    int64_t told = msg_steady_ms();
    for (;;) {
        const index_follow_req_t request = { .commit = "" };
        index_follow_rep_t reply;
        msg_t *answer = NULL;
        code_t code = put_question(self, &call_index_follow, &request, &answer, &reply);
        bool ready = code == OK && !reply.behind && !reply.building;
        if (code != OK && !code_retryable(code))
            fprintf(stderr, "wikibot: the index does not answer: %s\n", msg_error_text(answer));
        msg_destroy(&answer);
        if (ready || (code != OK && !code_retryable(code)))
            return ready;
        if (msg_steady_ms() - told > TELL_MS) {
            fputs("wikibot: the index is being built\n", stderr);
            told = msg_steady_ms();
        }
        if (sigtimedwait(&self->signals, NULL, &moment) >= 0)
            return false;
    }
}

static void
judge(eval_t *self, size_t mode, const question_t *question, const index_search_rep_t *reply)
{
    bool right[EVAL_NDCG] = { false };
    size_t count = reply->rows_count < EVAL_NDCG? reply->rows_count: EVAL_NDCG;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < question->count; j++)
            right[i] = right[i] || strcmp(question->pages[j], reply->rows[i].page) == 0;
    self->ndcg[mode] += eval_ndcg(right, count, question->count);
    self->recall[mode] += eval_recall(right, count, question->count);
}

// One query one way. False: the index does not answer.
static bool
ask(eval_t *self, size_t mode, const question_t *question)
{
    rule_t rule;
    index_search_rep_t reply;
    const index_search_req_t request = { .caller = operator(&rule), .query = question->query,
                                         .mode = mode_names[mode], .limit = EVAL_NDCG };
    msg_t *answer = NULL;
    code_t code = put_question(self, &call_index_search, &request, &answer, &reply);
    if (code == OK && strcmp(reply.mode, mode_names[mode]) == 0)
        judge(self, mode, question, &reply);
    else if (code == OK || code == UNSUPPORTED || code == UNAVAILABLE)
        self->missing[mode] = true;             // it has no such index, or searched in another way
    else if (code != INVALID)                   // a query without a word finds nothing
        fprintf(stderr, "wikibot: %s:%zu: %s\n", self->name, self->line, msg_error_text(answer));
    msg_destroy(&answer);
    return code == OK || code == UNSUPPORTED || code == UNAVAILABLE || code == INVALID;
}

// ---- the questions ----------------------------------------------------------------------------------------------

static bool
refuse(const eval_t *self, const char *why)
{
    fprintf(stderr, "wikibot: %s:%zu: %s\n", self->name, self->line, why);
    return false;
}

// "query TAB page[,page]"; a page in any spelling.
static bool
read_question(const eval_t *self, char *line, question_t *question)
{
    char *rest = NULL, *tab = strchr(line, '\t');
    question->count = 0;
    if (!tab || tab == line)
        return refuse(self, "a line is a query, a tab, and the pages that are right, with commas between");
    *tab = 0;
    if ((size_t)snprintf(question->query, sizeof question->query, "%s", line) >= sizeof question->query)
        return refuse(self, "the query is too long");
    for (char *page = strtok_r(tab + 1, ",", &rest); page; page = strtok_r(NULL, ",", &rest)) {
        page += strspn(page, " ");
        if (question->count == RIGHT)
            return refuse(self, "there are too many pages");
        if (page_id(&self->naming, page, question->pages[question->count++]) != OK)
            return refuse(self, "there is a page whose name cannot be one");
    }
    return question->count > 0 || refuse(self, "there is no page behind the tab");
}

// A page that is not there would only make the figures worse, and nobody would know why.
static bool
is_known(eval_t *self, const char *page)
{
    rule_t rule;
    index_page_rep_t reply;
    const index_page_req_t request = { .caller = operator(&rule), .path = page };
    msg_t *answer = NULL;
    bool known = put_question(self, &call_index_page, &request, &answer, &reply) != OK || reply.found;
    msg_destroy(&answer);
    if (!known)
        fprintf(stderr, "wikibot: %s:%zu: there is no page %s\n", self->name, self->line, page);
    return known;
}

static bool
evaluate_line(eval_t *self, char *line, question_t *question)
{
    line[strcspn(line, "\r\n")] = 0;
    if (!*line || *line == '#')
        return true;
    if (!read_question(self, line, question))
        return false;
    for (size_t i = 0; i < question->count; i++)
        if (!is_known(self, question->pages[i]))
            return false;
    for (size_t mode = 0; mode < MODES; mode++)
        if (!self->missing[mode] && !ask(self, mode, question))
            return false;
    self->questions++;
    return true;
}

static bool
evaluate(eval_t *self)
{
    char line[LINE];
    bool good = true;
    question_t *question = calloc(1, sizeof *question);
    while (question && good && fgets(line, sizeof line, self->file)) {
        self->line++;
        good = strchr(line, '\n') || feof(self->file)? evaluate_line(self, line, question):
               refuse(self, "the line is too long");
    }
    free(question);
    return good && (self->questions > 0 || refuse(self, "there is no query in the file"));
}

static void
print(const eval_t *self)
{
    double count = (double)self->questions;
    printf("%zu queries  nDCG@%d  recall@%d\n", self->questions, EVAL_NDCG, EVAL_RECALL);
    for (size_t mode = 0; mode < MODES; mode++)
        if (self->missing[mode])
            printf("%-8s  none: there is no embedding provider yet\n", mode_names[mode]);
        else
            printf("%-8s  %.3f  %.3f\n", mode_names[mode], self->ndcg[mode] / count, self->recall[mode] / count);
}

// ---- the command ------------------------------------------------------------------------------------------------

static int
run(eval_t *self)
{
    char endpoint[ENDPOINT_SIZE];
    offline_t offline;
    bool good = offline_start(&offline, self->options, true);
    offline_endpoint(&offline, endpoint);
    self->asker = good? asker_new(endpoint): NULL;
    good = self->asker && await_index(self) && evaluate(self);
    if (good)
        print(self);
    asker_destroy(&self->asker);
    offline_end(&offline);
    return good? 0: 1;
}

static bool
is_on(const options_t *options, const char *name)
{
    return strcmp(settings_get(options->settings, name), "true") == 0;
}

int
main_search_eval(int count, char **words)
{
    options_t options = { .settings = NULL };
    eval_t self = { .options = &options };
    int status = 2;
    if (count < 2 || words[count - 1][0] == '-') {
        fputs("wikibot: which wiki, and which file of queries? wikibot search-eval --help shows an example\n", stderr);
        return 2;
    }
    sigemptyset(&self.signals);
    sigaddset(&self.signals, SIGINT);
    sigaddset(&self.signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &self.signals, NULL);
    self.name = words[count - 1];
    self.file = fopen(self.name, "r");
    if (!self.file) {
        fprintf(stderr, "wikibot: %s cannot be read: %s\n", self.name, strerror(errno));
        return 1;
    }
    if (options_read(&options, count - 1, words)) {
        self.naming.retain_case = is_on(&options, "RETAIN_PAGE_NAME_CASE");
        self.naming.underscores = is_on(&options, "TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES");
        status = run(&self);
    }
    fclose(self.file);
    options_clear(&options);
    return status;
}
