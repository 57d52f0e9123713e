#include "msg.h"

#include <sodium.h>

static const char *const kind_names[] = { "REQ", "REP", "ERR", "EVT" };

static const char hex_digits[] = "0123456789abcdef";

static char *
add_word(char *at, const char *word)
{
    size_t size = strlen(word);
    memcpy(at, word, size);
    at[size] = ' ';
    return at + size + 1;
}

// By hand: every hop of a message prints its head, and snprintf was 4 % of a page view.
size_t
msg_head_print(const msg_head_t *self, char *text)
{
    char digits[20];
    size_t count = 0;
    assert(self->deadline >= 0);
    for (int64_t rest = self->deadline; rest > 0 || count == 0; rest /= 10)
        digits[count++] = (char)('0' + rest % 10);
    char *at = add_word(text, "AM1");
    at = add_word(at, kind_names[self->kind]);
    at = add_word(at, self->type);
    at = add_word(at, self->id);
    at = add_word(at, self->trace);
    while (count > 0)
        *at++ = digits[--count];
    *at = '\0';
    size_t size = (size_t)(at - text);
    assert(size <= LIMIT_HEAD_BYTES);           // the sizes of the fields see to that
    return size;
}

// Takes the next word, up to a blank or the end; NULL if it is empty or not of the size asked for (0: any).
static const char *
take_word(const char **at, const char *end, size_t *size, size_t wanted)
{
    const char *word = *at;
    const char *blank = memchr(word, ' ', (size_t)(end - word));
    const char *stop = blank? blank: end;
    *size = (size_t)(stop - word);
    *at = blank? blank + 1: end;
    return *size > 0 && (wanted == 0 || *size == wanted)? word: NULL;
}

static bool
is_hex(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!(text[i] >= '0' && text[i] <= '9') && !(text[i] >= 'a' && text[i] <= 'f'))
            return false;
    return true;
}

// actor.verb, of lower-case letters and underscores.
static bool
is_type(const char *text, size_t size)
{
    const char *dot = memchr(text, '.', size);
    if (!dot || dot == text || dot == text + size - 1 || size > MSG_TYPE_SIZE)
        return false;
    for (size_t i = 0; i < size; i++)
        if (text + i != dot && !(text[i] >= 'a' && text[i] <= 'z') && text[i] != '_')
            return false;
    return true;
}

static code_t
parse_kind(msg_kind_t *kind, const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (size == 3 && memcmp(word, kind_names[i], 3) == 0) {
            *kind = (msg_kind_t)i;
            return OK;
        }
    return INVALID;
}

// A number without sign, leading zeros or anything else that would not print back to itself.
static code_t
parse_deadline(int64_t *deadline, const char *word, size_t size)
{
    if (size > 18 || (size > 1 && *word == '0'))
        return INVALID;
    *deadline = 0;
    for (size_t i = 0; i < size; i++) {
        if (word[i] < '0' || word[i] > '9')
            return INVALID;
        *deadline = *deadline * 10 + (word[i] - '0');
    }
    return OK;
}

code_t
msg_head_parse(msg_head_t *self, const char *text, size_t size)
{
    memset(self, 0, sizeof *self);
    if (size == 0 || size > LIMIT_HEAD_BYTES || text[size - 1] == ' ')
        return INVALID;
    const char *at = text, *end = text + size, *word;
    size_t length = 0;
    if (!(word = take_word(&at, end, &length, 3)) || memcmp(word, "AM1", 3) != 0)
        return INVALID;
    if (!(word = take_word(&at, end, &length, 3)) || parse_kind(&self->kind, word, length) != OK)
        return INVALID;
    if (!(word = take_word(&at, end, &length, 0)) || !is_type(word, length))
        return INVALID;
    memcpy(self->type, word, length);
    if (!(word = take_word(&at, end, &length, MSG_ID_SIZE)) || !is_hex(word, length))
        return INVALID;
    memcpy(self->id, word, length);
    if (!(word = take_word(&at, end, &length, MSG_TRACE_SIZE)) || !is_hex(word, length))
        return INVALID;
    memcpy(self->trace, word, length);
    if (!(word = take_word(&at, end, &length, 0)) || at != end)
        return INVALID;
    return parse_deadline(&self->deadline, word, length);
}

static void
random_hex(char *text, size_t size)
{
    uint8_t bytes[MSG_TRACE_SIZE / 2];
    randombytes_buf(bytes, size / 2);
    for (size_t i = 0; i < size / 2; i++) {
        text[2 * i] = hex_digits[bytes[i] >> 4];
        text[2 * i + 1] = hex_digits[bytes[i] & 0x0f];
    }
    text[size] = '\0';
}

void
msg_new_id(char id[MSG_ID_SIZE + 1])
{
    random_hex(id, MSG_ID_SIZE);
}

void
msg_new_trace(char trace[MSG_TRACE_SIZE + 1])
{
    random_hex(trace, MSG_TRACE_SIZE);
}

static int64_t
read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
msg_clock_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t
msg_steady_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t
msg_steady_deadline(int64_t deadline)
{
    int64_t left = deadline - msg_clock_ms();
    return msg_steady_ms() + (left < LIMIT_DEADLINE_CAP_MS? left: LIMIT_DEADLINE_CAP_MS);
}
