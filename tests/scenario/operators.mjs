// operators - what somebody sees who looks at a running program: status, trace, doctor
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { command, git, repository, serve, topology, topology_words, until, write } from './kit.mjs'

const FILES = { 'home.md': '# Home\n', 'notes.md': '# Notes\n\ntext\n' }
const split = topology === 'split'

test(`[${topology}] status has a row for each actor`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    await server.get('/notes')
    const { status, out, err } = await command(['status', folder, '--calls'])
    assert.equal(status, 0, out + err)
    for (const actor of ['gateway', 'store', 'render', 'index'])
        assert.match(out, new RegExp(`^\\S+ +\\S+ +${actor} +\\d+\\.\\d+\\.\\d+ +\\d+[smhd]\\S* +\\d+/\\d+ `, 'm'), out)
    assert.match(out, /^ +store\.read +[1-9]\d* calls +0 errors/m)
    const one = await command(['status', folder, '--actor', 'store'])
    assert.equal(one.out.trim().split('\n').length, 2, one.out)
})

test(`[${topology}] status counts the restarts of a process`, { skip: !split && 'one process only' }, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const victim = server.children().find(child => /--process[ =]render\b/.test(child.command))
    process.kill(victim.pid, 'SIGKILL')
    await until('a restarted renderer', async () => {
        const { out } = await command(['status', folder, '--actor', 'render'])
        return / 1 +\d+ +\d+ +[+-]\d+$/m.test(out)
    })
})

test(`[${topology}] status ends with 1 where an actor does not answer`, { skip: !split && 'one process only' },
    async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const victim = server.children().find(child => /--process[ =]render\b/.test(child.command))
    process.kill(victim.pid, 'SIGSTOP')
    const { status, out } = await command(['status', folder])
    process.kill(victim.pid, 'SIGCONT')
    assert.equal(status, 1)
    assert.match(out, /render +render +does not answer: /)
    assert.match(out, /store +store +\d/)
})

test(`[${topology}] the number of an error page leads to the way of its request`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const answer = await server.get('/notes/view/0123456789')
    assert.equal(answer.status, 404)
    const trace = answer.text.match(/<code>([0-9a-f]{32})<\/code>/)[1]
    for (const id of [trace, trace.slice(0, 8)]) {
        const { status, out, err } = await command(['trace', id, folder])
        assert.equal(status, 0, out + err)
        const lines = out.trim().split('\n').slice(1)
        assert.match(lines[0], /^ +0\.000 +[\d.]+ +gateway\.handle /)
        assert.ok(lines.some(line => /^ +[\d.]+ +[\d.]+ {4,}store\.read +\S+ +NOT_FOUND$/.test(line)), out)
    }
    const none = await command(['trace', '00000000', folder])
    assert.equal(none.status, 1)
    assert.match(none.err, /nobody remembers/)
    assert.equal((await command(['trace', 'xyz', folder])).status, 2)
})

test(`[${topology}] who looks at what nobody serves is told`, async t => {
    for (const name of ['status', 'tap']) {
        const { status, err } = await command([name, repository(t, FILES)])
        assert.equal(status, 1)
        assert.match(err, /nobody serves .*wikibot serve/)
    }
})

test(`[${topology}] doctor finds nothing wrong with a wiki that is served`, async t => {
    const folder = repository(t, FILES)
    await serve(t, folder)
    const { status, out } = await command(['doctor', folder, '--topology', ...topology_words(t)])
    assert.equal(status, 0, out)
    assert.doesNotMatch(out, /FAIL/)
    assert.match(out, /^ok +repository +.*: 2 pages and 0 other files, all can be read$/m)
    assert.match(out, /^ok +index +/m)
    for (const actor of ['gateway', 'store', 'render', 'index'])
        assert.match(out, new RegExp(`^ok +actors +${actor} of \\S+ answers$`, 'm'))
})

test('doctor says what is wrong and what to do', async t => {
    const folder = repository(t, FILES)
    write(folder, { '.git/index.lock': '' })
    assert.match((await command(['doctor', folder])).out, /^warn +lock +.*index\.lock is there .* remove it$/m)
    const { status, out } = await command(['doctor', folder, '--topology', 'nowhere'])
    assert.equal(status, 1)
    assert.match(out, /^FAIL +topology +topology 'nowhere'/m)
    const blob = git(folder, 'rev-parse', 'HEAD:notes.md').trim()
    fs.rmSync(path.join(folder, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true })
    const broken = await command(['doctor', folder])
    assert.equal(broken.status, 1)
    assert.match(broken.out, /^FAIL +repository +notes\.md cannot be read: .*git fsck/m)
})
