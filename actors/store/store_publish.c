// store_publish - objects, pack and ref, in the order that survives a crash at any moment
//
//   write pack, index and ref under temporary names; sync the three; rename pack and index; sync their folder;
//   rename the ref; sync its folder: five fsyncs for a whole group of writes
//
// Until the ref is renamed nothing refers to the pack, so a crash leaves only rubbish, which is swept or collected.
#include <string.h>
#include "store_pack.h"
#include "store_packs.h"
#include "store_writer.h"

code_t
store_group_publish(store_group_t *group, store_ref_lock_t *lock)
{
    store_t *store = group->store;
    store_pack_t pack;
    store_pack_files_t files = { .pack = -1, .index = -1 };
    code_t code = store_pack_build(&group->objects, group->writer->fast_sha, &pack);
    if (code != OK)
        return store_fail(store, code, "cannot make a pack: it is too large, or there is no memory");
    pack.durable = store->durable;
    code = store_pack_write(store, &pack, ++group->writer->unique, &files);
    if (code == OK)
        code = store_ref_prepare(store, lock, &group->head);
    if (code == OK)
        code = store_ref_sync(store, lock);
    if (code == OK)
        code = store_pack_publish(store, &pack, &files);
    if (code == OK) {
        store_pack_abandon(&files);             // closes; the files have their names
        store_packs_note(store, pack.name);
        group->writer->packs++;
        code = store_ref_move(store, lock);
    }
    store_pack_abandon(&files);
    store_pack_clear(&pack);
    return code;
}
