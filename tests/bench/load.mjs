// load - starts what is measured (wikibot, nginx), puts load on it, and reads from /proc what it cost
import { execFile, execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'

export const run = promisify(execFile)
const TICK_US = 1e6 / Number(execFileSync('getconf', ['CLK_TCK']))
export const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

function stat_of(pid) {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) * TICK_US }
}
// A process and all that came from it.
export function family(pid) {
    const all = [pid]
    for (const name of fs.readdirSync('/proc').filter(entry => /^\d+$/.test(entry)))
        try {
            if (all.includes(stat_of(name).parent))
                all.push(Number(name))
        } catch { /* it has gone meanwhile */ }
    return all
}
export const cpu_us = pid => family(pid).reduce((sum, one) => sum + stat_of(one).cpu, 0)
export const rss_anon_kb = pid => family(pid).reduce((sum, one) =>
    sum + Number(fs.readFileSync(`/proc/${one}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)?.[1] ?? 0), 0)

// What all processes hold together: pages that several of them share are counted once.
export const pss_kb = pid => family(pid).reduce((sum, one) =>
    sum + Number(fs.readFileSync(`/proc/${one}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)?.[1] ?? 0), 0)

// The most that processes held since reset_peaks, in KB: each one's own peak, so at least that of all together.
const field_kb = (pid, name) =>
    Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${name}:\\s+(\\d+)`))?.[1] ?? 0)
export const rss_kb = pids => pids.reduce((sum, one) => sum + field_kb(one, 'VmRSS'), 0)
export const peak_kb = pids => pids.reduce((sum, one) => sum + field_kb(one, 'VmHWM'), 0)
export const reset_peaks = pids => pids.forEach(one => fs.writeFileSync(`/proc/${one}/clear_refs`, '5'))

export function get(port, target, agent) {
    return new Promise((resolve, reject) => {
        http.get({ host: '127.0.0.1', port, path: target, agent }, response => {
            const chunks = []
            response.on('data', chunk => chunks.push(chunk))
            response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks) }))
        }).on('error', reject)
    })
}

// `began` is the moment before the process was made.
export async function start_wikibot(program, folder, args = [], env = {}) {
    const log = fs.openSync(path.join(path.dirname(folder), 'wikibot.log'), 'a')
    const began = process.hrtime.bigint()
    const child = spawn(program, ['serve', folder, '--port', '0', ...args], {
        stdio: ['ignore', 'pipe', log], env: { ...process.env, ...env },
    })
    fs.closeSync(log)
    started.add(child)
    const port = await new Promise((resolve, reject) => {
        let said = ''
        child.stdout.on('data', chunk => {
            said += chunk
            const found = said.match(/127\.0\.0\.1:(\d+)|runs the processes of host/)
            if (found)
                resolve(Number(found[1] ?? 0))
        })
        child.on('error', reject)
        child.on('exit', code => reject(new Error(`wikibot ended with ${code}, see ${folder}/../wikibot.log`)))
    })
    return { child, pid: child.pid, port, began, stop: () => stop(child) }
}
// The same, once its first index is there: to build it must not be counted as what is measured.
export async function start_settled(program, folder, args, env) {
    const server = await start_wikibot(program, folder, args, env)
    while (!fs.existsSync(path.join(folder, 'wikibot/index.db')))
        await new Promise(resolve => setTimeout(resolve, 50))
    return server
}
// As hosts, each a program, on loopback addresses: the edge, the store, and renderers of one worker each.
export async function start_hosts(program, folder, renderers) {
    const base = fs.mkdtempSync(path.join(path.dirname(folder), 'hosts-'))
    const keys = path.join(base, 'keys'), file = path.join(base, 'hosts.conf')
    const hosts = ['gateway', 'store', 'index', ...renderers]
    const address = index => `127.${200 + index}.${process.pid >> 8 & 255}.${process.pid & 255}`
    for (const name of hosts)
        await run(program, ['keys', 'new', name, '--keys', keys])
    const host_lines = hosts.map((name, index) => `    ${name}\n        address = ${address(index)}\n`)
    const lines = hosts.map(name => `    ${name}\n        host = ${name}\n        port = 5600\n`
        + `        actors = "${name.replace(/-.*/, '')}"\n`)
    fs.writeFileSync(file, `host\n${host_lines.join('')}process\n${lines.join('')}`
        + 'actor\n    gateway\n        asks = "store render index"\n    index\n        asks = "store render"\n'
        + '    render\n        workers = 1\n')
    const servers = []
    for (const name of [...hosts].reverse())
        servers.push(await start_wikibot(program, folder, ['--topology', file, '--host', name, '--keys', keys]))
    const edge = servers.at(-1)
    return { ...edge, stop: async () => {
        for (const server of [...servers].reverse())
            await server.stop()
        fs.rmSync(base, { recursive: true, force: true })
    } }
}
const started = new Set()
function stop(child) {
    started.delete(child)
    child.removeAllListeners('exit')
    if (child.exitCode !== null || child.signalCode !== null)
        return Promise.resolve()
    child.kill('SIGTERM')
    return new Promise(resolve => child.on('exit', resolve))
}
// What a bench that failed has left running.
export const stop_all = () => Promise.all([...started].map(stop))

// nginx with one worker and its access log, serving one file as /page.
export async function start_nginx(folder, file) {
    fs.mkdirSync(folder, { recursive: true })
    fs.copyFileSync(file, path.join(folder, 'page'))
    fs.chmodSync(folder, 0o755)
    const port = 20000 + Math.floor(Math.random() * 20000)
    fs.writeFileSync(path.join(folder, 'nginx.conf'), `
        daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
        events { worker_connections 256; }
        http {
            access_log ${folder}/access.log; default_type text/html; keepalive_requests 1000000000; sendfile on;
            open_file_cache max=100; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
            fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
            server { listen 127.0.0.1:${port}; root ${folder}; }
        }`)
    const child = spawn('nginx', ['-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`], { stdio: 'ignore' })
    started.add(child)
    for (let tries = 0; ; tries++) {
        const answer = await get(port, '/page').catch(() => null)
        if (answer?.status === 200)
            return { child, pid: child.pid, port, stop: () => stop(child) }
        if (tries > 100)
            throw new Error(`nginx does not start, see ${folder}/error.log`)
        await new Promise(resolve => setTimeout(resolve, 20))
    }
}

