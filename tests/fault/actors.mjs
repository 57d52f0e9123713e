// actors - one actor is killed, frozen, flooded, lied to or starved; the others go on, and nothing is lost
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { at_end, commit, git, repository, run_env, serve, temp_folder, topology, until } from '../scenario/kit.mjs'

const split = topology !== 'single'
const only_split = { skip: !split && 'one process only' }
const DEADLINE_MS = 10000, GRACE_MS = 100, BUSY_MACHINE_MS = 400
const FILES = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}.md`, `# P${n}\n`]))
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

function part(server, name) {
    const found = server.children().find(child => new RegExp(`--process[ =]${name}\\b`).test(child.command))
    assert.ok(found, `a process ${name}: ${JSON.stringify(server.children())}`)
    return found.pid
}
function sound(folder) {
    assert.equal(git(folder, 'fsck', '--strict', '--no-dangling', '--no-progress').trim(), '')
    assert.equal(git(folder, 'status', '--porcelain').trim(), '')
}
// The answer, or the error in its place, and how long it took.
async function timed(promise) {
    const began = Date.now()
    const answer = await promise.catch(error => ({ status: 0, error }))
    return { ...answer, ms: Date.now() - began }
}
async function works(server, page) {
    await until('a save', async () => {
        const answer = await server.edit(page, `# Works\n\n${Date.now()}\n`).catch(() => null)
        return answer && [302, 303].includes(answer.status)
    })
    assert.match((await server.get(page)).text, /Works/)
}
function freeze(t, pid) {
    process.kill(pid, 'SIGSTOP')
    at_end(t, () => {
        try {
            process.kill(pid, 'SIGCONT')
        } catch { /* it has gone */ }
    })
}

for (const name of ['store', 'render', 'gateway', 'index'])
    test(`[${topology}] requests in flight to a ${name} that is killed are answered long before their deadline`,
        only_split, async t => {
            const folder = repository(t, FILES)
            const server = await serve(t, folder)
            await server.get('/')
            process.kill(part(server, name), 'SIGSTOP')         // so that they are in flight for certain
            const asked = Array.from({ length: 20 }, (_, n) => timed(server.get(`/p${n}`)))
            await pause(300)
            process.kill(part(server, name), 'SIGKILL')
            for (const { status, ms } of await Promise.all(asked)) {
                const fair = [200, 503].includes(status) || (name === 'gateway' && status === 0)
                assert.ok(fair, `${status} after ${ms} ms`)
                assert.ok(ms < DEADLINE_MS / 2, `${ms} ms`)
            }
            await works(server, '/p1')
            await server.stop()
            sound(folder)
        })

test(`[${topology}] a frozen store: no answer later than the deadline, kept pages at once; it wakes and does no harm`,
    only_split, async t => {
        const folder = repository(t, FILES)
        const server = await serve(t, folder)
        await server.get('/p1')
        await server.get('/p1')                                 // kept now
        const fields = await server.editor('/p2')
        const pid = part(server, 'store')
        freeze(t, pid)
        const late = [timed(server.get('/p3/source')),
            timed(server.post('/p2/save', { ...fields, content: 'frozen\n' }))]
        assert.equal((await server.get('/p1')).status, 200)
        for (const { status, ms } of await Promise.all(late)) {
            assert.ok([503, 504].includes(status), String(status))   // 503: the heartbeat has noticed it before
            assert.ok(ms <= DEADLINE_MS + GRACE_MS + BUSY_MACHINE_MS, `${ms} ms`)
        }
        process.kill(pid, 'SIGCONT')
        const again = await until('the same form', async () => {
            const answer = await server.post('/p2/save', { ...fields, content: 'frozen\n' }).catch(() => null)
            return [302, 303].includes(answer?.status)
        })
        assert.ok(again)
        assert.equal(git(folder, 'log', '--format=%s', '--', 'p2.md').trim().split('\n').length, 2,
            'the save is there once')
        await server.stop()
        sound(folder)
    })

test(`[${topology}] a full queue says 503 with Retry-After, and memory does not grow`, only_split, async t => {
    const rss = pid => Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024
    const server = await serve(t, repository(t, FILES))
    await Promise.all(Array.from({ length: 60 }, (_, n) => server.get(`/p${n}`)))
    const pid = part(server, 'store'), edge = part(server, 'gateway')
    freeze(t, pid)
    const flood = async () => Promise.all(Array.from({ length: 100 }, (_, n) =>
        timed(server.request('GET', `/p${n % 60}/source?n=${n}`, { agent: false }))))
    const first = await flood(), before = rss(edge), second = await flood(), after = rss(edge)
    for (const { status, headers } of [...first, ...second]) {
        assert.ok([503, 504].includes(status), String(status))
        assert.ok(status === 504 || headers['retry-after'] > 0)
    }
    assert.ok(second.some(answer => answer.status === 503))
    assert.ok(after - before < 32, `${before} MB, then ${after} MB`)
    process.kill(pid, 'SIGCONT')
    await works(server, '/p1')
})

