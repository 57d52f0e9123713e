// clock - the host's clock is set forward and back while requests are under way: they are answered in time, later ones
// go on as if nothing had been, and no save is lost
//
// Only the program's clock jumps (clock_jump.c); the one that measures here does not.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import test from 'node:test'
import { at_end, command, commit, git, program, repository, run_env, serve, temp_folder, topology, until }
    from '../scenario/kit.mjs'

const DEADLINE_MS = 10000, SLACK_MS = 1500, SOON_MS = 2000, HOUR_MS = 3600000
const FLOWS = 32                                    // requests that the gateway handles at once
const JUMPS = { 'an hour forward': HOUR_MS, 'an hour back': -HOUR_MS, 'a day forward': 24 * HOUR_MS,
    'a day back': -24 * HOUR_MS }
const FILES = { 'kept.md': '# Kept\n\nfirst\n',
    ...Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}.md`, `# P${n}\n\nfirst\n`])) }
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
const is_saved = answer => [302, 303].includes(answer.status)

async function timed(promise) {
    const began = performance.now()
    const answer = await promise.catch(error => ({ status: 0, error }))
    return { ...answer, ms: Math.round(performance.now() - began) }
}
async function free_port() {
    const taken = net.createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => taken.on('listening', resolve))
    const { port } = taken.address()
    await new Promise(resolve => taken.close(resolve))
    return port
}
// A server whose clock can be set: { server, folder, env, jump, now, metrics }.
async function with_a_clock(t) {
    const folder = repository(t, FILES), file = path.join(temp_folder(t, 'clock'), 'offset')
    let off = 0n
    fs.writeFileSync(file, Buffer.alloc(8))
    const fd = fs.openSync(file, 'r+')
    at_end(t, () => fs.closeSync(fd))
    const metrics = await free_port()
    const env = { ...run_env, WIKIBOT_METRICS_PORT: String(metrics), WIKIBOT_CLOCK: file,
        LD_PRELOAD: path.join(path.dirname(program), 'libclock_jump.so'),
        ASAN_OPTIONS: `${run_env.ASAN_OPTIONS}:verify_asan_link_order=0` }
    const server = await serve(t, folder, { env })
    const jump = ms => {
        off += BigInt(ms)
        const bytes = Buffer.alloc(8)
        bytes.writeBigInt64LE(off)
        fs.writeSync(fd, bytes, 0, 8, 0)
    }
    return { server, folder, env, jump, metrics, now: () => Date.now() + Number(off) }
}
// Once each save was answered with success, its commit is there, and once.
function all_there(folder, saves) {
    const log = git(folder, 'log', '--format=%s').trim().split('\n')
    for (const name of saves)
        assert.equal(log.filter(line => line === name).length, 1, name)
}
// Those that wait for their deadline do so on the clock that nobody set.
function in_time({ status, ms, error }, what) {
    assert.ok([200, 302, 303, 503, 504].includes(status), `${what}: ${status} ${error ?? ''}`)
    assert.ok(ms <= DEADLINE_MS + SLACK_MS, `${what}: ${status} after ${ms} ms`)
}
async function at_once({ server, folder, now }, word) {
    for (const target of ['/p1', '/p2/history', '/p3/source', '/kept', '/p6/blame']) {
        const { status, ms } = await timed(server.get(`${target}?n=${encodeURIComponent(word)}`))
        assert.ok(status === 200 && ms < SOON_MS, `${target} ${word}: ${status} after ${ms} ms`)
    }
    const saved = await timed(server.edit('/p4', `# P4\n\n${word} ${Math.random()}\n`, { commit: `later, ${word}` }))
    assert.ok(is_saved(saved) && saved.ms < SOON_MS, `a save ${word}: ${saved.status} after ${saved.ms} ms`)
    all_there(folder, [`later, ${word}`])
    const dated = Number(git(folder, 'log', '-1', '--format=%ct')) * 1000
    assert.ok(Math.abs(dated - now()) < 60000, `it is dated by the clock that jumped, ${dated}, not ${now()}`)
}

