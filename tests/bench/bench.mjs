// bench - the benchmarks and their table; started by tests/bench/run, which has built what is measured
import { execFileSync, spawn } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import {
    family, get, load, median, peak_kb, reset_peaks, rss_anon_kb, rss_kb, run, start_hosts, start_nginx, start_settled,
    start_slow, start_wikibot, stop_all,
} from './load.mjs'
import { index_benches } from './index.mjs'
import { FOLDERS, make_history, make_pages, make_wiki, page_name, page_text } from './wiki.mjs'

const build = path.resolve('build/bench')
const data = path.join(build, 'data')
const kept = path.join(build, 'wikis')
const program = path.join(build, 'wikibot')
const rows = []
const round = (value, digits = 3) => Number(value.toPrecision(digits))

// One line of the table: what was measured, the bound of the issue, the ratio to something of the same minute.
function row(bench, what, value, unit, must, met, beside, ratio) {
    rows.push({ bench, what, value: round(value), unit, must, met, beside,
        ratio: ratio === undefined? null: round(ratio) })
    const shown = rows.at(-1)
    console.log([bench.padEnd(10), what.padEnd(52), `${shown.value} ${unit}`.padStart(16), (must ?? '').padEnd(24),
        met === null? '     ': met? 'met  ': 'MISSED',
            shown.ratio === null? '': `${shown.ratio} x ${beside}`].join('  '))
}
async function program_json(name, ...args) {
    const { stdout, stderr } = await run(path.join(build, name), args.map(String))
        .catch(error => ({ stdout: error.stdout || '{}', stderr: error.stderr || String(error) }))
    if (stderr)
        console.error(stderr.slice(0, 2000))
    return JSON.parse(stdout)
}
function copy_of(repository, name) {
    const folder = path.join(data, name)
    fs.rmSync(folder, { recursive: true, force: true })
    execFileSync('cp', ['-r', repository, folder])
    return folder
}
const floor = async () => (await program_json('bench_store_floor', data, 200)).median_us
const git = (folder, ...args) => execFileSync('git', ['-C', folder, ...args], { maxBuffer: 1 << 28 }).toString().trim()

// How wrk asks for page after page.
const rotation = pages => ({ script: 'tests/bench/rotate.lua', env: { BENCH_PAGES: pages, BENCH_FOLDERS: FOLDERS } })
const token_of = async server =>
    (await get(server.port, '/')).body.toString().match(/name="csrf-token" content="([^"]+)"/)[1]

async function bench_codec() {
    const { request_ns, ten_rows_ns, system_call_ns } = await program_json('bench_proto_codec')
    const say = (what, ns, limit) =>
        row('codec', what, ns / 1000, 'us', `under ${limit} us`, ns < limit * 1000, 'a system call',
            ns / system_call_ns)
    say('encode + decode of a small request', request_ns, 0.5)
    say('encode + decode of a reply with ten rows', ten_rows_ns, 5)
}

// The whole renderer on the page of 4 KB that most benches read, in turns with md_html.
async function bench_render() {
    const file = path.join(data, 'page.md')
    fs.writeFileSync(file, page_text(7, 10000))
    const { render_ns, ratio } = await program_json('bench_render_page', file)
    row('render', 'page of 4 KB, the whole renderer', render_ns / 1000, 'us', 'at most 1.5 x md_html', ratio <= 1.5,
        'md_html', ratio)
}

// CPU of uncached views, beside nginx serving one of them as a file.
async function bench_view() {
    const results = []
    for (const pages of [1000, 10000]) {
        const wikibot = await start_settled(program, copy_of(make_pages(kept, pages), `view-${pages}.git`))
        const file = path.join(data, 'page.html')
        fs.writeFileSync(file, (await get(wikibot.port, `/${page_name(7)}`)).body)
        const nginx = await start_nginx(path.join(data, 'nginx'), file)
        await load(wikibot, '/', { ...rotation(pages), seconds: 2 })
        const uncached = await load(wikibot, '/', { ...rotation(pages), seconds: 6, connections: 8 })
        const plain = await load(nginx, '/page', { seconds: 2, connections: 8 })
        row('view', `uncached view, ${pages} pages (${fs.statSync(file).size} B)`, uncached.cpu, 'us CPU',
            'at most 300 us CPU', uncached.cpu <= 300 && !uncached.bad, 'nginx', uncached.cpu / plain.cpu)
        results.push(uncached.cpu)
        await nginx.stop()
        await wikibot.stop()
    }
    row('view', '10,000 pages beside 1,000', results[1] / results[0], 'x', 'at most 1.5 x',
        results[1] <= 1.5 * results[0])
}

