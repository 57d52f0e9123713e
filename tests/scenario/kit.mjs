// kit - starts the real program on a temporary wiki and talks to it as a browser does; no package but node's own
//
// Every scenario runs under the topology that WIKIBOT_TOPOLOGY names. A server is stopped at the end of its test, must
// end with status 0, and its log must hold no word of a sanitizer.
import { execFileSync, spawn } from 'node:child_process'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const top = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..')
export const topology = process.env.WIKIBOT_TOPOLOGY ?? 'single'
export const program = process.env.WIKIBOT_PROGRAM ?? path.join(top, 'build/asan/wikibot')
export const fixtures = process.env.WIKIBOT_FIXTURES ?? path.join(top, '../shared/fixtures')
const PATIENCE_MS = 30000                           // for whatever must come, under sanitizers, on a busy machine

export const run_env = {
    PATH: process.env.PATH, TMPDIR: os.tmpdir(), HOME: os.tmpdir(), LANG: 'C.UTF-8', TZ: 'UTC',
    XDG_RUNTIME_DIR: os.tmpdir(),                   // sockets of a server that is killed go with the folder
    ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '', UBSAN_OPTIONS: process.env.UBSAN_OPTIONS ?? '',
    TSAN_OPTIONS: process.env.TSAN_OPTIONS ?? '',
    GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null',
}
const SANITIZERS = /AddressSanitizer|LeakSanitizer|runtime error:|ThreadSanitizer/
// From the first report on: what the program itself said later may be long.
const sanitizer_words = log => log.slice(Math.max(0, log.search(SANITIZERS) - 100)).slice(0, 8000)
const git_env = {
    ...run_env, GIT_AUTHOR_NAME: 'Ada Test', GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada Test', GIT_COMMITTER_EMAIL: 'ada@example.org',
}

// What is to be done at the end of a test: the last thing first, all of it, and then the first complaint.
const duties = new WeakMap()
export function at_end(t, duty) {
    if (duties.has(t)) {
        duties.get(t).push(duty)
        return
    }
    const list = [duty]
    duties.set(t, list)
    t.after(async () => {
        const complaints = []
        while (list.length > 0)
            await Promise.resolve().then(list.pop()).catch(error => complaints.push(error))
        if (complaints.length > 0)
            throw complaints[0]
    })
}

// A folder of its own for a test, removed at its end.
export function temp_folder(t, name = 'wiki') {
    const base = fs.mkdtempSync(path.join(os.tmpdir(), 'wikibot-scenario-'))
    at_end(t, () => {
        execFileSync('chmod', ['-R', 'u+w', base])
        fs.rmSync(base, { recursive: true, force: true })
    })
    const folder = path.join(base, name)
    fs.mkdirSync(folder)
    return folder
}

export function git(folder, ...args) {
    return execFileSync('git', ['-c', 'safe.directory=*', '-c', 'init.defaultBranch=main', ...args],
        { cwd: folder, env: git_env, maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'pipe'] }).toString()
}
// The bytes of a file as the head has it.
export function git_show(folder, file, rev = 'HEAD') {
    return execFileSync('git', ['show', `${rev}:${file}`], { cwd: folder, env: git_env, maxBuffer: 64 << 20 })
}
export function write(folder, files) {
    for (const [name, content] of Object.entries(files)) {
        const file = path.join(folder, name)
        fs.mkdirSync(path.dirname(file), { recursive: true })
        fs.writeFileSync(file, content)
    }
}
export function commit(folder, files, message = 'a change by git') {
    write(folder, files)
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '-m', message)
}
// A repository with these files in one commit.
export function repository(t, files) {
    const folder = temp_folder(t)
    git(folder, 'init', '-q')
    commit(folder, files, 'first')
    return folder
}
export function commits(folder) {
    return Number(git(folder, 'rev-list', '--count', 'HEAD'))
}

// Asks again until the answer is true; a wait with a deadline, for what the program says will come.
export async function until(what, ask, ms = PATIENCE_MS) {
    const end = Date.now() + ms
    for (;;) {
        const answer = await ask()
        if (answer)
            return answer
        if (Date.now() > end)
            assert.fail(`still not after ${ms} ms: ${what}`)
        await new Promise(resolve => setTimeout(resolve, 20))
    }
}

