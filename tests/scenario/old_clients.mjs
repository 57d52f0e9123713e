// old_clients - clients of the reference's REST API work here unchanged: all 16 tools of its MCP server, text by text
import assert from 'node:assert/strict'
import test from 'node:test'
import { OldClient } from './clients/old.mjs'
import { commit, commits, git, repository, serve, topology, until } from './kit.mjs'

const KEY = 'a-key-of-old-clients'
const PAGES = {
    'home.md': '# Home\n\nSee [[Actors/Iran]] and [[Events/The War]].\n',
    'actors/iran.md': '---\ntitle: Iran\ncategory: actor\ntags: [state, region]\nsource_count: 3\n---\n\n# Iran\n\n'
        + 'A state. Allied with [[Actors/Hezbollah#Origin]].\n\n## Economy\n\nOil and gas.\n\n## Economy of others\n\n'
        + 'None.\n',
    'actors/hezbollah.md': '---\ncategory: actor\ntags: group\n---\n# Hezbollah\n\nLinked with [[actors/iran]].\n',
    'events/the war.md': '# War\n\n```\n[[Actors/Iran]]\n```\n\n## Ünïcode Ω\n\ntext\n',
    'loose.md': '',
}

async function start(t, files = PAGES, options = {}) {
    const folder = repository(t, files)
    const server = await serve(t, folder, { env: { OTTERWIKI_API_KEY: KEY, ...options.env } })
    const plain = new OldClient(server, KEY)
    const document = await plain.call('GET', '/openapi.json')
    const headers = { Authorization: `Bearer ${KEY}` }
    await until('the index is there', async () => (await server.get('/api/v1/pages', headers)).status === 200)
    return { folder, server, client: new OldClient(server, KEY, document) }
}
const head = folder => git(folder, 'rev-parse', 'HEAD').trim()
const date = (folder, rev = 'HEAD') => git(folder, 'log', '-1', '--format=%aI', rev).trim().replace(/Z$/, '+00:00')

