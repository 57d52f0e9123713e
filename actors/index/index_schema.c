// The tables of the index file. Who changes one raises INDEX_SCHEMA_VERSION: an older file is then built anew.
#include "index_internal.h"

const char index_schema[] =
    // 'fingerprint'; 'commit' that the file stands at; counts, kept: 'pages', 'passages', 'links', 'commits'.
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"

    // Every file that ever was, so that history is kept by number. `page`: its canonical id; '' if it is no page.
    // `blob` is NULL for what is gone.
    "CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, page TEXT NOT NULL, blob TEXT);"
    "CREATE INDEX file_there ON file(page, path) WHERE page != '' AND blob IS NOT NULL;"
    "CREATE INDEX file_gone ON file(page, path) WHERE page != '' AND blob IS NULL;"

    // Authors. `folded` is the name without case.
    "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, folded TEXT NOT NULL,"
    "  UNIQUE(name, email));"
    // `seq` rises from parents to children. files: that changed, both names of a rename; pages: of these.
    "CREATE TABLE commits(seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL,"
    "  person INTEGER NOT NULL, at INTEGER NOT NULL, zone INTEGER NOT NULL, message TEXT NOT NULL,"
    "  files INTEGER NOT NULL, pages INTEGER NOT NULL);"
    "CREATE INDEX commits_of_pages ON commits(seq) WHERE pages > 0;"
    // kind: a m d r, and o: it went to another name. origin: of r, the file that it was.
    "CREATE TABLE change(file INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, origin INTEGER,"
    "  PRIMARY KEY(file, seq)) WITHOUT ROWID;"
    "CREATE INDEX change_by_commit ON change(seq);"
    "CREATE INDEX change_renamed ON change(file, seq) WHERE kind = 'r';"
    // Folders by the folded path, and the commits that changed something below them: how many files, how many pages.
    "CREATE TABLE folder(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);"
    "CREATE TABLE folder_change(folder INTEGER NOT NULL, seq INTEGER NOT NULL, files INTEGER NOT NULL,"
    "  pages INTEGER NOT NULL, PRIMARY KEY(folder, seq)) WITHOUT ROWID;"

    // Pages. `id` is that of its file. category: JSON; category_key: without case; tags: one a line; front: JSON.
    // newest: the number of the newest commit that changed it, with what lists tell of it; 0: there is none.
    "CREATE TABLE page(id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, page TEXT NOT NULL, title TEXT NOT NULL,"
    "  heading TEXT NOT NULL, category TEXT NOT NULL, category_key TEXT NOT NULL, tags TEXT NOT NULL,"
    "  size INTEGER NOT NULL, words INTEGER NOT NULL, blob TEXT NOT NULL, newest INTEGER NOT NULL DEFAULT 0,"
    "  revision TEXT NOT NULL DEFAULT '', at INTEGER NOT NULL DEFAULT 0, zone INTEGER NOT NULL DEFAULT 0,"
    "  person INTEGER NOT NULL DEFAULT 0, front TEXT NOT NULL);"
    "CREATE INDEX page_by_id ON page(page, file);"
    "CREATE INDEX page_of_category ON page(category_key, file) WHERE category_key != '';"
    "CREATE INDEX page_empty ON page(file) WHERE words = 0;"
    // `text` is what stands behind the front matter, and begins at `line` of the source.
    "CREATE TABLE body(id INTEGER PRIMARY KEY, line INTEGER NOT NULL, text TEXT NOT NULL);"
    "CREATE TABLE tag(page INTEGER NOT NULL, folded TEXT NOT NULL, file TEXT NOT NULL, tag TEXT NOT NULL,"
    "  PRIMARY KEY(page, folded)) WITHOUT ROWID;"
    "CREATE INDEX tag_folded ON tag(folded, file);"
    "CREATE TABLE heading(page INTEGER NOT NULL, ord INTEGER NOT NULL, level INTEGER NOT NULL, anchor TEXT NOT NULL,"
    "  text TEXT NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(page, ord)) WITHOUT ROWID;"
    // target: canonical id of a page, or a file; a link to the page itself has the page's own id.
    "CREATE TABLE link(page INTEGER NOT NULL, ord INTEGER NOT NULL, target TEXT NOT NULL, anchor TEXT NOT NULL,"
    "  kind TEXT NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(page, ord)) WITHOUT ROWID;"
    "CREATE INDEX link_anchored ON link(page, ord) WHERE anchor != '';"
    // The same from the other side, each once a kind. source: the file of the page without \".md\". What looks like a
    // file is here under the id that a page of its name would have, too.
    "CREATE TABLE backlink(target TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, page INTEGER NOT NULL,"
    "  PRIMARY KEY(target, source, kind, page)) WITHOUT ROWID;"

    // Passages as index_chunk.h cuts them; their id in the contract is {page}::chunk_{ord}. size: bytes of their own
    // text, which begins at `line` of the source.
    "CREATE TABLE passage(page INTEGER NOT NULL, ord INTEGER NOT NULL, section TEXT NOT NULL, path TEXT NOT NULL,"
    "  anchor TEXT NOT NULL, line INTEGER NOT NULL, size INTEGER NOT NULL, PRIMARY KEY(page, ord)) WITHOUT ROWID;";
