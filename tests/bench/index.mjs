// index - what the index answers and what it costs: the figures of issue 5
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { cpu_us, load, median, pss_kb, start_wikibot } from './load.mjs'
import { make_wiki, page_name } from './wiki.mjs'

const KEY = 'bench'
const env = { WIKIBOT_API_KEY: KEY, WIKIBOT_GZIP: 'off' }
const headers = { Authorization: `Bearer ${KEY}` }
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

// One request on a connection that stays open: { status, body, text, us }.
export function ask(port, target, { method = 'GET', body } = {}) {
    const data = body && JSON.stringify(body)
    const more = data? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(data) }: {}
    return new Promise((resolve, reject) => {
        const start = process.hrtime.bigint()
        const request = http.request({ host: '127.0.0.1', port, path: target, method, agent,
            headers: { ...headers, ...more } }, response => {
            const chunks = []
            response.on('data', chunk => chunks.push(chunk))
            response.on('end', () => {
                const text = Buffer.concat(chunks).toString()
                const json = /json/.test(response.headers['content-type'] ?? '')
                resolve({ status: response.statusCode, text, headers: response.headers,
                    body: json? JSON.parse(text): null, us: Number(process.hrtime.bigint() - start) / 1e3 })
            })
        })
        request.on('error', reject)
        request.end(data)
    })
}
async function ask_well(port, target, options) {
    const answer = await ask(port, target, options)
    if (answer.status >= 300)
        throw new Error(`${target}: ${answer.status} ${answer.text.slice(0, 200)}`)
    return answer
}

// Seconds until the index stands at the head.
async function indexed(server) {
    for (;;) {
        const { body } = await ask_well(server.port, '/api/v1/reindex/status')
        if (body.status === 'complete')
            return Number(process.hrtime.bigint() - server.began) / 1e9
        if (body.status !== 'in_progress' && body.status !== 'idle')
            throw new Error(`reindex: ${JSON.stringify(body)}`)
        await new Promise(resolve => setTimeout(resolve, 20))
    }
}

// The median time and the CPU of so many requests, none like another, so that no kept answer serves them.
async function cost(server, target, count = 100) {
    const times = []
    await ask_well(server.port, target(count))
    const before = cpu_us(server.pid)
    for (let turn = 0; turn < count; turn++)
        times.push((await ask_well(server.port, target(turn))).us)
    return { ms: median(times) / 1000, cpu_ms: (cpu_us(server.pid) - before) / count / 1000 }
}