test(`[${topology}] a model reads: notes, sections, lists, searches and links`, async t => {
    const { folder, client } = await start(t)
    const first = head(folder), day = date(folder).slice(0, 10)
    const iran = await client.tool('read_note', { path: 'Actors/Iran' })
    assert.equal(iran, `# Iran\nPath: Actors/Iran\nRevision: ${first}\nCategory: actor | Source Count: 3 | `
        + `Tags: state, region\nLinks to: Actors/Hezbollah\nLinked from: Actors/Hezbollah, Home\n\n---\n`
        + PAGES['actors/iran.md'])
    assert.equal(await client.tool('read_note', { path: 'actors/iran.md', section: ' ECONOMY ' }),
        `# Iran\nPath: Actors/Iran\nRevision: ${first}\nSection: Iran > Economy\nCategory: actor | Source Count: 3 | `
        + 'Tags: state, region\n\n---\n## Economy\n\nOil and gas.\n\n')
    assert.equal(await client.tool('read_note', { path: 'Events/The War', section: 'none' }),
        "Section not found: 'none'. Available sections:\n  - War\n  - War > Ünïcode Ω")
    assert.equal(await client.tool('read_note', { path: 'loose' }),
        `# Loose\nPath: Loose\nRevision: ${first}\n\n---\n`)
    assert.equal(await client.tool('list_notes'), 'Found 5 notes:\n\n'
        + `- Actors/Hezbollah (category: actor, last updated: ${day}, tags: group, 5 words)\n`
        + `- Actors/Iran (category: actor, last updated: ${day}, tags: state, region, 17 words)\n`
        + `- Events/The War (last updated: ${day}, 9 words)\n- Home (last updated: ${day}, 7 words)\n`
        + `- Loose (last updated: ${day}, 0 words)`)
    assert.equal(await client.tool('list_notes', { prefix: 'Actors/', category: 'ACTOR', tag: 'State',
        updated_since: '2001-01-01' }), 'Found 1 notes matching prefix=Actors/, category=ACTOR, tag=State, '
        + `updated since 2001-01-01:\n\n- Actors/Iran (category: actor, last updated: ${day}, tags: state, region, `
        + '17 words)')
    assert.equal(await client.tool('list_notes', { tag: 'none' }), 'Found 0 notes matching tag=none:')
    assert.equal(await client.tool('search_notes', { query: 'oil and' }), '2 results for "oil and":\n\n'
        + '1. Actors/Iran (score: 0.50)\n   ...ed with [[Actors/Hezbollah#Origin]].\n\n## Economy\n\n'
        + 'Oil and gas.\n\n## Economy of others\n\nNone.\n\n2. Home (score: 0.12)')
    assert.equal(await client.tool('search_notes', { query: 'zebra' }), '0 results for "zebra":')
    assert.equal(await client.tool('get_links', { path: 'Actors/Iran' }), 'Links for Actors/Iran:\n\nLinks to (1):\n'
        + '  - Actors/Hezbollah\nLinked from (2):\n  - Actors/Hezbollah\n  - Home')
    assert.equal(await client.tool('get_links', { path: 'Nowhere' }),
        'Links for Nowhere:\n\nLinks to (0):\n  (none)\nLinked from (0):\n  (none)')
    assert.equal(await client.tool('find_orphaned_notes'),
        'Found 1 orphaned notes (no incoming links from any other page):\n\n- Loose')
    assert.equal(await client.tool('get_recent_changes'), `1 recent changes:\n\n- ${date(folder)} | Ada Test | `
        + 'Actors/Hezbollah, Actors/Iran, Events/The War, Home, Loose\n  first')
    assert.equal(await client.tool('get_history', { path: 'Actors/Iran' }),
        `History for Actors/Iran (1 revisions):\n\n- ${first.slice(0, 8)} | ${date(folder)} | Ada Test\n  first`)
    assert.equal(await client.tool('list_attachments', { path: 'Home' }),
        'Attachments for Home (0):\n\n  (no attachments)')
})

