#include "main.h"

#include "core/banned.h"

int
main_config(int count, char **words)
{
    if (count < 1 || strcmp(words[0], "show") != 0) {
        fputs("wikibot: what about the settings? wikibot config show\n", stderr);
        return 2;
    }
    options_t options;
    bool good = options_read(&options, count - 1, words + 1);
    if (good)
        settings_print(options.settings, stdout, options.origin);
    options_clear(&options);
    return good? 0: 2;
}