export function index_benches({ row, program, data, kept, copy_of }) {
    // A server on a fresh copy, once its index is there.
    async function start(name, pages, commits, args = []) {
        const server = await start_wikibot(program, copy_of(make_wiki(kept, pages, commits), name), args, env)
        await indexed(server)
        return server
    }

    async function bench_words() {
        const server = await start('words.git', 10000, 10000)
        const bounds = [['one page', turn => `only${turn + 17}`, 3], ['1 % of the pages', () => 'hundredth', 5],
            ['all pages', () => 'everywhere', 25]]
        for (const [where, word, limit] of bounds) {
            for (const mode of ['lexical', '']) {
                const target = turn => `/api/v1/search?q=${word(turn)}&limit=20&turn=${turn}${mode && `&mode=${mode}`}`
                const { ms, cpu_ms } = await cost(server, target)
                row('words', `search, ${mode || 'literal'}: a word on ${where}, p50 (${cpu_ms.toFixed(2)} ms CPU)`, ms,
                    'ms', `under ${limit} ms`, ms < limit)
            }
        }
        await server.stop()
    }

    async function bench_lists() {
        const page = page_name(0)
        const targets = { 'history': `/api/v1/pages/${page}/history?limit=50`,
            'changelog': '/api/v1/changelog?limit=50', 'list': '/api/v1/pages?limit=50',
            'backlinks': `/api/v1/links/${page}?limit=50`,
            'history as HTML': `/${page}/history?limit=50`, 'changelog as HTML': '/-/changelog?limit=50' }
        const first = {}
        for (const commits of [10000, 100000]) {
            const server = await start('lists.git', 10000, commits)
            for (const [what, target] of Object.entries(targets)) {
                const { cpu_ms } = await cost(server, turn => `${target}&turn=${turn}`, 200)
                first[what] ??= cpu_ms
                const more = commits === 10000? cpu_ms < 1: cpu_ms < Math.max(1, 1.2 * first[what])
                row('lists', `${what}, 50 of 10,000 pages and ${commits} commits`, cpu_ms, 'ms CPU',
                    commits === 10000? 'under 1 ms CPU': 'no more', more)
            }
            await server.stop()
        }
    }

    async function bench_whole() {
        const server = await start('whole.git', 10000, 10000)
        for (const [what, target] of [['sitemap', '/sitemap.xml'], ['page index', '/-/index']]) {
            const { ms, cpu_ms } = await cost(server, turn => `${target}?turn=${turn}`, 20)
            row('whole', `${what} of 10,000 pages (${cpu_ms.toFixed(2)} ms CPU)`, ms, 'ms', 'under 50 ms', ms < 50)
        }
        await server.stop()
    }

    // What a save waits for beyond the commit is index.follow; what was saved is searched for at once.
    async function bench_fresh() {
        const server = await start('fresh.git', 10000, 10000, ['--durability', 'none'])
        const times = []
        let found = 0
        for (let turn = 0; turn < 100; turn++) {
            const content = `# New ${turn}\n\nfresh${turn} words, and a [[${page_name(turn)}]]\n`
            const target = `/api/v1/pages/new/p${turn}`
            const saved = await ask_well(server.port, target, { method: 'PUT', body: { content } })
            times.push(saved.us)
            const { body } = await ask_well(server.port, `/api/v1/search?q=fresh${turn}&mode=lexical`)
            const links = await ask_well(server.port, `/api/v1/links/${page_name(turn)}`)
            found += body.total === 1 && links.body.linked_from.some(name => name.toLowerCase() === `new/p${turn}`)
        }
        const calls = execFileSync(program, ['status', path.join(data, 'fresh.git'), '--calls']).toString()
        const more = Number(calls.match(/index\.follow .* p50 +(\d+) us/)[1]) / 1000
        row('fresh', 'what the index adds to a save, median', more, 'ms', 'at most 2 ms', more <= 2,
            'the save, not durable', more * 1000 / median(times))
        row('fresh', 'saves whose words and links were found at once', found, 'of 100', 'every one', found === 100)
        await server.stop()
    }

    async function bench_first() {
        const seconds = {}, cpu = {}
        for (const [pages, commits] of [[1000, 1000], [10000, 10000]]) {
            const folder = copy_of(make_wiki(kept, pages, commits), 'first.git')
            const server = await start_wikibot(program, folder, [], env)
            seconds[pages] = await indexed(server)
            cpu[pages] = cpu_us(server.pid) / 1e6
            row('first', `first index of ${pages} pages, ${commits} commits (${cpu[pages].toFixed(1)} s CPU)`,
                seconds[pages], 's', pages === 10000? 'under 20 s': null, pages === 10000? seconds[pages] < 20: null)
            await server.stop()
        }
        row('first', '10,000 beside 1,000, CPU', cpu[10000] / cpu[1000], 'x', 'linear: at most 13 x',
            cpu[10000] <= 13 * cpu[1000])
        const real = process.env.WIKIBOT_BENCH_WIKI
        if (real) {
            const folder = path.join(data, 'real.git')
            fs.rmSync(folder, { recursive: true, force: true })
            execFileSync('git', ['clone', '-q', '--bare', real, folder])
            const server = await start_wikibot(program, folder, [], env)
            const took = await indexed(server)
            const { body } = await ask_well(server.port, '/api/v1/reindex/status')
            row('first', `first index of ${path.basename(real)}, ${body.pages_indexed} pages`, took, 's', null, null)
            await server.stop()
        }
    }

    async function bench_api() {
        const server = await start('api.git', 10000, 10000)
        const target = `/api/v1/pages/${page_name(7)}`
        const { body } = await ask_well(server.port, target)
        const rates = [], cpus = []
        for (let turn = 0; turn < 3; turn++) {
            const one = await load(server, target, { headers })
            rates.push(one.rate)
            cpus.push(one.cpu)
        }
        const per_core = 1e6 / median(cpus)
        row('api', `GET a page with ${body.links_to.length} links, 32 connections`, median(rates), 'req/s', null, null)
        row('api', 'the same in a second of CPU', per_core, 'req', 'at least 15,000', per_core >= 15000)
        const other = await cost(server, turn => `/api/v1/pages/${page_name(turn)}`)
        row('api', 'GET a page that nobody asked for before', other.cpu_ms, 'ms CPU', null, null)
        await server.stop()
    }

    async function bench_pss() {
        for (const topology of ['single', 'split']) {
            const server = await start(`pss-${topology}.git`, 10000, 10000, ['--topology', topology])
            const fresh = pss_kb(server.pid) / 1024
            for (let turn = 0; turn < 300; turn++)
                for (const target of [`/${page_name(turn)}`, `/${page_name(turn)}/history`, `/-/changelog?turn=${turn}`,
                    `/-/index?turn=${turn % 5}`, `/api/v1/pages/${page_name(turn)}`,
                    `/api/v1/search?q=everywhere&mode=lexical&turn=${turn}`, `/api/v1/search?q=only${turn}`])
                    await ask_well(server.port, target)
            await load(server, '/', { seconds: 2, script: 'tests/bench/rotate.lua',
                env: { BENCH_PAGES: 10000, BENCH_FOLDERS: 200 } })
            await new Promise(resolve => setTimeout(resolve, 5000))     // what is free is given back after a while
            const mb = pss_kb(server.pid) / 1024
            row('pss', `PSS of all processes, ${topology}; ${fresh.toFixed(0)} MB after the first index`, mb, 'MB',
                'under 80 MB', mb < 80)
            await server.stop()
        }
    }

    return { words: bench_words, lists: bench_lists, whole: bench_whole, fresh: bench_fresh, first: bench_first,
        api: bench_api, pss: bench_pss }
}
