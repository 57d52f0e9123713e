// netns - hosts for tests: a network namespace each, on one bridge, with links that can be cut, lossy and slow
//
// Needs no root where user namespaces are allowed. The namespaces live as long as the processes that hold them, which
// end with this one, so nothing is left behind. Where namespaces or nft are refused, cannot_separate says why.
// Beside them: what lies between two hosts on loopback, and passes on late (start_relay).
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { at_end, hosts_text, keys_of_their_own, loopback, program, repository, serve, temp_folder }
    from '../scenario/kit.mjs'

const root = process.getuid() === 0
const mine = ['unshare', root? '-n': '-Urn']
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
const in_space = (holder, ...words) =>
    ['nsenter', '-t', String(holder), ...(root? []: ['-U', '--preserve-credentials']), '-n', '--', ...words]

// False: hosts can be kept apart here. Else what is missing.
export function cannot_separate() {
    const script = 'ip link add name one type veth peer name two && nft add table inet try && '
        + 'tc qdisc add dev one root tbf rate 1mbit burst 8kb latency 1s && nsenter --version'
    const tried = spawnSync(mine[0], [...mine.slice(1), 'sh', '-c', script], { env, encoding: 'utf8' })
    return tried.status === 0? false: `no network namespaces with nft and tc here: ${(tried.stderr
        || String(tried.error ?? '')).trim().split('\n')[0]}`
}

