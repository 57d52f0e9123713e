#include "ask.h"

#include "topology.h"
#include "banned.h"

enum {
    CONNECT_MS = 1000,                          // how long a restarting process is waited for
    SLICE_MS = 25,                              // how often a broken connection is looked for
    SENDS = 3                                   // of one question, if connections break
};

struct asker {
    dealer_t *dealers[ASK_ENDPOINTS];
    size_t count;
    size_t turn;                                // who is first among equals
    balance_t *own;                             // on a thread that is no worker's
};

// One question under way.
typedef struct {
    msg_t *request;                             // kept for a repeat, and for the head of an error
    int64_t deadline;                           // on the steady clock, as all times here
    size_t at;                                  // index of the dealer that has it
    size_t before;                              // of the one that had it and may still answer; `count`: none
    unsigned refused;                           // bits of dealers that it does not go to again
} question_t;

static balance_t *
balance_for(asker_t *self)
{
    balance_t *shared = balance_of_thread();
    if (!shared)
        self->own = balance_new();
    return shared? shared: self->own;
}

asker_t *
asker_open(const char *endpoints, const dealer_keys_t *keys)
{
    asker_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    balance_t *balance = balance_for(self);
    while (*(endpoints += strspn(endpoints, " "))) {
        char where[ENDPOINT_SIZE + TOPOLOGY_NAME + 2];
        size_t size = strcspn(endpoints, " ");
        (void)snprintf(where, sizeof where, "%.*s", (int)size, endpoints);
        bool fits = self->count < ASK_ENDPOINTS && size < sizeof where;
        dealer_t *dealer = fits? dealer_new(where, keys, balance): NULL;
        if (!dealer) {
            asker_destroy(&self);
            return NULL;
        }
        self->dealers[self->count++] = dealer;
        endpoints += size;
    }
    if (self->count == 0)
        asker_destroy(&self);
    return self;
}

asker_t *
asker_new(const char *endpoints)
{
    return asker_open(endpoints, NULL);
}

void
asker_destroy(asker_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->count; i++)
        dealer_destroy(&(*self)->dealers[i]);
    balance_destroy(&(*self)->own);
    free(*self);
    *self = NULL;
}

// ---- where to -----------------------------------------------------------------------------------------------
// The dealer with the fewest questions under way that none of the bits of `not` names; gone ones only if `any`.
static size_t
best(const asker_t *self, unsigned not, bool any)
{
    size_t found = self->count;
    int least = 0;
    for (size_t i = 0; i < self->count; i++) {
        size_t at = (self->turn + i) % self->count;
        spot_t *spot = dealer_spot(self->dealers[at]);
        int waiting = atomic_load_explicit(&spot->waiting, memory_order_relaxed);
        if ((not & 1u << at) || (!any && spot_gone(spot)) || (found < self->count && waiting >= least))
            continue;
        found = at;
        least = waiting;
    }
    return found;
}

// Sends to the best that takes it: first to those that are there, then to the others. BUSY if one was full,
// UNAVAILABLE if nobody is connected.
static code_t
send_once(asker_t *self, question_t *question)
{
    code_t code = UNAVAILABLE;
    for (int round = 0; round < 2; round++) {
        unsigned tried = question->refused;
        size_t at;
        while ((at = best(self, tried, round == 1)) < self->count) {
            msg_t *copy = msg_lend(question->request);
            code_t sent = dealer_send(self->dealers[at], &copy);
            msg_destroy(&copy);
            question->at = at;
            if (sent == OK)
                return OK;
            tried |= 1u << at;
            code = sent == BUSY? BUSY: code;
        }
    }
    return code;
}

// Sleeps until one of those that may have the question can take it; false at the limit.
static bool
await_connection(asker_t *self, const question_t *question, int64_t limit)
{
    zmq_pollitem_t items[ASK_ENDPOINTS];
    size_t which[ASK_ENDPOINTS];
    int count = 0;
    int64_t wait = limit - msg_steady_ms();
    for (size_t i = 0; i < self->count; i++)
        if (!(question->refused & 1u << i) && dealer_socket(self->dealers[i])) {
            items[count] = (zmq_pollitem_t){ dealer_socket(self->dealers[i]), 0, ZMQ_POLLOUT, 0 };
            which[count++] = i;
        }
    if (wait <= 0)
        return false;
    (void)zmq_poll(items, count, (long)(wait < SLICE_MS? wait: SLICE_MS));      // a key may come meanwhile
    for (int i = 0; i < count; i++)
        if (items[i].revents & ZMQ_POLLOUT)
            dealer_connected(self->dealers[which[i]]);
    return true;
}

// A peer that is not there may be restarting: it is waited for, a little.
static code_t
send_question(asker_t *self, question_t *question)
{
    int64_t limit = msg_steady_ms() + CONNECT_MS;
    code_t code = UNAVAILABLE;
    if (limit > question->deadline)
        limit = question->deadline;
    self->turn++;
    do
        code = send_once(self, question);
    while (code == UNAVAILABLE && await_connection(self, question, limit));
    if (code == OK)
        atomic_fetch_add(&dealer_spot(self->dealers[question->at])->waiting, 1);
    return code;
}

// ---- the answer ---------------------------------------------------------------------------------------------
static bool
answers(const msg_t *answer, const msg_head_t *head)
{
    const msg_head_t *other = msg_head(answer);
    return (other->kind == MSG_REP || other->kind == MSG_ERR) && strcmp(other->id, head->id) == 0 &&
           strcmp(other->type, head->type) == 0;
}

