// store_journal - does the file system keep the order of renames over a crash?
#include <ctype.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "store_journal.h"

// ext2, ext3 and ext4 share their magic; the kernel says who has a journal: the id of its thread, else "<none>".
static bool
ext4_has_journal(const char *folder)
{
    char link[64], path[320], target[256] = "";
    struct stat facts;
    if (stat(folder, &facts) < 0)
        return false;
    snprintf(link, sizeof link, "/sys/dev/block/%u:%u", major(facts.st_dev), minor(facts.st_dev));
    ssize_t size = readlink(link, target, sizeof target - 1);
    const char *name = size > 0? strrchr(target, '/'): NULL;
    if (!name)
        return false;
    snprintf(path, sizeof path, "/sys/fs/ext4%s/journal_task", name);
    FILE *file = fopen(path, "re");
    int first = file? fgetc(file): EOF;
    if (file)
        fclose(file);
    return first != EOF && isdigit(first);
}

bool
store_journal_keeps_order(const char *folder)
{
    struct statfs facts;
    if (statfs(folder, &facts) < 0)
        return false;
    if (facts.f_type == XFS_SUPER_MAGIC || facts.f_type == BTRFS_SUPER_MAGIC)
        return true;
    return facts.f_type == EXT4_SUPER_MAGIC && ext4_has_journal(folder);
}
