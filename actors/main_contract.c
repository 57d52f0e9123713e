#include "main.h"

#include "../proto/contract.h"
#include "core/banned.h"

// A call's short name in its record's fields.
static const char *
kind(const field_t *field, char text[96])
{
    switch (field->kind) {
    case FIELD_BOOL:
        return "true or false";
    case FIELD_INT:
        return "integer";
    case FIELD_STRING:
        (void)snprintf(text, 96, "text, at most %zu bytes", field->limit);
        return text;
    case FIELD_STRINGS:
        (void)snprintf(text, 96, "list of at most %zu texts", field->limit);
        return text;
    case FIELD_ONE:
        (void)snprintf(text, 96, "`%s`", field->record->name);
        return text;
    case FIELD_LIST:
        (void)snprintf(text, 96, "list of at most %zu `%s`", field->limit, field->record->name);
        return text;
    }
    return "";
}

static void
print_calls(void)
{
    puts("### Calls\n\n| type | request | answer | may be repeated | what it does |\n|---|---|---|---|---|");
    for (const call_type_t *const *call = contract_calls(); *call; call++)
        if ((*call)->reply)
            printf("| `%s` | `%s` | `%s` | %s | %s |\n", (*call)->name, (*call)->request->name, (*call)->reply->name,
                   (*call)->idempotent? "yes": "no", (*call)->text);
    puts("\n### Events\n\n| type | record | what it says |\n|---|---|---|");
    for (const call_type_t *const *call = contract_calls(); *call; call++)
        if (!(*call)->reply)
            printf("| `%s` | `%s` | %s |\n", (*call)->name, (*call)->request->name, (*call)->text);
}

static void
print_records(void)
{
    puts("\n### Records");
    for (const schema_t *const *schema = contract_schemas(); *schema; schema++) {
        printf("\n#### %s\n\n| field | kind | required | what it is |\n|---|---|---|---|\n", (*schema)->name);
        for (const field_t *field = (*schema)->fields; field->name; field++) {
            char text[96];
            printf("| `%s` | %s | %s | %s |\n", field->name, kind(field, text), field->required? "yes": "",
                   field->text);
        }
    }
}

static void
print_codes_and_limits(void)
{
    puts("\n### Codes\n\n| code | HTTP status | may be retried | what it means |\n|---|---|---|---|");
    for (int i = 0; i < CODE_COUNT; i++)
        printf("| `%s` | %d | %s | %s |\n", code_name((code_t)i), code_http_status((code_t)i),
               code_retryable((code_t)i)? "yes": "no", code_text((code_t)i));
    puts("\n### Limits\n\n| limit | value | what it bounds |\n|---|---|---|");
    for (const limit_t *limit = limits(); limit->name; limit++)
        printf("| `%s` | %lld | %s |\n", limit->name, (long long)limit->value, limit->text);
}

int
main_contract(int count, char **words)
{
    if (count > 0) {
        fprintf(stderr, "wikibot: contract takes nothing after it, not '%s'\n", words[0]);
        return 2;
    }
    print_calls();
    print_records();
    print_codes_and_limits();
    return 0;
}
