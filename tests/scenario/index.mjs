// index - what anybody writes is found: at once if it came through the wiki, within a second if it did not
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { command, commit, git, program, repository, run_env, serve, temp_folder, topology, until } from './kit.mjs'

const split = topology !== 'single'
const KEY = 'a-key-for-tests-0123456789'
const FILES = { 'home.md': '# Home\n\nto [[notes]]\n', 'notes.md': '# Notes\n\nthe word is quince\n' }
const WITHIN_MS = 1000
const BUSY_MACHINE_MS = 4000                        // sanitizers, and others beside us
const env = { WIKIBOT_API_KEY: KEY }

const serve_keyed = (t, folder, options = {}) => serve(t, folder, { ...options, env: { ...env, ...options.env } })
async function api(server, method, target, body) {
    const text = body && JSON.stringify(body)
    const headers = { Authorization: `Bearer ${KEY}`, ...text && { 'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text) } }
    const answer = await server.request(method, `/api/v1${target}`, { headers, body: text })
    return { status: answer.status, headers: answer.headers, json: JSON.parse(answer.text) }
}
// Paths of the pages that hold a word, in order; null if the index has no answer.
async function found(server, word) {
    const { status, json } = await api(server, 'GET', `/search?q=${word}`)
    return status === 200? json.results.map(hit => hit.path).sort(): null
}
async function finds(server, word, paths, what = word) {
    await until(what, async () => JSON.stringify(await found(server, word)) === JSON.stringify(paths))
}
const index_folder = folder => path.join(folder, '.git/wikibot')
const saved = answer => assert.ok([302, 303].includes(answer.status), `${answer.status}\n${answer.text}`)
function part(server, name) {
    return server.children().find(child => new RegExp(`--process[ =]${name}\\b`).test(child.command))?.pid
}
// So many pages that a build can be met on its way.
function large(t, pages) {
    const text = number => `# Page ${number}\n\nnumber${number}, to [[p${number + 1}]]\n${'words '.repeat(200)}\n`
    return repository(t, Object.fromEntries(Array.from({ length: pages }, (_, number) =>
        [`many/p${number}.md`, text(number)])))
}

test(`[${topology}] a save is found when its answer is there, whichever way it came`, async t => {
    const server = await serve_keyed(t, repository(t, FILES))
    await finds(server, 'quince', ['Notes'])
    for (let turn = 0; turn < 5; turn++) {
        saved(await server.edit('/notes', `# Notes\n\nby web medlar${turn}\n`))
        assert.deepEqual(await found(server, `medlar${turn}`), ['Notes'])
        assert.deepEqual(await found(server, 'quince'), [])
        const put = await api(server, 'PUT', `/pages/new${turn}`, { content: `# New\n\nby program rowan${turn}\n` })
        assert.equal(put.status, 201)
        assert.deepEqual(await found(server, `rowan${turn}`), [`New${turn}`])
    }
    assert.equal((await api(server, 'DELETE', '/pages/new1')).status, 200)
    assert.deepEqual(await found(server, 'rowan1'), [])
})

test(`[${topology}] commits of git are found within a second: new, changed, renamed and deleted pages`, async t => {
    const folder = repository(t, FILES)
    const server = await serve_keyed(t, folder)
    await finds(server, 'quince', ['Notes'])
    const soon = async (word, paths) => {
        const began = Date.now()
        await finds(server, word, paths)
        t.diagnostic(`${word}: ${Date.now() - began} ms`)
        assert.ok(Date.now() - began < WITHIN_MS + BUSY_MACHINE_MS)
    }
    commit(folder, { 'trees/medlar.md': '# A tree\n\nmespilus germanica\n' })
    await soon('mespilus', ['Trees/Medlar'])
    git(folder, 'mv', 'trees/medlar.md', 'trees/loquat.md')
    git(folder, 'commit', '-q', '-m', 'another name')
    await soon('mespilus', ['Trees/Loquat'])
    git(folder, 'rm', '-q', 'trees/loquat.md')
    git(folder, 'commit', '-q', '-m', 'gone')
    await soon('mespilus', [])
})

test(`[${topology}] rewritten history: what it holds is found, what it no longer holds is not`, async t => {
    const folder = repository(t, FILES)
    const server = await serve_keyed(t, folder)
    saved(await server.edit('/lost', '# Lost\n\nby a force push: bullace\n'))
    assert.deepEqual(await found(server, 'bullace'), ['Lost'])
    const other = temp_folder(t, 'other')
    git(other, 'init', '-q')
    commit(other, { ...FILES, 'new.md': '# New\n\nsorb\n' }, 'another beginning')
    git(other, 'push', '-q', '-f', folder, 'HEAD:refs/heads/incoming')
    git(folder, 'update-ref', git(folder, 'symbolic-ref', 'HEAD').trim(), 'refs/heads/incoming')
    await finds(server, 'sorb', ['New'])
    assert.deepEqual(await found(server, 'bullace'), [])
    assert.deepEqual(await found(server, 'quince'), ['Notes'])
    const { json } = await api(server, 'GET', '/changelog')
    assert.deepEqual(json.entries.map(entry => entry.message.trim()), ['another beginning'])
})

test(`[${topology}] an index that is deleted or damaged comes again by itself`, async t => {
    const folder = repository(t, FILES)
    const server = await serve_keyed(t, folder)
    await finds(server, 'quince', ['Notes'])
    for (const name of fs.readdirSync(index_folder(folder)).filter(name => name.startsWith('index.db')))
        fs.rmSync(path.join(index_folder(folder), name))
    saved(await server.edit('/after', '# After\n\ndamson\n'))
    await finds(server, 'damson', ['After'])
    await finds(server, 'quince', ['Notes'])
    await server.stop()
    fs.writeFileSync(path.join(index_folder(folder), 'index.db'), 'this is no index '.repeat(5000))
    const again = await serve_keyed(t, folder)
    await finds(again, 'damson', ['After'])
})

test(`[${topology}] a build that is killed goes on where it was`, async t => {
    const folder = large(t, 2500)
    let server = await serve_keyed(t, folder)
    const building = path.join(index_folder(folder), 'index.db.building')
    const status = async () => (await command(['reindex', folder, '--status'])).out
    await until('half of it', async () => Number((await status()).match(/^running: (\d+) of/)?.[1] ?? 0) > 1000)
    const inode = fs.statSync(building).ino
    const job = server.log.match(/index\.build job=([0-9a-f]+)/)[1]
    if (split) {
        const pid = part(server, 'index')
        process.kill(pid, 'SIGKILL')
        await until('another index', () => part(server, 'index') && part(server, 'index') !== pid)
    } else {
        server.stopped = true
        server.child.kill('SIGKILL')
        await server.ended
        server.agent.destroy()
        server = await serve_keyed(t, folder)
    }
    await until('the same job', () => server.log.split(`index.build job=${job}`).length > (split? 2: 1))
    assert.equal(fs.existsSync(building)? fs.statSync(building).ino: inode, inode, 'what was done was kept')
    await finds(server, 'number2499', ['Many/P2499'])
    assert.match(await status(), /^done: 2500 pages and \d+ passages in /)
    assert.match(server.log, new RegExp(`index\\.built job=${job} end=done pages=2500`))
    assert.ok(!fs.existsSync(building))
})

test(`[${topology}] the index is killed again and again under saves, and each of them is found`,
    { skip: !split && 'one process only' }, async t => {
    const folder = repository(t, FILES)
    const server = await serve_keyed(t, folder)
    await finds(server, 'quince', ['Notes'])
    for (let turn = 0; turn < 4; turn++) {
        const pid = part(server, 'index')
        process.kill(pid, 'SIGKILL')
        saved(await server.edit(`/page${turn}`, `# Page\n\nturn${turn}\n`))     // it is in git: never refused
        await until('another index', () => part(server, 'index') && part(server, 'index') !== pid)
        await finds(server, `turn${turn}`, [`Page${turn}`])
    }
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] reindex: with progress, one at a time, cancelled, and while the old index answers`, async t => {
    const folder = large(t, 1200)
    const server = await serve_keyed(t, folder)
    await finds(server, 'number1199', ['Many/P1199'])
    const first = command(['reindex', folder])
    await until('a job', async () => /^(waiting|running)/.test((await command(['reindex', folder, '--status'])).out))
    const second = command(['reindex', folder])
    assert.deepEqual(await found(server, 'number1199'), ['Many/P1199'])
    saved(await server.edit('/meanwhile', '# Meanwhile\n\ngreengage\n'))
    assert.deepEqual(await found(server, 'greengage'), ['Meanwhile'])
    assert.match((await second).out, /^one is under way already$/m)
    const { status, out, err } = await first
    assert.equal(status, 0, out + err)
    assert.match(out, /^done: 120[01] pages and \d+ passages in [\d.]+ s$/m)
    assert.deepEqual(await found(server, 'greengage'), ['Meanwhile'])
    const third = command(['reindex', folder])
    await until('a job', async () => /^(waiting|running)/.test((await command(['reindex', folder, '--status'])).out))
    assert.equal((await command(['reindex', folder, '--cancel'])).status, 0)
    assert.equal((await third).status, 1)
    assert.match((await third).out, /^cancelled: the index is as it was$/m)
    assert.deepEqual(await found(server, 'greengage'), ['Meanwhile'])
})

test(`[${topology}] Ctrl-C ends the waiting for a reindex, not the reindex`, async t => {
    const folder = large(t, 600)
    const server = await serve_keyed(t, folder)
    await finds(server, 'number599', ['Many/P599'])
    const waiting = spawn(program, ['reindex', folder], { env: run_env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = '', complained = ''
    waiting.stdout.on('data', chunk => { said += chunk })
    waiting.stderr.on('data', chunk => { complained += chunk })
    const ended = new Promise(resolve => waiting.on('close', resolve))
    await until('a first word', () => /^(waiting|running): /m.test(said))
    waiting.kill('SIGINT')
    assert.equal(await ended, 1, said + complained)
    assert.match(complained, /it goes on without us.* --status or --cancel/)
    await until('its end', async () => /^done: 600 pages/.test((await command(['reindex', folder, '--status'])).out))
})

test('reindex works where nobody serves the wiki, and says where there is none', async t => {
    const folder = repository(t, FILES)
    const { status, out, err } = await command(['reindex', folder])
    assert.equal(status, 0, out + err)
    assert.match(out, /^done: 2 pages and 2 passages/m)
    const none = await command(['reindex', temp_folder(t)])
    assert.equal(none.status, 1)
    assert.match(none.err, /there is no wiki in /)
    assert.match((await command(['reindex', folder, '--status'])).err, /nobody serves /)
    const server = await serve_keyed(t, folder)
    assert.deepEqual(await found(server, 'quince'), ['Notes'])
    assert.doesNotMatch(server.log, /index\.build /)
})

test(`[${topology}] two programs on one wiki: each finds what the other wrote, and a reindex disturbs neither`,
    async t => {
    const folder = repository(t, FILES)
    const servers = [await serve_keyed(t, folder), await serve_keyed(t, folder)]
    for (const server of servers)
        await finds(server, 'quince', ['Notes'])
    const reindex = command(['reindex', folder])
    await Promise.all(servers.flatMap((server, side) => Array.from({ length: 6 }, async (_, number) => {
        saved(await server.edit(`/${'ab'[side]}${number}`, `# Side\n\nside${side}word${number}\n`))
        await finds(server, `side${side}word${number}`, [`${'AB'[side]}${number}`])
    })))
    assert.equal((await reindex).status, 0)
    for (const [side, server] of servers.entries())
        for (let number = 0; number < 6; number++)
            await finds(server, `side${1 - side}word${number}`, [`${'BA'[side]}${number}`])
    for (const server of servers)
        assert.doesNotMatch(server.log, /CORRUPT|malformed|UNSUPPORTED/)
})

test(`[${topology}] programs with other settings do not make each other's index anew`, async t => {
    const folder = repository(t, FILES)
    const first = await serve_keyed(t, folder)
    await finds(first, 'quince', ['Notes'])
    const second = await serve_keyed(t, folder, { env: { RETAIN_PAGE_NAME_CASE: 'true' } })
    await until('its complaint', () => /index\.foreign .*set WIKIBOT_INDEX/.test(second.log))
    assert.deepEqual(await found(first, 'quince'), ['Notes'])
    assert.equal((await second.get('/notes')).status, 200)
    await first.stop()
    await finds(second, 'quince', ['notes'])
})

test(`[${topology}] WIKIBOT_INDEX says where the index lies`, async t => {
    const folder = repository(t, FILES), place = temp_folder(t, 'index')
    const server = await serve_keyed(t, folder, { env: { WIKIBOT_INDEX: place } })
    await finds(server, 'quince', ['Notes'])
    assert.ok(fs.existsSync(path.join(place, 'index.db')))
    assert.ok(!fs.existsSync(path.join(index_folder(folder), 'index.db')))
})
