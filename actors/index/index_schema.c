// The tables of the index file. Who changes one raises INDEX_SCHEMA_VERSION: an older file is then built anew.
#include "index_internal.h"

const char index_schema[] =
    // What the file stands at: 'fingerprint', 'commit'.
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

    // Every file that ever was, so that history is kept by number. `blob` is NULL for what is gone.
    "CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, blob TEXT);"
    // `seq` rises from parents to children.
    "CREATE TABLE commits(seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, author TEXT NOT NULL,"
    "  email TEXT NOT NULL, at INTEGER NOT NULL, zone INTEGER NOT NULL, message TEXT NOT NULL, files INTEGER NOT NULL);"
    // kind: a m d r; origin: of r, the file that it was.
    "CREATE TABLE change(file INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, origin INTEGER,"
    "  PRIMARY KEY(file, seq)) WITHOUT ROWID;"
    "CREATE INDEX change_by_commit ON change(seq);"

    // `id` is that of its file; `body` is the text behind the front matter, `line` where it begins.
    "CREATE TABLE page(id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, page TEXT NOT NULL, blob TEXT NOT NULL,"
    "  title TEXT NOT NULL, heading TEXT NOT NULL, category TEXT NOT NULL, tags TEXT NOT NULL, front TEXT NOT NULL,"
    "  size INTEGER NOT NULL, words INTEGER NOT NULL, line INTEGER NOT NULL, body TEXT NOT NULL);"
    "CREATE INDEX page_by_id ON page(page);"
    "CREATE TABLE tag(page INTEGER NOT NULL, ord INTEGER NOT NULL, tag TEXT NOT NULL, folded TEXT NOT NULL,"
    "  PRIMARY KEY(page, ord)) WITHOUT ROWID;"
    "CREATE INDEX tag_folded ON tag(folded, page);"
    "CREATE TABLE heading(page INTEGER NOT NULL, ord INTEGER NOT NULL, level INTEGER NOT NULL, anchor TEXT NOT NULL,"
    "  text TEXT NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(page, ord)) WITHOUT ROWID;"
    // target: canonical id of a page, or a file; a link to the page itself has the page's own id.
    "CREATE TABLE link(page INTEGER NOT NULL, ord INTEGER NOT NULL, target TEXT NOT NULL, anchor TEXT NOT NULL,"
    "  kind TEXT NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(page, ord)) WITHOUT ROWID;"
    "CREATE INDEX link_by_target ON link(target, page);"

    // Passages as index_chunk.h cuts them; their id in the contract is {page}::chunk_{ord}.
    "CREATE TABLE passage(id INTEGER PRIMARY KEY, page INTEGER NOT NULL, ord INTEGER NOT NULL, section TEXT NOT NULL,"
    "  path TEXT NOT NULL, anchor TEXT NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL);"
    "CREATE UNIQUE INDEX passage_of_page ON passage(page, ord);";