// How wrk prints a time: "310.00us", "1.20ms", "1.01s".
function microseconds(text) {
    const [, number, unit] = text.match(/^([\d.]+)(us|ms|s|m)$/)
    return Number(number) * { us: 1, ms: 1e3, s: 1e6, m: 6e7 }[unit]
}

// Clients that send a byte a second of a head that never ends, spread over addresses of the loopback so that each of
// them keeps within its limit of 256. Who is cut off comes again.
export async function start_slow(port, count) {
    const head = 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '
    const sockets = new Set()
    let stopped = false
    const dial = number => new Promise(resolve => {
        const socket = net.connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${2 + number % 5}` })
        let sent = 0
        const beat = setInterval(() => socket.write(head[sent++] ?? 'x'), 1000)
        socket.on('connect', () => resolve(sockets.add(socket)))
        socket.on('error', resolve)
        socket.on('data', () => socket.destroy())
        socket.on('close', () => {
            sockets.delete(socket)
            clearInterval(beat)
            if (!stopped)
                setTimeout(() => dial(number), 100)
        })
    })
    await Promise.all([...Array(count).keys()].map(dial))
    return { open: () => sockets.size, stop: () => { stopped = true; sockets.forEach(socket => socket.destroy()) } }
}

// wrk for so many seconds: { requests, rate, cpu (µs a request), p50, p99_us }.
export async function load(server, target, { seconds = 4, connections = 32, script, env, headers = {} } = {}) {
    const before = cpu_us(server.pid)
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...(script? ['-s', script]: []),
        ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])]
    const url = `http://127.0.0.1:${server.port}${target}`
    const { stdout, stderr } = await run('wrk', [...args, url], { env: { ...process.env, ...env } })
    const cpu = cpu_us(server.pid) - before
    const requests = Number(stdout.match(/(\d+) requests in/)[1])
    const bad = stdout.match(/Non-2xx or 3xx responses: (\d+)/)?.[1]
    if (bad || stderr)
        console.error(`${target}: ${bad ?? ''} bad answers ${stderr}`)
    return { requests, rate: Number(stdout.match(/Requests\/sec:\s+([\d.]+)/)[1]), cpu: cpu / requests,
        p50: stdout.match(/50%\s+(\S+)/)[1], p99_us: microseconds(stdout.match(/99%\s+(\S+)/)[1]),
        bad: Number(bad ?? 0) }
}