// What waits at one dealer, for up to `ms`: the answer, or NULL. Answers to earlier questions are dropped; any
// of them shows that somebody is there.
static msg_t *
receive_from(dealer_t *dealer, const msg_head_t *head, int64_t ms)
{
    bool again = true;
    while (again) {
        msg_t *answer = dealer_receive(dealer, ms, &again);
        if (!answer && !again)
            return NULL;
        spot_return(dealer_spot(dealer));
        if (answer && answers(answer, head))
            return answer;
        msg_destroy(&answer);
        again = true;
        ms = 0;
    }
    return NULL;
}

// The answer, or NULL: none came until `limit` (TIMEOUT), or the connection broke (UNAVAILABLE).
static msg_t *
await(asker_t *self, question_t *question, int64_t limit, code_t *code)
{
    const msg_head_t *head = msg_head(question->request);
    dealer_t *dealer = self->dealers[question->at];
    msg_t *answer = NULL;
    *code = OK;
    while (!answer && *code == OK) {
        int64_t wait = limit - msg_steady_ms();
        answer = receive_from(dealer, head, wait < SLICE_MS? wait: SLICE_MS);
        if (!answer && question->before < self->count)
            answer = receive_from(self->dealers[question->before], head, 0);
        if (!answer && dealer_lost(dealer))
            *code = UNAVAILABLE;
        else if (!answer && msg_steady_ms() >= limit)
            *code = TIMEOUT;
    }
    atomic_fetch_sub(&dealer_spot(dealer)->waiting, 1);
    return answer;
}

static int64_t
retry_time(const question_t *question)
{
    int64_t now = msg_steady_ms();
    int64_t half = (question->deadline - now) / 2;
    if (msg_size(question->request) > ASK_RETRY_BYTES)
        return question->deadline;
    return now + (half < ASK_RETRY_MS? half: ASK_RETRY_MS);
}

// ---- both -----------------------------------------------------------------------------------------------------
static msg_t *
failed(const msg_t *request, code_t code)
{
    const char *type = msg_head(request)->type;
    const char *text = code == BUSY? "the queue in front of it is full; try again shortly":
                       code == UNAVAILABLE? "the actor that answers this is not there; try again shortly":
                                            "no answer before the deadline";
    return msg_new_err(request, code, "%s: %s", type, text);
}

// Bits of the others that could take the question now.
static unsigned
others(const asker_t *self, const question_t *question)
{
    unsigned bits = 0;
    for (size_t i = 0; i < self->count; i++)
        if (i != question->at && !(question->refused & 1u << i) && !dealer_lost(self->dealers[i]))
            bits |= 1u << i;
    return bits;
}

// Decides about an answer that says no: true if the question may go on to another, or wait for the next life of
// one that stops.
static bool
goes_on(asker_t *self, question_t *question, code_t code)
{
    dealer_t *dealer = self->dealers[question->at];
    bool elsewhere = others(self, question) != 0;
    if (elsewhere)
        question->refused |= 1u << question->at;
    if (code == BUSY)
        return elsewhere;
    spot_leave(dealer_spot(dealer));
    dealer_renew(dealer);
    return true;
}

// Nobody answered: elsewhere, if there is an elsewhere; what was asked may still be answered.
static void
look_elsewhere(asker_t *self, question_t *question, code_t code)
{
    spot_leave(dealer_spot(self->dealers[question->at]));
    question->before = code == TIMEOUT? question->at: self->count;
    if (others(self, question) != 0)
        question->refused |= 1u << question->at;
}

static msg_t *
ask_repeatedly(asker_t *self, question_t *question, bool idempotent, code_t *code)
{
    bool last = !idempotent;
    msg_t *answer = NULL;
    for (int sends = 0; sends < SENDS + (int)self->count; sends++) {
        msg_t *earlier = answer;                // a refusal: better than nothing
        *code = send_question(self, question);
        if (*code != OK)
            return earlier;
        answer = await(self, question, last? question->deadline: retry_time(question), code);
        msg_destroy(&earlier);
        code_t said = answer? msg_code(answer): *code;
        if (answer && (!idempotent || (said != BUSY && said != UNAVAILABLE) || !goes_on(self, question, said)))
            return answer;
        if (!answer && (last || msg_steady_ms() >= question->deadline))
            return NULL;
        if (!answer)
            look_elsewhere(self, question, said);
        last |= said == TIMEOUT;
    }
    return answer;
}

msg_t *
asker_ask(asker_t *self, const call_type_t *call, msg_t **request)
{
    return asker_ask_until(self, call, request, INT64_MAX);
}

msg_t *
asker_ask_until(asker_t *self, const call_type_t *call, msg_t **request, int64_t until)
{
    question_t question = { .request = *request, .before = self->count };
    *request = NULL;
    int64_t deadline = msg_steady_deadline(msg_head(question.request)->deadline);
    question.deadline = deadline < until? deadline: until;
    for (size_t i = 0; i < self->count; i++)
        dealer_tend(self->dealers[i]);
    code_t code = OK;
    msg_t *answer = ask_repeatedly(self, &question, call->idempotent, &code);
    if (!answer)
        answer = failed(question.request, code);
    msg_destroy(&question.request);
    return answer;
}