// A page that is cached, in turns with nginx serving the same bytes with its access log on; gzip is off on both.
async function bench_cached() {
    const folder = copy_of(make_pages(kept, 1000), 'cached.git')
    const wikibot = await start_settled(program, folder, [], { WIKIBOT_GZIP: 'off' })
    const target = `/${page_name(7)}`
    const file = path.join(data, 'page.html')
    fs.writeFileSync(file, (await get(wikibot.port, target)).body)
    const nginx = await start_nginx(path.join(data, 'nginx'), file)
    const ours = [], theirs = []
    for (let turn = 0; turn < 3; turn++) {
        ours.push(await load(wikibot, target))
        theirs.push(await load(nginx, '/page'))
    }
    const of = (list, what) => median(list.map(one => one[what]))
    const rate = of(ours, 'rate') / of(theirs, 'rate'), cpu = of(ours, 'cpu') / of(theirs, 'cpu')
    row('cached', `cached view, 32 connections (${fs.statSync(file).size} B)`, of(ours, 'rate'), 'req/s',
        'at least 1.15 x nginx', rate >= 1.15, 'nginx', rate)
    row('cached', 'cached view, CPU a request', of(ours, 'cpu'), 'us CPU', "at most nginx's", cpu <= 1, 'nginx', cpu)
    await nginx.stop()
    await wikibot.stop()
}

// Good clients beside slow ones, in turns with good ones alone.
async function bench_slow() {
    const wikibot = await start_settled(program, copy_of(make_pages(kept, 1000), 'slow.git'))
    const target = `/${page_name(7)}`
    const alone = [], beside = []
    let held = 1000
    await load(wikibot, target, { seconds: 1 })
    for (let turn = 0; turn < 3; turn++) {
        alone.push(await load(wikibot, target, { seconds: 3 }))
        const slow = await start_slow(wikibot.port, 1000)
        beside.push(await load(wikibot, target, { seconds: 3 }))
        held = Math.min(held, slow.open())
        slow.stop()
    }
    const of = (list, what) => median(list.map(one => one[what]))
    const p99 = of(beside, 'p99_us'), ratio = p99 / of(alone, 'p99_us')
    row('slow', `p99 of 32 clients beside ${held} that send a byte a second`, p99, 'us', 'at most 2 x alone',
        ratio <= 2 && held >= 1000 && !beside.some(one => one.bad), 'alone', ratio)
    row('slow', 'rate of the 32 clients', of(beside, 'rate'), 'req/s', null, null, 'alone',
        of(beside, 'rate') / of(alone, 'rate'))
    await wikibot.stop()
}

