// replay - feeds files to a fuzz target without libFuzzer, so that every build runs the corpora as a test
//
// replay FILE|FOLDER...: each file once, and each of its prefixes up to PREFIXES bytes, from an exactly sized heap
// block, so that AddressSanitizer sees the first byte read too far.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PREFIXES = 256, INPUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
feed(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0? size: 1);
    if (!copy)
        abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int
replay_file(const char *path)
{
    static uint8_t data[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return -1;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    feed(data, size);
    for (size_t prefix = 0; prefix < size && prefix < PREFIXES; prefix++)
        feed(data, prefix);
    return 1;
}

// Files replayed, or -1.
static int
replay(const char *path)
{
    struct stat facts;
    if (stat(path, &facts) < 0) {
        perror(path);
        return -1;
    }
    if (!S_ISDIR(facts.st_mode))
        return replay_file(path);

    DIR *folder = opendir(path);
    if (!folder) {
        perror(path);
        return -1;
    }
    int count = 0;
    for (struct dirent *entry = readdir(folder); entry && count >= 0; entry = readdir(folder)) {
        char name[4096];
        int length = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.' || length >= (int)sizeof name)
            continue;
        int more = replay(name);
        count = more < 0? -1: count + more;
    }
    closedir(folder);
    return count;
}

int
main(int argc, char **argv)
{
    int total = 0;
    for (int arg = 1; arg < argc; arg++) {
        int count = replay(argv[arg]);
        if (count < 0)
            return EXIT_FAILURE;
        total += count;
    }
    printf("%d inputs replayed\n", total);
    return total > 0? EXIT_SUCCESS: EXIT_FAILURE;
}