// ---- lies on the sockets ----
const frame = (body, more) => Buffer.concat([Buffer.from([more? 1: 0, body.length]), body])
const greeting = Buffer.concat([Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]),
    Buffer.from('NULL'.padEnd(20, '\0')), Buffer.alloc(32)])
function ready() {
    const name = Buffer.from('Socket-Type'), value = Buffer.from('DEALER'), size = Buffer.alloc(4)
    size.writeUInt32BE(value.length)
    const body = Buffer.concat([Buffer.from('\x05READY'), Buffer.from([name.length]), name, size, value])
    return Buffer.concat([Buffer.from([4, body.length]), body])
}
function tell(file, bytes) {
    return new Promise(resolve => {
        const socket = net.connect(file, () => socket.write(bytes))
        socket.on('error', resolve).on('close', resolve).on('data', () => { })
        setTimeout(() => socket.destroy(), 150)
    })
}

// Where the processes of this server are reached over tcp: calls, events and operators of each.
function tcp_ports(server) {
    if (topology !== 'hosts')
        return []
    const file = server.children()[0].command.match(/--topology[ =](\S+)/)[1]
    const text = fs.readFileSync(file, 'utf8'), host = text.match(/address = (\S+)/)[1]
    const ports = [...text.matchAll(/port = (\d+)/g)]
        .flatMap(([, first]) => [0, 1, 2].map(place => Number(first) + place))
    assert.ok(ports.length > 0, text)
    return ports.map(port => ({ host, port }))
}

test(`[${topology}] garbage, truncated, replayed and foreign messages do no harm`, only_split, async t => {
    const folder = repository(t, FILES)
    const run = fs.mkdtempSync(path.join(os.tmpdir(), 'wb-run-'))
    at_end(t, () => fs.rmSync(run, { recursive: true, force: true }))
    const server = await serve(t, folder, { env: { WIKIBOT_RUN: path.join(run, 'r') } })
    const sockets = fs.readdirSync(`${run}/r-0`, { withFileTypes: true }).filter(entry => entry.isSocket())
        .map(entry => path.join(`${run}/r-0`, entry.name))
    assert.ok(sockets.length >= 2, JSON.stringify(sockets))
    const pids = server.children().map(child => child.pid).sort()
    const hello = Buffer.concat([greeting, ready()])
    const head = (kind, type, id = '0123456789abcdef') => Buffer.from(
        `AM1 ${kind} ${type} ${id} ${'ab'.repeat(16)} ${Date.now() + 5000}`)
    const message = (...parts) => Buffer.concat([hello, ...parts.map((body, at) => frame(body, at < parts.length - 1))])
    const map = Buffer.from([0x80]), ping = message(head('REQ', 'sys.ping'), map)
    const lies = [
        Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(4096, 0xff), greeting.subarray(0, 20), hello,
        ping, ping, Buffer.concat([ping, ping.subarray(hello.length)]), ping.subarray(0, ping.length - 2),
        message(head('REP', 'store.read'), map), message(head('EVT', 'store.moved'), map),
        message(Buffer.from('AM2'), map), message(head('REQ', 'auth.all'), map),
        message(head('REQ', 'store.commit'), Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff])),
        message(head('REQ', 'store.read')), message(head('REQ', 'store.read'), Buffer.alloc(200, 0xc1), map, map),
        message(Buffer.alloc(200, 0x41), map),
        Buffer.concat([hello, Buffer.from([2, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]),
    ]
    for (const place of [...sockets, ...tcp_ports(server)])
        await Promise.all(lies.map(bytes => tell(place, bytes)))
    await works(server, '/p1')
    assert.deepEqual(server.children().map(child => child.pid).sort(), pids, 'nobody fell')
    assert.equal(git(folder, 'rev-list', '--count', 'HEAD').trim(), '2')
})

