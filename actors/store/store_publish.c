// store_publish - objects, pack and ref, in the order that survives a crash at any moment
//
//   write pack, index and ref under temporary names; sync the three; rename pack and index; sync their folder;
//   rename the ref; sync its folder: five fsyncs for a whole group of writes
//
// Until the ref is renamed nothing refers to the pack, so a crash leaves only rubbish, which is swept or collected.
// Where the file system keeps the order of renames, both folders are synced after the last rename: the first fsync then
// writes the journal once for all, the second finds nothing to do, and a save waits for two writes instead of three.
#include "store_pack.h"
#include "store_packs.h"
#include "store_writer.h"

static code_t
rename_all(store_group_t *group, store_ref_lock_t *lock, const store_pack_t *pack, store_pack_files_t *files)
{
    store_t *store = group->store;
    code_t code = store_pack_name(store, pack, files);
    if (code == OK && !group->writer->ordered)
        code = store_pack_settle(store, pack, files);
    if (code == OK)
        code = store_ref_move(store, lock);
    if (code != OK)
        return code;
    if (group->writer->ordered)
        code = store_pack_settle(store, pack, files);
    files->pack_path[0] = files->index_path[0] = 0;     // the branch needs them, whatever fails from here on
    return code == OK? store_ref_settle(store, lock): code;
}

code_t
store_group_publish(store_group_t *group, store_ref_lock_t *lock)
{
    store_t *store = group->store;
    store_pack_t pack;
    store_pack_files_t files = { .pack = -1, .index = -1 };
    code_t code = store_pack_build(&group->objects, &pack);
    if (code != OK)
        return store_fail(store, code, "cannot make a pack: it is too large, or there is no memory");
    pack.durable = store->durable;
    code = store_pack_write(store, &pack, ++group->writer->unique, &files);
    if (code == OK)
        code = store_ref_prepare(store, lock, &group->head);
    if (code == OK)
        code = store_ref_sync(store, lock);
    if (code == OK)
        code = rename_all(group, lock, &pack, &files);
    if (code == OK) {
        store_packs_note(store, pack.name);
        group->writer->packs++;
    }
    store_pack_abandon(&files);
    store_pack_clear(&pack);
    return code;
}