function run(words, input) {
    execFileSync(words[0], words.slice(1), { env, input, stdio: [input? 'pipe': 'ignore', 'ignore', 'pipe'] })
}
// A process that does nothing but hold a namespace; ends with its standard input, and so with us.
async function hold(t, words) {
    const child = spawn(words[0], [...words.slice(1), 'sh', '-c', 'echo held; exec cat'],
        { env, stdio: ['pipe', 'pipe', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', chunk => { complaint += chunk })
    at_end(t, () => child.kill('SIGKILL'))
    await new Promise((resolve, reject) => {
        child.stdout.once('data', resolve)
        child.on('error', reject)
        child.on('exit', () => reject(new Error(`no namespace: ${complaint}`)))
    })
    return child.pid
}

class Network {
    constructor() {
        this.hosts = {}                             // name: { pid, address }
    }
    inside(host, ...words) {
        return in_space(this.hosts[host].pid, ...words)
    }
    rules(host, text) {
        run(this.inside(host, 'nft', '-f', '-'), text)
    }
    // What `from` sends does not reach `to` any more; the other way is as before.
    cut(from, to) {
        this.rules(to, `add rule inet fault in ip saddr ${this.hosts[from].address} drop\n`)
    }
    cut_both(one, other) {
        this.cut(one, other)
        this.cut(other, one)
    }
    lose(from, to, percent) {
        const { address } = this.hosts[from]
        this.rules(to, `add rule inet fault in ip saddr ${address} numgen random mod 100 < ${percent} drop\n`)
    }
    // All that the host sends, in kilobits a second.
    slow(host, rate) {
        const words = `tc qdisc replace dev eth0 root tbf rate ${rate}kbit burst 16kb latency 2s`
        run(this.inside(host, ...words.split(' ')))
        this.hosts[host].slow = true
    }
    // The cable: pulled, or in again.
    link(host, state) {
        run(this.inside(host, 'ip', 'link', 'set', 'eth0', state))
    }
    heal() {
        for (const [name, host] of Object.entries(this.hosts)) {
            this.rules(name, 'flush chain inet fault in\n')
            if (host.slow)
                run(this.inside(name, 'tc', 'qdisc', 'del', 'dev', 'eth0', 'root'))
            host.slow = false
        }
    }
}

export async function new_network(t, names) {
    const self = new Network()
    const hub = await hold(t, mine)
    run(in_space(hub, 'sh', '-e', '-c', 'ip link set lo up; ip link add name hub type bridge; ip link set hub up'))
    for (const [at, name] of names.entries()) {
        const pid = await hold(t, in_space(hub, 'unshare', '-n'))
        const address = `10.77.0.${at + 1}`
        self.hosts[name] = { pid, address }
        run(in_space(hub, 'sh', '-e', '-c', `ip link add name v${at} type veth peer name eth0 netns ${pid}; `
            + `ip link set v${at} master hub up`))
        run(self.inside(name, 'sh', '-e', '-c',
            `ip link set lo up; ip addr add ${address}/24 dev eth0; ip link set eth0 up`))
        self.rules(name, 'add table inet fault\nadd chain inet fault in { type filter hook input priority 0; }\n')
    }
    return self
}

// ---- a wiki on them ----
// From a socket in the file system, which every namespace sees, to a port that only one has.
const FORWARD = `
    const net = require('net'), [, file, port] = process.argv
    net.createServer(one => {
        const other = net.connect(Number(port), '127.0.0.1')
        for (const [from, to] of [[one, other], [other, one]])
            from.on('error', () => {}).on('close', () => to.destroy()).pipe(to)
    }).listen(file, () => console.log('ready'))
    process.stdin.on('end', () => process.exit()).resume()`
async function forward(t, words, port) {
    const file = path.join(temp_folder(t, 'way'), 's')
    const [first, ...rest] = [...words, process.execPath, '-e', FORWARD, file, String(port)]
    const child = spawn(first, rest, { env, stdio: ['pipe', 'pipe', 'inherit'] })
    at_end(t, () => child.kill('SIGKILL'))
    await new Promise((resolve, reject) => { child.stdout.once('data', resolve); child.on('exit', reject) })
    return file
}

export const PLACES = { gateway: 'web', store: 'data', index: 'data', 'render-1': 'paint1', 'render-2': 'paint2' }
export const HOSTS = ['data', 'paint1', 'paint2', 'web']

// A wiki over four hosts: { folder, keys, file, web, data, paint1, paint2, start(host), network }. Without `network`
// its hosts are loopback addresses; then `relayed` may give the store's host another address than its real one.
export async function four_hosts(t, files, { network, relayed, env: more = {} } = {}) {
    const all = { folder: repository(t, files), keys: keys_of_their_own(t), network }
    const address = host => network? network.hosts[host].address: loopback()
    const hosts = Object.fromEntries(HOSTS.map(host => [host, { address: address(host) }]))
    if (relayed)
        hosts.data = { address: await relayed(hosts.data.address), bind: hosts.data.address }
    all.hosts = hosts
    all.file = path.join(temp_folder(t, 'topology'), 'hosts.conf')
    fs.writeFileSync(all.file, hosts_text(hosts, PLACES))
    const nowhere = temp_folder(t, 'nowhere'), programs = temp_folder(t, 'programs')
    all.start = async host => {
        const options = { topology: [all.file, '--keys', all.keys], args: ['--host', host], env: more[host] }
        if (network) {
            options.program = path.join(programs, host)
            const script = `#!/bin/sh\nexec ${network.inside(host, program).join(' ')} "$@"\n`
            fs.writeFileSync(options.program, script, { mode: 0o755 })
        }
        const server = all[host] = await serve(t, host === 'data'? all.folder: nowhere, options)
        if (network && host === 'web') {
            const way = await forward(t, network.inside('web'), server.port)
            server.agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
            server.agent.createConnection = () => net.connect(way)
        }
    }
    // As if the power went.
    all.lose = async host => {
        const server = all[host], children = server.children()
        server.stopped = true
        server.child.kill('SIGKILL')
        for (const child of children)
            try { process.kill(child.pid, 'SIGKILL') } catch { /* it went with its parent */ }
        await server.ended
        server.agent.destroy()
    }
    for (const host of HOSTS)
        await all.start(host)
    return all
}

// ---- between two hosts ----
// Passes on what comes to `own` at some ports to the same ports of `real`, each way so much later.
export async function start_relay(t, real, own, ports = [5600, 5601, 5610]) {
    const relay = { there: { delay_ms: 0 }, back: { delay_ms: 0 }, pairs: new Set() }
    const pass = (from, to, way) => {
        let due = 0, turn = Promise.resolve()
        from.on('data', data => {
            due = Math.max(due, Date.now() + way.delay_ms)
            const when = due
            turn = turn.then(async () => {
                while (!to.destroyed && Date.now() < when)
                    await new Promise(resolve => setTimeout(resolve, Math.min(20, when - Date.now())))
                if (!to.destroyed)
                    to.write(data)
            })
        })
    }
    for (const port of ports) {
        const server = net.createServer({ noDelay: true }, front => {
            const back = net.connect({ port, host: real, noDelay: true })
            const pair = [front, back]
            relay.pairs.add(pair)
            pass(front, back, relay.there)
            pass(back, front, relay.back)
            for (const [one, other] of [[front, back], [back, front]])
                one.on('error', () => { }).on('close', () => { other.destroy(); relay.pairs.delete(pair) })
        })
        await new Promise((resolve, reject) => server.on('error', reject).listen(port, own, resolve))
        at_end(t, () => { server.close(); relay.cut() })
    }
    relay.cut = () => relay.pairs.forEach(pair => pair.forEach(socket => socket.destroy()))
    relay.heal = () => {
        for (const way of [relay.there, relay.back])
            way.delay_ms = 0
    }
    return relay
}
