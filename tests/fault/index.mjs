// index - the index is killed, frozen, deleted, damaged, starved or overtaken; pages and saves go on, and in the end it
// says what one says that is built anew
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import {
    at_end, commit, commits, git, repository, run_env, serve, temp_folder, topology, until,
} from '../scenario/kit.mjs'

const split = topology !== 'single'
const only_split = { skip: !split && 'one process only' }
const SLOW_MS = 8000                                // for a page or a save without the index, on a busy machine
const auth = { Authorization: 'Bearer fault' }
const env = { WIKIBOT_API_KEY: 'fault' }
const FILES = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`p${n}.md`,
    `# P${n}\n\nword${n} and [[p${(n + 1) % 40}]], not [[gone ${n}]]\n\n## Part\n\nmore of it\n`]))
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

async function ask(server, target, method = 'GET', body) {
    const more = body? { 'Content-Type': 'application/json' }: {}
    const answer = await server.request(method, `/api/v1${target}`,
        { headers: { ...auth, ...more }, body: body && JSON.stringify(body) })
        .catch(error => ({ status: 0, text: '', error }))
    return { ...answer, json: answer.text.startsWith('{')? JSON.parse(answer.text): {} }
}
const found_by = async (server, word) => {
    const { status, json } = await ask(server, `/search?q=${word}&mode=lexical&limit=100`)
    return status === 200? json.results.map(row => row.path.toLowerCase()).sort(): null
}
const finds = (server, word, page) => until(`${page} by ${word}`, async () =>
    (await found_by(server, word))?.includes(page))
async function save(server, page, text) {
    const began = Date.now(), { json } = await ask(server, `/pages/${page}`)
    const answer = await ask(server, `/pages/${page}`, 'PUT', { content: text, revision: json.revision })
    assert.ok([200, 201].includes(answer.status), `${page}: ${answer.status} ${answer.text}`)
    assert.ok(Date.now() - began < 2 * SLOW_MS, `${Date.now() - began} ms`)
}
async function goes_on(server, word) {
    const began = Date.now()
    assert.equal((await server.get(`/p1?${word}`)).status, 200)
    assert.ok(Date.now() - began < SLOW_MS, `${Date.now() - began} ms`)
    await save(server, `new-${word}`, `# New\n\n${word} and [[p1]]\n`)
}

// All that the index says, of a server that is at rest.
async function said(server, folder) {
    const head = git(folder, 'rev-parse', 'HEAD').trim()
    const get = async target => {
        const answer = await until(target, async () => {
            const found = await server.request('GET', `/api/v1${target}`,
                { headers: { ...auth, 'Wiki-At-Least': head } }).catch(() => null)
            return found?.status === 200 && found
        })
        return JSON.parse(answer.text)
    }
    await finds_all(server)
    const all = { pages: await get('/pages'), links: await get('/links'), changes: await get('/changelog?limit=0') }
    all.of = {}
    for (const { path: page } of all.pages.pages) {
        const { history } = await get(`/pages/${page}/history`)
        all.of[page] = { history, links: await get(`/links/${page}`) }
    }
    for (const word of ['word7', 'part', 'p1', 'new'])
        all[word] = await found_by(server, word)
    const names = git(folder, 'ls-files', '*.md').trim().split('\n').map(name => name.slice(0, -3)).sort()
    assert.deepEqual(all.pages.pages.map(row => row.path.toLowerCase()).sort(), names)
    assert.equal(all.changes.entries.length, commits(folder))
    return all
}
// Neither damaged nor behind: a built index answers a search at once.
const finds_all = server => until('the index', async () => (await found_by(server, 'word7')) !== null)

// What it says now is what one says that is built from nothing.
async function is_like_new(t, server, folder, index, options) {
    const now = await said(server, folder)
    await server.stop()
    fs.rmSync(index, { recursive: true, force: true })
    const again = await serve(t, folder, options)
    assert.deepEqual(now, await said(again, folder))
    await again.stop()
    assert.equal(git(folder, 'fsck', '--strict', '--no-dangling', '--no-progress').trim(), '')
}

async function start(t, files = FILES, more = {}) {
    const folder = repository(t, files), index = more.index ?? temp_folder(t, 'index')
    const options = { env: { ...env, WIKIBOT_INDEX: index }, ...more }
    const server = await serve(t, folder, options)
    return { folder, index, options, server }
}
function part(server, name) {
    const found = server.children().find(child => new RegExp(`--process[ =]${name}\\b`).test(child.command))
    assert.ok(found, `a process ${name}: ${JSON.stringify(server.children())}`)
    return found.pid
}