test(`[${topology}] a model writes: notes, edits, renames, attachments, deletions`, async t => {
    const { folder, client } = await start(t)
    const short = () => head(folder).slice(0, 8)
    assert.equal(await client.tool('write_note', { path: 'Notes/Ärger 100% & mehr', content: '# X\r\n[[Home]]\r\n' }),
        `Created Notes/Ärger 100% & Mehr (revision: ${short()})`)
    assert.equal(git(folder, 'log', '-1', '--format=%an <%ae> %s').trim(),
        'Claude (MCP) <claude-mcp@otterwiki.local> [api] Create: Notes/Ärger 100% & mehr')
    const created = head(folder)
    assert.equal(await client.tool('read_note', { path: 'Notes/Ärger 100% & mehr' }), '# Ärger 100% & Mehr\n'
        + `Path: Notes/Ärger 100% & Mehr\nRevision: ${created}\nLinks to: Home\n\n---\n# X\r\n[[Home]]\r\n`)
    assert.equal(await client.tool('write_note', { path: 'Notes/Ärger 100% & mehr', content: '# Y\n',
        revision: created.slice(0, 8), commit_message: 'a better one' }),
        `Updated Notes/Ärger 100% & Mehr (revision: ${short()})`)
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), '[mcp] a better one')
    assert.equal(await client.tool('read_note', { path: 'Notes/Ärger 100% & mehr', revision: created.slice(0, 8) }),
        `# Ärger 100% & Mehr\nPath: Notes/Ärger 100% & Mehr\nRevision: ${created}\n\n---\n# X\r\n[[Home]]\r\n`)
    assert.equal(await client.tool('edit_note', { path: 'Actors/Iran', revision: git(folder, 'log', '-1', '--format=%H',
        '--', 'actors/iran.md').trim(), old_string: 'Oil and gas.', new_string: 'Oil.' }),
        `Edited Actors/Iran (revision: ${short()})`)
    assert.equal(await client.tool('rename_note', { path: 'Actors/Iran', new_path: 'States/Iran' }),
        `Renamed Actors/Iran -> States/Iran (revision: ${short()})\nUpdated 2 backreferences:\n`
        + '  - Actors/Hezbollah\n  - Home')
    assert.equal(await client.tool('rename_note', { path: 'loose', new_path: 'Looser' }),
        `Renamed Loose -> Looser (revision: ${short()})\nNo backreferences needed updating.`)
    assert.equal(await client.tool('get_links', { path: 'States/Iran' }), 'Links for States/Iran:\n\nLinks to (1):\n'
        + '  - Actors/Hezbollah\nLinked from (2):\n  - Actors/Hezbollah\n  - Home')
    assert.match(await client.tool('get_history', { path: 'States/Iran', limit: 2 }),
        /^History for States\/Iran \(2 revisions\):\n\n- [0-9a-f]{8} \| \S+ \| Claude \(MCP\)\n {2}\[api\] Rename: /)
    const content = Buffer.from('some bytes').toString('base64')
    assert.equal(await client.tool('upload_attachment', { path: 'Home', filename: 'my file (1).txt', content }),
        'Uploaded my_file_1.txt to Home (10 bytes)')
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), '[api] Attach: my_file_1.txt')
    assert.equal(await client.tool('list_attachments', { path: 'Home' }),
        `Attachments for Home (1):\n\n- my_file_1.txt (10 bytes, text/plain, modified ${date(folder)})`)
    assert.equal(await client.tool('download_attachment', { path: 'Home', filename: 'my_file_1.txt' }),
        `Downloaded my_file_1.txt (10 bytes, text/plain)\nContent (base64):\n${content}`)
    assert.equal(await client.tool('delete_attachment', { path: 'Home', filename: 'my_file_1.txt' }),
        'Deleted attachment my_file_1.txt')
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), '[mcp] Delete attachment: Home/my_file_1.txt')
    assert.equal(await client.tool('delete_note', { path: 'Looser' }), 'Deleted Looser')
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), '[mcp] Delete: Looser')
    assert.match(await client.tool('get_recent_changes', { limit: 1 }),
        /^1 recent changes:\n\n- \S+ \| Claude \(MCP\) \| Looser\n {2}\[mcp\] Delete: Looser$/)
    assert.equal(git(folder, 'status', '--porcelain'), '')
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] what goes wrong is told in the words that models know`, async t => {
    const { folder, server, client } = await start(t)
    const before = commits(folder)
    assert.equal(await client.tool('read_note', { path: 'No Such' }), 'Page not found: /api/v1/pages/No%20Such. Use '
        + 'write_note to create it, or list_notes to see available pages.')
    assert.equal(await client.tool('write_note', { path: 'Home', content: 'x' }), 'Conflict: Revision required when '
        + 'updating an existing page. Read the page first to get the current revision. Read the page again to get the '
        + 'current revision, then retry.')
    assert.equal(await client.tool('write_note', { path: 'Home', content: 'x', revision: '0123456789' }), 'Conflict: '
        + 'Revision mismatch: page has been modified since last read. Read the page again to get the current revision, '
        + 'then retry.')
    assert.equal(await client.tool('edit_note', { path: 'Home', revision: head(folder), old_string: 'e',
        new_string: 'x' }),
        'Invalid request: old_string is ambiguous: found 5 occurrences. Provide a longer unique string.')
    assert.equal(await client.tool('rename_note', { path: 'Home', new_path: 'actors/iran' }),
        'Conflict: A page already exists at: actors/iran Read the page again to get the current revision, then retry.')
    assert.equal(await client.tool('semantic_search', { query: 'oil' }), 'Wiki API error (503): Vector backend is not '
        + 'available. The server may be restarting. Try again in a few seconds.')
    assert.equal(await client.tool('download_attachment', { path: 'Home', filename: 'no/such' }), 'Page not found: '
        + '/api/v1/pages/Home/attachments/no%2Fsuch. Use write_note to create it, or list_notes to see available '
        + 'pages.')
    assert.equal(await client.tool('upload_attachment', { path: 'Home', filename: 'x.md', content: 'eA==' }),
        'Invalid request: Invalid filename')
    assert.equal(await client.tool('upload_attachment', { path: 'Home', filename: 'x', content: 'e' }),
        'Invalid request: Invalid base64 content')
    assert.equal(await client.tool('list_notes', { updated_since: '2026' }),
        'Invalid request: Invalid updated_since format. Use ISO 8601.')
    assert.equal(await new OldClient(server, 'wrong').tool('list_notes'),
        'Authentication failed. The API key may be misconfigured.')
    assert.equal(await client.tool('read_note', { path: '../x' }),
        "Could not reach the wiki API: Page path must not contain '..'")
    for (const target of ['/api/v1/pages/a%20b%0Ac', '/api/v1//pages', '/api/v1/pages/', '//api/v1/pages/x',
        '/api/v1/%2e%2e/x'])
        assert.ok(![301, 302, 303, 307, 308].includes((await server.get(target)).status), target)
    assert.equal(commits(folder), before)
})

test(`[${topology}] commits by git are seen within a second, and no page is lost to an old client`, async t => {
    const { folder, client } = await start(t)
    commit(folder, { 'pushed.md': '---\ntitle: 2026\ntags: null\n---\n[[Home]] zebra\n' }, 'by git')
    const began = Date.now()
    await until('the search finds it', async () =>
        (await client.tool('search_notes', { query: 'zebra' })).startsWith('1 results'))
    t.diagnostic(`a commit of git was found after ${Date.now() - began} ms`)
    assert.match(await client.tool('get_links', { path: 'Home' }), /Linked from \(1\):\n {2}- Pushed$/)
    assert.match(await client.tool('list_notes', { prefix: 'pushed' }), /^Found 1 notes/)
})

test(`[${topology}] many models at once: every write goes through, and nothing is refused`, async t => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) =>
        [`load/page ${i}.md`, `# Page ${i}\n\n[[Load/Page ${(i + 1) % 40}]]\n`]))
    const { folder, client } = await start(t, { ...PAGES, ...files })
    const before = commits(folder), WRITERS = 15, ROUNDS = 4
    const write = async i => {
        for (let round = 0; round < ROUNDS; round++) {
            const path = `written/by ${i}`
            const old = round === 0? undefined: await client.tool('read_note', { path })
            const said = await client.tool('write_note', { path, content: `# By ${i}\n\nround ${round}\n`,
                revision: old?.match(/^Revision: (\S+)/m)?.[1] ?? '' })
            assert.match(said, round === 0? /^Created /: /^Updated /, said)
        }
    }
    const read = async i => {
        const path = `Load/Page ${i}`
        const texts = [await client.tool('read_note', { path }), await client.tool('get_links', { path }),
            await client.tool('search_notes', { query: `page ${i}` }), await client.tool('get_history', { path }),
            await client.tool('get_recent_changes', { limit: 5 }), await client.tool('list_notes', { prefix: 'load/' })]
        for (const text of texts)
            assert.doesNotMatch(text, /^(Wiki API error|Could not reach|Conflict|Page not found)/)
    }
    const orphans = Array.from({ length: 3 }, () => client.tool('find_orphaned_notes'))
    await Promise.all([...Array.from({ length: WRITERS }, (_, i) => write(i)),
        ...Array.from({ length: 20 }, (_, i) => read(i)), ...orphans])
    for (const said of await Promise.all(orphans))
        assert.match(said, /^Found \d+ orphaned notes/)
    assert.equal(commits(folder), before + WRITERS * ROUNDS)
    assert.match(await client.tool('list_notes', { prefix: 'written/' }), new RegExp(`^Found ${WRITERS} notes`))
    git(folder, 'fsck', '--strict')
})
