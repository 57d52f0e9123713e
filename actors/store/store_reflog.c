// store_reflog - a line for each commit in the logs of HEAD and of its branch, where the repository keeps them
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"
#include "store_writer.h"

static void
put_lines(const store_group_t *group, FILE *out)
{
    for (size_t i = 0; i < group->count; i++) {
        const store_step_t *step = &group->steps[i];
        char before[GIT_OID_HEXSZ + 1], after[GIT_OID_HEXSZ + 1];
        if (!step->made)
            continue;
        git_oid_tostr(before, sizeof before, &step->parent);
        git_oid_tostr(after, sizeof after, &step->commit);
        fprintf(out, "%s %s %s <%s> %lld +0000\t", before, after, step->person.name, step->person.email,
                (long long)step->person.when);
        fprintf(out, "commit%s: %s\n", git_oid_is_zero(&step->parent)? " (initial)": "", step->subject);
    }
}

// Appended at once, as git does it; a log that cannot be written is no reason to refuse a write.
static void
append(const char *folder, const char *ref, bool make, const char *text, size_t size)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%slogs/%s", folder, ref);
    if (length < 0 || (size_t)length >= sizeof path)
        return;
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (make? O_CREAT: 0), 0644);
    if (fd < 0 && make) {
        for (char *slash = strchr(path + strlen(folder), '/'); slash; slash = strchr(slash + 1, '/')) {
            *slash = 0;
            (void)mkdir(path, 0777);
            *slash = '/';
        }
        fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_CREAT, 0644);
    }
    if (fd < 0)
        return;
    (void)store_file_write(fd, text, size);
    close(fd);
}

void
store_reflog(store_group_t *group, const char *ref)
{
    const store_writer_t *writer = group->writer;
    store_t *store = group->store;
    char *text = NULL;
    size_t size = 0;
    bool branch = strncmp(ref, "refs/heads/", 11) == 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return;
    put_lines(group, out);
    if (fclose(out) == 0) {
        append(store->git_dir, "HEAD", writer->log_refs, text, size);
        if (strcmp(ref, "HEAD") != 0)
            append(store->common_dir, ref, writer->log_all || (writer->log_refs && branch), text, size);
    }
    free(text);
}
