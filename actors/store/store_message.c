// store_message - commit messages, signatures and the commit object itself
#include <stdlib.h>
#include <string.h>
#include "store_file.h"
#include "store_message.h"

static const char CLIENT[] = "Client: ";
static const char REQUEST[] = "Request-Id: ";
static const char NONE[] = "-";                 // so that both trailers are always there, and known together

// git drops these at the ends of a name.
static bool
is_crud(unsigned char c)
{
    return c <= ' ' || c == 127 || strchr(".,:;<>\"\\'", c);
}

static void
clean(const char *from, bool blanks, char to[STORE_NAME_SIZE])
{
    size_t size = 0;
    while (from && is_crud((unsigned char)*from) && *from)
        from++;
    for (; from && *from && size < STORE_NAME_SIZE - 1; from++) {
        unsigned char c = (unsigned char)*from;
        if (c < ' ' || c == 127 || c == '<' || c == '>' || (c == ' ' && !blanks))
            continue;
        to[size++] = *from;
    }
    while (size && (to[size - 1] & 0xc0) == 0x80 && from && *from)
        size--;                                 // cut in the middle of a character
    while (size && is_crud((unsigned char)to[size - 1]))
        size--;
    to[size] = 0;
}

void
store_person(const char *name, const char *email, store_person_t *person)
{
    clean(name, true, person->name);
    clean(email, false, person->email);
    if (!person->name[0])
        snprintf(person->name, sizeof person->name, "Anonymous");
    if (!person->email[0])
        snprintf(person->email, sizeof person->email, "anonymous@wikibot.invalid");
    person->when = store_now() / 1000;
}

bool
store_request_id_valid(const char *id)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@+=/-";
    size_t size = id? strlen(id): 0;
    return size < STORE_ID_SIZE && (size == 0 || strspn(id, allowed) == size) && !(size == 1 && *id == '-');
}

// The start of the line that ends before `end`.
static const char *
line_before(const char *text, const char *end)
{
    while (end > text && end[-1] != '\n')
        end--;
    return end;
}

static bool
is_trailer(const char *line, const char *end, const char *key, size_t key_size)
{
    return (size_t)(end - line) > key_size && memcmp(line, key, key_size) == 0;
}

// Where our paragraph begins, or NULL. It is the last, and has these two lines and no other.
static const char *
find_trailers(const char *message, const char **request)
{
    const char *end = message + strlen(message);
    if (end > message && end[-1] == '\n')
        end--;
    *request = line_before(message, end);
    if (*request == message || !is_trailer(*request, end, REQUEST, sizeof REQUEST - 1))
        return NULL;
    const char *client = line_before(message, *request - 1);
    if (!is_trailer(client, *request - 1, CLIENT, sizeof CLIENT - 1))
        return NULL;
    if (client - message < 2 || client[-1] != '\n' || client[-2] != '\n')
        return NULL;
    return client;
}

size_t
store_message_length(const char *message)
{
    const char *request;
    const char *end = find_trailers(message, &request);
    if (!end)
        return strlen(message);
    while (end > message && end[-1] == '\n')
        end--;
    return (size_t)(end - message);
}

static void
take_value(const char *from, char value[STORE_ID_SIZE])
{
    size_t size = strcspn(from, "\n");
    snprintf(value, STORE_ID_SIZE, "%.*s", (int)size, from);
    if (strcmp(value, NONE) == 0)
        value[0] = 0;
}

bool
store_message_trailers(const char *message, char client[STORE_ID_SIZE], char id[STORE_ID_SIZE])
{
    const char *request;
    const char *line = find_trailers(message, &request);
    if (!line)
        return false;
    take_value(line + sizeof CLIENT - 1, client);
    take_value(request + sizeof REQUEST - 1, id);
    return true;
}

// Lines end in \n, blanks at the end go.
static void
put_message(FILE *out, const char *message)
{
    size_t size = strlen(message);
    while (size && strchr(" \t\r\n", message[size - 1]))
        size--;
    for (size_t i = 0; i < size; i++)
        if (message[i] != '\r' || message[i + 1] != '\n')
            fputc(message[i] == '\r'? '\n': message[i], out);
}

static void
put_trailer(FILE *out, const char *key, const char *value)
{
    fputs(key, out);
    if (!value || !*value)
        value = NONE;
    for (size_t i = 0; value[i] && i < STORE_ID_SIZE - 1; i++)
        fputc((unsigned char)value[i] < ' '? ' ': value[i], out);
    fputc('\n', out);
}

uint8_t *
store_commit_make(const store_commit_t *commit, size_t *size)
{
    char *text = NULL;
    char hex[GIT_OID_HEXSZ + 1];
    const store_person_t *person = commit->person;
    FILE *out = open_memstream(&text, size);
    if (!out)
        return NULL;
    fprintf(out, "tree %s\n", git_oid_tostr(hex, sizeof hex, commit->tree));
    if (commit->parent)
        fprintf(out, "parent %s\n", git_oid_tostr(hex, sizeof hex, commit->parent));
    fprintf(out, "author %s <%s> %lld +0000\n", person->name, person->email, (long long)person->when);
    fprintf(out, "committer %s <%s> %lld +0000\n\n", person->name, person->email, (long long)person->when);
    put_message(out, commit->message);
    fputs("\n\n", out);
    put_trailer(out, CLIENT, commit->client);
    put_trailer(out, REQUEST, commit->request_id);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return (uint8_t *)text;
}