test(`[${topology}] the index is killed again and again while pages are read and saved`, only_split, async t => {
    const { folder, index, options, server } = await start(t)
    await finds(server, 'word7', 'p7')
    for (let n = 0; n < 6; n++) {
        process.kill(part(server, 'index'), 'SIGKILL')
        await goes_on(server, `killed${n}`)
        await finds(server, `killed${n}`, `new-killed${n}`)
    }
    await is_like_new(t, server, folder, index, options)
})

test(`[${topology}] the index is frozen: pages and saves do without it, and it comes along when it wakes`, only_split,
    async t => {
        const { folder, index, options, server } = await start(t)
        await finds(server, 'word7', 'p7')
        const pid = part(server, 'index')
        process.kill(pid, 'SIGSTOP')
        at_end(t, () => {
            try {
                process.kill(pid, 'SIGCONT')
            } catch { /* it has gone */ }
        })
        await goes_on(server, 'frozen')
        const { status } = await ask(server, '/search?q=frozen')
        assert.ok([503, 504].includes(status), String(status))
        process.kill(pid, 'SIGCONT')
        await finds(server, 'frozen', 'new-frozen')
        await is_like_new(t, server, folder, index, options)
    })

// What can befall the file, as root or by a disk: done to index.db while the server runs.
const damages = {
    deleted: file => fs.rmSync(file),
    'deleted with all that lies beside it': file => fs.readdirSync(path.dirname(file)).forEach(name =>
        fs.rmSync(path.join(path.dirname(file), name))),
    'damaged beside the database of jobs': file => {
        fs.writeFileSync(path.join(path.dirname(file), 'state.db'), 'This is no database.\n'.repeat(1000))
        fs.truncateSync(file, 5000)
    },
    'cut short': file => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 8192) * 4096),
    'emptied': file => fs.truncateSync(file, 0),
    'overwritten in its middle': file => {
        const fd = fs.openSync(file, 'r+'), size = fs.fstatSync(fd).size
        for (let at = 4096; at < size; at += 8192)
            fs.writeSync(fd, Buffer.alloc(4096, 0xa5), 0, 4096, at)
        fs.closeSync(fd)
    },
    'replaced by something else': file => {
        fs.writeFileSync(`${file}.x`, 'This is no database.\n'.repeat(1000))
        fs.renameSync(`${file}.x`, file)
    },
}
for (const [what, damage] of Object.entries(damages))
    test(`[${topology}] the file of the index is ${what} while it is in use`, async t => {
        const { folder, index, options, server } = await start(t)
        await finds(server, 'word7', 'p7')
        damage(path.join(index, 'index.db'))
        for (let n = 0; n < 3; n++)
            await goes_on(server, `damaged${n}`)
        for (let n = 0; n < 3; n++)
            await finds(server, `damaged${n}`, `new-damaged${n}`)
        await finds(server, 'word7', 'p7')
        await is_like_new(t, server, folder, index, options)
    })

test(`[${topology}] the disk of the index is full: pages and saves go on, and with space it comes along`, async t => {
    const index = temp_folder(t, 'index')
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', index], { stdio: 'ignore' })
    } catch {
        t.skip('no file system may be mounted here')
        return
    }
    at_end(t, () => execFileSync('umount', ['-l', index]))
    const { folder, options, server } = await start(t, FILES, { index })
    await finds(server, 'word7', 'p7')
    const fill = path.join(index, 'fill'), fd = fs.openSync(fill, 'w')
    try {
        for (;;)
            fs.writeSync(fd, Buffer.alloc(4096))
    } catch (error) {
        assert.equal(error.code, 'ENOSPC')
    }
    for (let n = 0; n < 4; n++)
        await save(server, `full${n}`, `# Full\n\nfull${n}\n\n${'filling words '.repeat(20000)}\n`)
    assert.equal((await server.get('/full1')).status, 200)
    fs.closeSync(fd)
    fs.rmSync(fill)
    for (let n = 0; n < 4; n++)
        await finds(server, `full${n}`, `full${n}`)
    const now = await said(server, folder)
    await server.stop()
    fs.readdirSync(index).forEach(name => fs.rmSync(path.join(index, name)))
    const again = await serve(t, folder, options)
    assert.deepEqual(now, await said(again, folder))
})