export function html_decode(text) {
    const names = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }
    return text.replace(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (all, name) => {
        if (name[0] !== '#')
            return names[name] ?? all
        return String.fromCodePoint(/^#x/i.test(name)? parseInt(name.slice(2), 16): parseInt(name.slice(1), 10))
    })
}
function attribute(tag, name) {
    const found = tag.match(new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i'))
    return found? html_decode(found[1] ?? found[2] ?? found[3]): undefined
}
export function csrf_token(html) {
    return html_decode(html.match(/<meta name="csrf-token" content="([^"]+)"/)?.[1] ?? '')
}
// The fields of the form that holds a text area `content`, as a browser would send them.
export function form_fields(html) {
    const forms = html.match(/<form\b[\s\S]*?<\/form>/gi) ?? []
    const form = forms.find(one => /name="content"/.test(one))
    assert.ok(form, 'the page has a form with a field content')
    const fields = { action: attribute(form.match(/<form\b[^>]*>/i)[0], 'action') }
    for (const tag of form.match(/<input\b[^>]*>/gi) ?? [])
        if (attribute(tag, 'name') !== undefined && attribute(tag, 'type') !== 'submit')
            fields[attribute(tag, 'name')] = attribute(tag, 'value') ?? ''
    for (const [, open, inner] of form.matchAll(/(<textarea\b[^>]*>)([\s\S]*?)<\/textarea>/gi))
        if (attribute(open, 'name'))
            fields[attribute(open, 'name')] = html_decode(inner.replace(/^\r?\n/, ''))
    return fields
}

class Server {
    constructor(child, port, agent) {
        this.child = child
        this.pid = child.pid
        this.port = port
        this.log = ''
        this.agent = agent
    }

    // { status, headers, body, text }; nothing is followed.
    request(method, target, { headers = {}, body, agent } = {}) {
        return new Promise((resolve, reject) => {
            const request = http.request({ host: '127.0.0.1', port: this.port, method, path: target, headers,
                agent: agent ?? this.agent, timeout: PATIENCE_MS })
            request.on('response', response => {
                const chunks = []
                response.on('data', chunk => chunks.push(chunk))
                response.on('error', reject)
                response.on('end', () => {
                    const whole = Buffer.concat(chunks)
                    const { statusCode: status, headers } = response
                    resolve({ status, headers, body: whole, text: whole.toString() })
                })
            })
            request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${target}`)))
            request.on('error', reject)
            request.end(body)
        })
    }
    get(target, headers = {}) {
        return this.request('GET', target, { headers })
    }
    post(target, fields, headers = {}) {
        // A browser ends the lines of a form with CR LF.
        const body = Object.entries(fields).filter(([name]) => name !== 'action').map(([name, value]) =>
            `${encodeURIComponent(name)}=${encodeURIComponent(String(value).replace(/\r?\n/g, '\r\n'))}`).join('&')
        const form = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) }
        return this.request('POST', target, { body, headers: { ...form, ...headers } })
    }
    // The answer to exactly these bytes, as text; for what no HTTP client would send.
    raw(bytes) {
        return new Promise((resolve, reject) => {
            const socket = net.connect(this.port, '127.0.0.1', () => socket.write(bytes))
            const chunks = []
            socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')))
            socket.on('data', chunk => chunks.push(chunk))
            const answer = () => Buffer.concat(chunks).toString('latin1')
            socket.on('error', error => chunks.length > 0? resolve(answer()): reject(error))
            socket.on('close', () => resolve(answer()))
        })
    }
    // What a person does: opens the editor, changes the text, saves. `change` is the new text or a function of the old.
    async edit(page, change, more = {}) {
        const fields = await this.editor(page)
        const content = typeof change === 'function'? change(fields.content): change
        return this.post(`${page}/save`, { ...fields, content, ...more })
    }
    async editor(page) {
        const form = await this.get(`${page}/edit`)
        assert.equal(form.status, 200, `${page}/edit`)
        return form_fields(form.text)
    }

    // Processes that this server started, by name of their role as /proc shows the command line.
    children() {
        const found = []
        for (const pid of fs.readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
            try {
                const parent = Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1])
                if (parent === this.pid)
                    found.push({ pid: Number(pid),
                        command: fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() })
            } catch { /* it has gone meanwhile */ }
        }
        return found
    }
    async stop() {
        this.stopped = true
        this.agent.destroy()
        if (this.child.exitCode === null && this.child.signalCode === null)
            this.child.kill('SIGTERM')
        const gone = await this.ended
        assert.doesNotMatch(this.log, SANITIZERS, sanitizer_words(this.log))
        assert.deepEqual(gone, { code: 0, signal: null },
            `the server ended with ${JSON.stringify(gone)}:\n${this.log.slice(-4000)}`)
    }
}

// ---- the topology hosts ----------------------------------------------------------------------------------------
// Keys of its processes, made once by the program for all tests of a file.
export const KEY_NAMES = ['gateway', 'store', 'index', 'render-1', 'render-2', 'ops']
let made_keys
function shared_keys() {
    if (!made_keys) {
        made_keys = fs.mkdtempSync(path.join(os.tmpdir(), 'wikibot-keys-'))
        process.on('exit', () => fs.rmSync(made_keys, { recursive: true, force: true }))
        for (const name of KEY_NAMES)
            execFileSync(program, ['keys', 'new', name, '--keys', made_keys], { env: run_env, stdio: 'ignore' })
    }
    return made_keys
}
export function keys_of_their_own(t) {
    const folder = temp_folder(t, 'keys')
    fs.cpSync(shared_keys(), folder, { recursive: true })
    return folder
}
// Loopback addresses that nobody else has: no port is ever taken.
let addresses = 0
export function loopback() {
    addresses++
    return `127.${1 + addresses % 250}.${process.pid >> 8 & 255}.${process.pid & 255}`
}
// Text of a topology: `places` says of each process its host, of each host its address (and where it binds).
export function hosts_text(hosts, places) {
    const host_lines = Object.entries(hosts).map(([name, { address, bind }]) =>
        `    ${name}\n        address = ${address}\n${bind? `        bind = ${bind}\n`: ''}`)
    const ports = {}
    const lines = Object.entries(places).map(([name, host]) => {
        ports[host] = (ports[host] ?? 5590) + 10
        return `    ${name}\n        host = ${host}\n        port = ${ports[host]}\n`
            + `        actors = "${name.replace(/-.*/, '')}"\n`
    })
    return `topology\n    name = hosts\n    operators = ops\nhost\n${host_lines.join('')}process\n${lines.join('')}`
        + 'actor\n    gateway\n        asks = "store render index"\n    index\n        asks = "store render"\n'
}
// What comes after --topology: the name; for `hosts` a file with all on one host, but over tcp with CURVE, and with two
// renderers. `uid`: whose files these shall be.
export function topology_words(t, uid) {
    if (topology !== 'hosts')
        return [topology]
    const folder = temp_folder(t, 'topology')
    const file = path.join(folder, 'hosts.conf')
    fs.writeFileSync(file, hosts_text({ here: { address: loopback() } },
        { gateway: 'here', store: 'here', index: 'here', 'render-1': 'here', 'render-2': 'here' }))
    const keys = uid === undefined? shared_keys(): keys_of_their_own(t)
    if (uid !== undefined)
        execFileSync('chown', ['-R', String(uid), path.dirname(keys), path.dirname(folder)])
    return [file, '--keys', keys]
}

// Starts `wikibot serve` on a folder and waits until it says where. `options`: args, env, spawn (uid, gid), program,
// topology (words after --topology).
export async function serve(t, folder, options = {}) {
    const child = spawn(options.program ?? program,
        ['serve', folder, '--port', '0', '--topology', ...(options.topology ?? topology_words(t, options.spawn?.uid)),
            ...(options.args ?? [])],
        { env: { ...run_env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], ...options.spawn })
    const server = new Server(child, 0, new http.Agent({ keepAlive: true, maxSockets: 64 }))
    let said = ''
    const started = new Promise((resolve, reject) => {
        const impatience = setTimeout(() => reject(new Error(`not up after ${PATIENCE_MS} ms:\n${server.log}`)),
            PATIENCE_MS)
        child.stdout.on('data', chunk => {
            said += chunk
            const found = said.match(/ at http:\/\/127\.0\.0\.1:(\d+)\/|runs the processes of host/)
            if (found) {
                clearTimeout(impatience)
                resolve(Number(found[1] ?? 0))
            }
        })
        child.on('error', reject)
        child.on('exit', code => {
            clearTimeout(impatience)
            reject(new Error(`ended with ${code}:\n${said}${server.log}`))
        })
    })
    child.stderr.on('data', chunk => { server.log += chunk })
    server.ended = new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal })))
    at_end(t, () => server.stopped? undefined: server.stop())
    server.port = await started
    return server
}

// Runs a command of the program to its end: { status, out, err }.
export function command(args, options = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { env: run_env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS,
            ...options })
        let out = '', err = ''
        child.stdout.on('data', chunk => { out += chunk })
        child.stderr.on('data', chunk => { err += chunk })
        child.on('error', reject)
        child.on('close', status =>
            SANITIZERS.test(err)? reject(new Error(sanitizer_words(err))): resolve({ status, out, err }))
    })
}