test(`[${topology}] the clock jumps under load: answers in time, saves in the history, nobody falls`, async t => {
    const clocked = await with_a_clock(t), { server, folder, env, jump, metrics } = clocked
    const pids = server.children().map(child => child.pid).sort()
    for (const [word, ms] of Object.entries(JUMPS)) {
        const asked = [], saved = []
        let over = false
        const reader = async path_of => {
            for (let n = 0; !over; n++)
                asked.push(await timed(server.get(path_of(n))))
        }
        const writer = async number => {
            for (let n = 0; !over; n++) {
                const name = `${word} ${number} ${n}`
                const form = await server.editor(`/p${number}`).catch(() => null)
                const filled = { ...form, content: name, commit: name }
                const answer = form && await timed(server.post(`/p${number}/save`, filled))
                if (answer)
                    asked.push(answer)
                if (answer && is_saved(answer))
                    saved.push(name)
            }
        }
        const crowd = [reader(n => `/p${20 + n % 40}/history?n=${word}${n}`.replaceAll(' ', '')), reader(() => '/kept'),
            reader(n => `/p${20 + n % 40}/source`), ...[10, 11, 12].map(writer)]
        const slow = net.connect(server.port, '127.0.0.1')
        let slow_answer = ''
        slow.on('data', chunk => { slow_answer += chunk }).on('error', error => { slow_answer += error })
        slow.write('GET /p5 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Slow: ')
        await pause(700)
        const before = asked.length
        jump(ms)
        slow.write('yes')
        await until('answers after the jump', () => asked.length > before + 60)
        await pause(1300)
        slow.write('\r\n\r\n')
        over = true
        await Promise.all(crowd)
        asked.forEach(answer => in_time(answer, word))
        const failed = asked.filter(({ status }) => status >= 500)
        t.diagnostic(`${word}: ${asked.length} answers, ${failed.length} of them 503 or 504, ${saved.length} saves`)
        assert.ok(failed.length <= 12, `only what was under way: ${failed.length} of ${asked.length}`)
        assert.ok(saved.length > 3)
        all_there(folder, saved)
        await until('the slow client is answered', () => /^HTTP\/1\.1 200/.test(slow_answer), SOON_MS)
        await at_once(clocked, word)
        const text = `seen ${ms}`                       // the cache of answers hears of what git does
        commit(folder, { 'kept.md': `# Kept\n\n${text}\n` }, 'by git')
        await until(text, async () => (await server.get('/kept')).text.includes(text), SOON_MS)
        const { status, out, err } = await command(['status', folder], { env })
        if (topology !== 'hosts')
            assert.equal(status, 0, out + err)
        assert.doesNotMatch(out, /\d+h|\d+d|-\d+[sm]/, 'ages are of what went by')
        const told = await fetch(`http://127.0.0.1:${metrics}/metrics`).then(answer => answer.text())
        assert.match(told, /^wikibot_\w+/m)
    }
    assert.deepEqual(server.children().map(child => child.pid).sort(), pids, 'nobody fell')
    await server.stop()
    assert.equal(git(folder, 'fsck', '--strict', '--no-dangling', '--no-progress').trim(), '')
})

for (const [word, ms] of Object.entries(JUMPS))
    test(`[${topology}] what waits while the clock jumps ${word} waits no longer than its deadline`, async t => {
        const clocked = await with_a_clock(t), { server, folder, jump } = clocked
        const pids = server.children().map(child => child.pid).sort()
        const renderers = server.children().filter(child => /--process[ =]render/.test(child.command))
        const pages = Array.from({ length: FLOWS }, (_, n) => `/p${n + 20}`)
        const forms = await Promise.all(pages.map(page => server.editor(page)))
        for (const { pid } of renderers) {
            process.kill(pid, 'SIGSTOP')
            at_end(t, () => {
                try {
                    process.kill(pid, 'SIGCONT')
                } catch { /* it has gone */ }
            })
        }
        const lock = path.join(folder, '.git/refs/heads', `${git(folder, 'branch', '--show-current').trim()}.lock`)
        fs.writeFileSync(lock, '')                      // as another program's, which is never broken
        const reads = [1, 2, 3].map(n => timed(server.get(`/p${n}`)))
        const saves = pages.map((page, n) => timed(server.post(`${page}/save`, { ...forms[n], content: word })))
        await pause(500)
        jump(ms)
        const answers = await Promise.all(saves)
        answers.forEach(answer => in_time(answer, word))
        assert.ok(answers.every(({ status }) => status >= 503), 'no save while the branch is locked')
        const free = await timed(server.get('/p9/source'))      // flows are free again
        assert.ok(free.status === 200 && free.ms < SOON_MS, `a source: ${free.status} after ${free.ms} ms`)
        await until('the store gives up, too', () => /event=store\.commit .*code=BUSY/.test(server.log), DEADLINE_MS)
        fs.rmSync(lock)
        renderers.forEach(({ pid }) => process.kill(pid, 'SIGCONT'))
        const read = await Promise.all(reads)
        read.forEach(answer => in_time(answer, word))
        await at_once(clocked, word)
        assert.deepEqual(server.children().map(child => child.pid).sort(), pids, 'nobody fell')
    })
