// Whatever the bytes: times, base64, names of attachments and feeds stay within their memory and keep their promises
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../gateway/base64.h"
#include "../../gateway/feed.h"
#include "../../gateway/moment.h"
#include "../../gateway/safe_name.h"

static void
promise(bool holds)
{
    if (!holds)
        abort();
}

static void
try_base64(const char *text, size_t size)
{
    unsigned char *bytes = malloc(3 * (size / 4) + 6);
    size_t decoded = 0;
    promise(bytes != NULL);
    if (base64_decode(text, size, bytes, &decoded) == OK) {
        char *back = malloc(base64_size(decoded) + 1);
        unsigned char *again = malloc(3 * (base64_size(decoded) / 4) + 6);
        size_t twice = 0;
        promise(back && again);
        base64_encode(bytes, decoded, back);
        promise(base64_decode(back, strlen(back), again, &twice) == OK);
        promise(twice == decoded && memcmp(bytes, again, decoded) == 0);
        free(back);
        free(again);
    }
    free(bytes);
}

static void
try_texts(const char *text)
{
    char name[PAGE_ID_SIZE], moment[MOMENT_SIZE];
    int64_t when = 0;
    if (moment_read(text, &when)) {
        moment_iso(when, when % 1000, moment);
        moment_mail(when, moment);
    }
    if (safe_name(text, name) == OK)
        promise(*name && !strchr(name, '/') && *name != '.' && !page_is_page_file(name) && strlen(name) <= 255);
}

static void
try_feed(const char *text)
{
    const char *files[] = { text };
    for (feed_kind_t kind = FEED_RSS; kind <= FEED_ATOM; kind++) {
        output_t out = { 0 };
        feed_t feed = { kind, "http://x", text, text, text, text, (int64_t)strlen(text) };
        feed_entry_t entry = { text, text, text, text, 0, files, files, 1 };
        feed_begin(&out, &feed);
        size_t begun = out.size;
        feed_add(&out, &feed, &entry);
        feed_end(&out, &feed);
        for (size_t i = begun; i < out.size; i++)
            promise((unsigned char)out.bytes[i] >= 0x20 || strchr("\t\n\r", out.bytes[i]));
        output_clear(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    promise(text != NULL);
    memcpy(text, data, size);
    text[size] = 0;
    try_base64(text, size);
    try_texts(text);
    if (page_utf8_valid(text, strlen(text)))
        try_feed(text);
    free(text);
    return 0;
}