// Of so many pages, by fast-import: to add them one by one takes longer than the test.
function many_pages(t, count) {
    const folder = temp_folder(t), blob = text => `data ${Buffer.byteLength(text)}\n${text}\n`
    git(folder, 'init', '-q')
    const person = 'committer Ada Test <ada@example.org> 1700000000 +0000\n'
    const pages = Array.from({ length: count }, (_, n) => `M 644 inline p${n}.md\n${blob(
        `# P${n}\n\nword${n} and [[p${(n + 1) % count}]]\n\n## Part\n\n${'many words of it '.repeat(40)}\n`)}`)
    execFileSync('git', ['-C', folder, 'fast-import', '--quiet'], { env: run_env, stdio: ['pipe', 'ignore', 'inherit'],
        input: `commit refs/heads/main\n${person}${blob('import')}${pages.join('')}` })
    git(folder, 'reset', '-q', '--hard', 'main')
    return folder
}

test(`[${topology}] what builds the first index is killed: the next one goes on where it stood`, async t => {
    const folder = many_pages(t, 3000), index = temp_folder(t, 'index')
    const options = { env: { ...env, WIKIBOT_INDEX: index } }
    let server = await serve(t, folder, options)
    const status = async () => (await ask(server, '/reindex/status')).json
    const progress = await until('some progress', async () => {
        const { status: state, done } = await status()
        assert.notEqual(state, 'complete', 'there is time to kill it')
        return done > 500 && done
    })
    assert.equal((await server.get('/p2999')).status, 200)
    if (split)
        process.kill(part(server, 'index'), 'SIGKILL')
    else {
        server.stopped = true
        process.kill(server.pid, 'SIGKILL')
        await server.ended
        server = await serve(t, folder, options)
    }
    const least = await until('it goes on', async () => {
        const { status: state, done } = await status()
        return (state === 'in_progress' && done > 0 && done) || (state === 'complete' && Infinity)
    })
    assert.ok(least >= progress / 2, `it stood at ${progress} and goes on at ${least}`)
    await until('it is done', async () => (await status()).status === 'complete')
    assert.deepEqual(await found_by(server, 'word2999'), ['p2999'])
    const { json } = await ask(server, '/pages')
    assert.equal(json.total, 3000)
    await server.stop()
})

test(`[${topology}] history is rewritten while it is followed`, async t => {
    const { folder, index, options, server } = await start(t)
    await finds(server, 'word7', 'p7')
    for (let n = 0; n < 3; n++)
        await save(server, `doomed${n}`, `# Doomed\n\ndoomed${n}\n`)
    assert.deepEqual(await found_by(server, 'doomed2'), ['doomed2'])
    git(folder, 'reset', '-q', '--hard', 'HEAD~3')
    commit(folder, { 'other.md': '# Other\n\nanother course\n', 'p7.md': '# P7\n\nword7 anew\n' }, 'another course')
    await finds(server, 'course', 'other')
    assert.deepEqual(await found_by(server, 'doomed2'), [])
    assert.equal((await ask(server, '/changelog?limit=0')).json.entries.length, 2)
    git(folder, 'checkout', '-q', '--orphan', 'anew')
    git(folder, 'commit', '-q', '-m', 'no past at all')
    git(folder, 'branch', '-f', 'main', 'anew')
    git(folder, 'checkout', '-q', 'main')
    await until('the new history', async () => (await ask(server, '/changelog?limit=0')).json.entries?.length === 1)
    await save(server, 'later', '# Later\n\nlater on\n')
    assert.deepEqual(await found_by(server, 'later'), ['later'])
    await is_like_new(t, server, folder, index, options)
})

test(`[${topology}] store and renderer are killed while the index follows them`, only_split, async t => {
    const { folder, index, options, server } = await start(t)
    await finds(server, 'word7', 'p7')
    for (let n = 0; n < 4; n++) {
        commit(folder, { [`git${n}.md`]: `# Git\n\nbygit${n}\n` }, 'by git')
        process.kill(part(server, n % 2? 'render': 'store'), 'SIGKILL')
        await finds(server, `bygit${n}`, `git${n}`)
    }
    await pause(100)
    await is_like_new(t, server, folder, index, options)
})