// ---- nothing left ----
test(`[${topology}] a full disk refuses a save and loses nothing; with space it goes on`, async t => {
    const folder = temp_folder(t)
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', folder], { stdio: 'ignore' })
    } catch {
        t.skip('no file system may be mounted here')
        return
    }
    at_end(t, () => execFileSync('umount', ['-l', folder]))
    git(folder, 'init', '-q')
    commit(folder, FILES, 'first')
    const server = await serve(t, folder)
    await works(server, '/p1')
    const fill = path.join(folder, '.git/fill'), fd = fs.openSync(fill, 'w')
    try {
        for (;;)
            fs.writeSync(fd, Buffer.alloc(4096))
    } catch (error) {
        assert.equal(error.code, 'ENOSPC')
    }
    for (let n = 2; n < 6; n++) {
        const answer = await server.edit(`/p${n}`, `# Full ${n}\n\n${'x'.repeat(20000)}${n}\n`)
        assert.equal(answer.status, 507, answer.text)
        assert.match(answer.text, new RegExp(`Full ${n}`), 'what was typed is still there')
    }
    assert.equal((await server.get('/p1')).status, 200)
    fs.closeSync(fd)
    fs.rmSync(fill)
    for (let n = 2; n < 6; n++)
        await works(server, `/p${n}`)
    await server.stop()
    sound(folder)
})

test(`[${topology}] descriptors run out: who is connected goes on, and later so does everybody`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    await server.get('/p1')
    const pid = split? part(server, 'gateway'): server.pid
    const limit = count => execFileSync('prlimit', ['--pid', String(pid), `--nofile=${count}:`])
    const open = fs.readdirSync(`/proc/${pid}/fd`).length
    const usual = Number(fs.readFileSync(`/proc/${pid}/limits`, 'utf8').match(/Max open files\s+(\d+)/)[1])
    limit(open + 4)
    const crowd = Array.from({ length: 40 }, () => net.connect(server.port, '127.0.0.1').on('error', () => { }))
    await pause(500)
    assert.equal((await timed(server.get('/p1'))).status, 200)
    for (const socket of crowd)
        socket.destroy()
    limit(usual)
    await until('an answer to a new client', async () =>
        (await timed(server.request('GET', '/p2', { agent: false }))).status === 200)
    await works(server, '/p3')
    await server.stop()
    sound(folder)
})

test(`[${topology}] each part is stopped and started again under load, and no request fails`, only_split, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const failed = [], asked = []
    let over = false
    const load = (async () => {
        for (let n = 0; !over; n++) {
            asked.push(timed(server.request('GET', n % 4? `/p${n % 60}`: `/p${n % 60}/history`, { agent: false }))
                .then(answer => answer.status === 200 ||
                    failed.push(`${answer.status} after ${answer.ms} ms ${answer.error ?? ''}`)))
            await pause(5)
        }
    })()
    for (const name of ['render', 'store', 'index', 'gateway']) {
        const pid = part(server, name), many = asked.length
        process.kill(pid, 'SIGTERM')
        await until(`another ${name}`, () => server.children().some(child => child.pid !== pid &&
            new RegExp(`--process[ =]${name}\\b`).test(child.command)))
        await until('some load', () => asked.length > many + 200)
    }
    over = true
    await load
    await Promise.all(asked)
    assert.deepEqual(failed, [], `of ${asked.length}`)
})

test(`[${topology}] the store is killed under load: kept pages go on, writes come back`, only_split, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    await server.get('/p1')
    const pid = part(server, 'store'), reads = [], saves = []
    let over = false
    const reader = (async () => {
        for (; !over; await pause(5))
            reads.push(timed(server.get('/p1')))
    })()
    const writer = async number => {
        while (!over)
            await server.edit(`/p${number}`, `# P${number}\n\n${Date.now()}\n`).then(answer =>
                [302, 303].includes(answer.status) && saves.push(Date.now()), () => { })
    }
    const writers = [2, 3, 4, 5].map(writer)
    await until('some saves', () => saves.length > 20)
    const killed = Date.now()
    process.kill(pid, 'SIGKILL')
    await until('more saves', () => saves.filter(at => at > killed + 20).length > 20)
    over = true
    await Promise.all([reader, ...writers])
    const times = saves.sort((a, b) => a - b)
    const gap = Math.max(...times.slice(1).map((at, index) => at - times[index]))
    const answers = await Promise.all(reads), missed = answers.filter(({ status }) => status !== 200)
    t.diagnostic(`${answers.length} reads, ${missed.length} not answered; writes paused ${gap} ms`)
    assert.ok(missed.length <= answers.length / 10, `${missed.length} of ${answers.length} reads`)
    await server.stop()
    sound(folder)
})