// fsyncs of `work`, counted by strace on all threads and children; null where tracing is not allowed.
async function count_syncs(pid, work) {
    const out = path.join(data, 'strace')
    const calls = 'fsync,fdatasync,sync_file_range,syncfs'
    const tracer = spawn('strace', ['-f', '-q', '-e', `trace=${calls}`, '-o', out, '-p', String(pid)],
        { stdio: ['ignore', 'ignore', 'pipe'] })
    const attached = await new Promise(resolve => {
        const wait = setTimeout(() => resolve(true), 1000)
        tracer.on('exit', () => { clearTimeout(wait); resolve(false) })
    })
    if (!attached)
        return null
    await work()
    tracer.kill('SIGINT')
    await new Promise(resolve => tracer.on('exit', resolve))
    return fs.readFileSync(out, 'utf8').split('\n').filter(line => /\b(fsync|fdatasync|syncfs)\(/.test(line)).length
}

async function bench_save() {
    const folder = copy_of(make_pages(kept, 10000), 'save.git')
    const before = Number(git(folder, 'rev-list', '--count', 'HEAD'))
    const wikibot = await start_settled(program, folder)
    const revision = git(folder, 'rev-parse', 'HEAD')
    const token = await token_of(wikibot)
    let first = 0, saved = 0
    const save = async (clients, saves) => {
        const result = await program_json('bench_gateway_save', wikibot.port, token, revision, clients, saves, first,
            FOLDERS)
        first += clients * saves
        saved += result.saved
        return result
    }
    await save(1, 20)
    const lows = [await floor()]
    const one = await save(1, 300)
    lows.push(await floor())
    const many = await save(32, 60)
    lows.push(await floor())
    const low = median(lows)
    const syncs = await count_syncs(wikibot.pid, () => save(1, 50))
    row('save', 'floor: write 4 KB, fsync, rename, fsync folder', low, 'us', null, null)
    row('save', 'durable save, one client, median', one.median_us, 'us', 'at most 2.5 x the floor',
        one.median_us <= 2.5 * low, 'the floor', one.median_us / low)
    if (syncs !== null)
        row('save', 'fsyncs a save', syncs / 50, '', 'at most 6', syncs <= 300)
    row('save', 'durable saves, 32 clients', many.per_second, 'saves/s', 'at least 6 x one client',
        many.per_second >= 6 * one.per_second, 'one client', many.per_second / one.per_second)
    const each_floor = many.per_second * low / 1e6
    row('save', 'durable saves in the time of one floor operation', each_floor, '', 'at least 2.5', each_floor >= 2.5)
    await wikibot.stop()
    const subjects = git(folder, 'log', '--format=%s', `-${first + 1}`).split('\n')
    const messages = subjects.filter(subject => subject.startsWith('bench save'))
    const exact = new Set(messages).size === saved && messages.length === saved
        && Number(git(folder, 'rev-list', '--count', 'HEAD')) === before + saved && saved === first
    row('save', 'acknowledged saves that are in the history once', messages.length, `of ${first}`, 'every one', exact)
    git(folder, 'fsck', '--strict')
}

async function bench_processes() {
    const folder = copy_of(make_pages(kept, 1000), 'processes.git')
    const before = Number(git(folder, 'rev-list', '--count', 'HEAD'))
    const result = await program_json('bench_store_processes', folder, 8, 100)
    const low = await floor()
    const commits = Number(git(folder, 'rev-list', '--count', 'HEAD')) - before
    let clean = true
    try { git(folder, 'fsck', '--strict') } catch { clean = false }
    row('processes', `8 processes x 100 writes, fsck ${clean? 'clean': 'NOT clean'}`, commits, 'commits',
        '800 commits, clean', commits === 800 && clean, 'the floor', result.seconds * 1e6 / 800 / low)
}

async function bench_history() {
    const folder = make_history(kept)
    const times = [], opens = [], git_times = []
    for (let turn = 0; turn < 5; turn++) {
        const state = copy_of(folder, 'history.git')        // nothing that an earlier turn derived
        const result = await program_json('bench_store_history', state, page_name(0), 50)
        if (result.rows !== 50)
            console.error('history:', JSON.stringify(result))
        times.push(result.history_ms)
        opens.push(result.open_ms)
        const start = process.hrtime.bigint()
        git(state, 'log', '-50', '--format=%H', '--', `${page_name(0)}.md`)
        git_times.push(Number(process.hrtime.bigint() - start) / 1e6)
    }
    row('history', 'first 50 rows of 1,000 over 10,000 commits, cold', median(times), 'ms', 'under 20 ms',
        median(times) < 20, 'git log -50', median(times) / median(git_times))
    row('history', 'open of that repository', median(opens), 'ms', null, null)
}

// What an index reads of the store: every commit with its files.
async function bench_log() {
    const small = await program_json('bench_store_log', make_wiki(kept, 1000, 1000))
    const large = await program_json('bench_store_log', make_wiki(kept, 10000, 10000))
    row('log', `log of ${large.commits} commits in ${large.answers} answers`, large.ms, 'ms', 'under 2,000 ms',
        large.ms < 2000 && large.commits === 10000, '1,000 commits', large.ms / small.ms)
}

async function bench_start() {
    const folder = copy_of(make_pages(kept, 10000), 'start.git')
    const times = [], git_times = []
    for (let turn = 0; turn < 9; turn++) {
        const wikibot = await start_wikibot(program, folder)
        const answer = await get(wikibot.port, `/${page_name(turn)}`)
        times.push(Number(process.hrtime.bigint() - wikibot.began) / 1e6)
        if (answer.status !== 200)
            console.error(`start: status ${answer.status}`)
        await wikibot.stop()
        const start = process.hrtime.bigint()
        git(folder, 'rev-parse', 'HEAD')
        git_times.push(Number(process.hrtime.bigint() - start) / 1e6)
    }
    row('start', 'start to first answer, 10,000 pages', median(times), 'ms', 'under 60 ms', median(times) < 60,
        'git rev-parse HEAD', median(times) / median(git_times))
}

// Everything that fills caches: views of all pages, cached and uncached, history, index and saves; then what is held.
async function bench_memory() {
    for (const topology of ['single', 'split']) {
        const folder = copy_of(make_pages(kept, 10000), `memory-${topology}.git`)
        const wikibot = await start_settled(program, folder, ['--topology', topology])
        await load(wikibot, '/', { ...rotation(10000), seconds: 8 })
        await load(wikibot, `/${page_name(1)}`, { seconds: 2 })
        for (let number = 0; number < 60; number++)
            for (const target of ['/-/index', '/-/changelog', `/${page_name(number)}/history`,
                `/${page_name(number)}/source`])
                await get(wikibot.port, target)
        const revision = git(folder, 'rev-parse', 'HEAD')
        await program_json('bench_gateway_save', wikibot.port, await token_of(wikibot), revision, 32, 30, 0, FOLDERS)
        await load(wikibot, '/', rotation(10000))
        const mb = rss_anon_kb(wikibot.pid) / 1024
        row('memory', `RssAnon of all processes, ${topology}`, mb, 'MB', 'under 60 MB', mb < 60)
        await wikibot.stop()
    }
}

// One file in a form, as a browser sends it; `first` makes its content another one.
function upload(server, token, name, first, rest) {
    const head = Buffer.from(`--bench\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n${token}\r\n`
        + `--bench\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`)
    const parts = [head, first, rest, Buffer.from('\r\n--bench--\r\n')]
    return new Promise((resolve, reject) => {
        const request = http.request({ host: '127.0.0.1', port: server.port, method: 'POST', path: '/home/attachments',
            agent: false, headers: { 'Content-Type': 'multipart/form-data; boundary=bench',
                'Content-Length': parts.reduce((sum, part) => sum + part.length, 0) } })
        request.on('response', response => response.resume().on('end', () => resolve(response.statusCode)))
        request.on('error', reject)
        parts.forEach(part => request.write(part))
        request.end()
    })
}

// Files of 10 MiB at once: what is held at most beyond what was before, beside what is on its way; and what stays.
async function bench_uploads() {
    const FILES = 16, BYTES = 10 << 20
    for (const topology of ['single', 'split']) {
        const folder = copy_of(make_pages(kept, 1000), `uploads-${topology}.git`)
        const wikibot = await start_settled(program, folder, ['--topology', topology])
        const token = await token_of(wikibot)
        const rest = crypto.randomBytes(BYTES - 16)
        await load(wikibot, '/', { ...rotation(1000), seconds: 2 })
        await upload(wikibot, token, 'first.bin', crypto.randomBytes(16), rest.subarray(0, 1000))
        const pids = family(wikibot.pid)
        const before = rss_kb(pids), anonymous = rss_anon_kb(wikibot.pid)
        reset_peaks(pids)
        const began = process.hrtime.bigint()
        const statuses = await Promise.all(Array.from({ length: FILES }, (_, number) =>
            upload(wikibot, token, `${number}.bin`, crypto.randomBytes(16), rest)))
        const seconds = Number(process.hrtime.bigint() - began) / 1e9
        const ratio = (peak_kb(pids) - before) * 1024 / (FILES * BYTES)
        const stored = git(folder, 'ls-tree', '--name-only', 'HEAD', 'home/').split('\n').length - 1
        const all = statuses.every(status => status === 303) && stored === FILES
        row('uploads', `peak memory of ${FILES} uploads of 10 MiB, ${topology}`, ratio, 'x', 'at most 3 x',
            all && ratio <= 3, 'in flight', ratio)
        await new Promise(resolve => setTimeout(resolve, 1000))
        const left = (rss_anon_kb(wikibot.pid) - anonymous) / 1024
        row('uploads', `what is left of it a second later, ${topology}`, left, 'MB', 'at most 10 MB', left <= 10)
        row('uploads', `uploads that were stored, in ${round(seconds)} s`, statuses.filter(one => one === 303).length,
            `of ${FILES}`, 'every one', all)
        await wikibot.stop()
    }
}

// One call over tcp with CURVE to another process, in turns with the same call inside this one.
async function bench_links() {
    const { inproc_us, curve_us } = await program_json('bench_core_link')
    row('links', 'a call over tcp + CURVE beyond one over inproc, p50', curve_us - inproc_us, 'us',
        'at most 250 us', curve_us - inproc_us <= 250, 'inproc', curve_us / inproc_us)
}

// Cached views, all in one process and with the store on another host of the loopback, in turns.
async function bench_hosts() {
    const wiki = copy_of(make_pages(kept, 1000), 'hosts.git')
    const target = `/${page_name(7)}`
    const one = await start_settled(program, wiki), apart = await start_hosts(program, wiki, ['render-1'])
    const rates = [], ratios = [], costs = []
    for (let turn = 0; turn < 9; turn++) {
        const here = await load(one, target, { seconds: 1 }), there = await load(apart, target, { seconds: 1 })
        rates.push(there.rate)
        ratios.push(there.rate / here.rate)
        costs.push(there.cpu / here.cpu)
    }
    row('hosts', 'cached view, the store on another host', median(rates), 'req/s', 'at least 0.9 x one process',
        median(ratios) >= 0.9, 'one process', median(ratios))
    row('hosts', 'the same, CPU a request', median(costs), 'x', null, null)
    await one.stop()
    await apart.stop()
    const { one: alone, two } = await program_json('bench_core_link', 'copies')
    row('hosts', `second copy of an actor whose call costs 5 ms, ${os.cpus().length} cores`, two, 'calls/s',
        'at least 1.6 x one', two >= 1.6 * alone, 'one copy', two / alone)
}

const benches = {
    codec: bench_codec, render: bench_render, view: bench_view, cached: bench_cached, slow: bench_slow,
    save: bench_save, processes: bench_processes, history: bench_history, start: bench_start, memory: bench_memory,
    uploads: bench_uploads, links: bench_links, hosts: bench_hosts, log: bench_log,
    ...index_benches({ row, program, data, kept, copy_of }),
}
const wanted = process.argv.length > 2? process.argv.slice(2): Object.keys(benches)
const unknown = wanted.find(name => !benches[name])
if (unknown) {
    console.error(`no bench "${unknown}"; there are: ${Object.keys(benches).join(' ')}`)
    process.exit(2)
}
fs.mkdirSync(kept, { recursive: true })
const disk = process.env.WIKIBOT_BENCH_DISK ?? 'unknown'
console.log(`wikibot benches: ${os.cpus().length} x ${os.cpus()[0].model}, data on ${disk}\n`)
for (const name of wanted) {
    const start = process.hrtime.bigint()
    try {
        await benches[name]()
    } catch (error) {
        console.error(`${name}: ${error.stack}`)
        process.exitCode = 1
        await stop_all()
    }
    console.error(`  (${name} took ${((Number(process.hrtime.bigint() - start)) / 1e9).toFixed(1)} s)`)
}
const report = { date: new Date().toISOString(), commit: execFileSync('git', ['rev-parse', 'HEAD']).toString().trim(),
    machine: `${os.cpus().length} x ${os.cpus()[0].model}`, kernel: os.release(), disk, rows }
fs.writeFileSync(path.join(build, 'results.json'), JSON.stringify(report, null, 2) + '\n')
const count = met => rows.filter(one => one.met === met).length
console.log(`\n${count(true)} met, ${count(false)} missed; build/bench/results.json`)
