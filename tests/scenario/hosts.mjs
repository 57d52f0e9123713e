// hosts - one program a host, as on four machines: what dies, freezes or is revoked, and what goes on
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import test from 'node:test'
import { at_end, command, commits, git, hosts_text, keys_of_their_own, loopback, program, repository, run_env,
    serve, temp_folder, topology, until } from './kit.mjs'

const skip = topology !== 'hosts' && 'of the topology hosts'
const FILES = { 'home.md': '# Home\n', 'notes.md': '# Notes\n\ntext\n' }
const saved = answer => assert.ok([302, 303].includes(answer.status), `${answer.status}\n${answer.text}`)

// Four hosts with a program each: { web, data, paint1, paint2, start(host), keys }. `relayed`: what lies between the
// others and the store's host.
async function four_hosts(t, { relayed } = {}) {
    const folder = repository(t, FILES)
    const keys = keys_of_their_own(t)
    const real = loopback()
    const hosts = { web: { address: loopback() }, data: { address: real }, paint1: { address: loopback() },
        paint2: { address: loopback() } }
    if (relayed)
        hosts.data = { address: await relayed(real), bind: real }
    const file = path.join(temp_folder(t, 'topology'), 'hosts.conf')
    fs.writeFileSync(file, hosts_text(hosts,
        { gateway: 'web', store: 'data', index: 'data', 'render-1': 'paint1', 'render-2': 'paint2' }))
    const nowhere = temp_folder(t, 'nowhere')
    const all = { folder, keys, file }
    all.start = async host => {
        all[host] = await serve(t, host === 'data'? folder: nowhere,
            { topology: [file, '--keys', keys], args: ['--host', host] })
    }
    for (const host of ['data', 'paint1', 'paint2', 'web'])
        await all.start(host)
    return all
}
async function stop_at_once(server) {
    const children = server.children()
    server.stopped = true
    server.child.kill('SIGKILL')
    for (const child of children)
        try { process.kill(child.pid, 'SIGKILL') } catch { /* it went with its parent */ }
    await server.ended
    server.agent.destroy()
}
// A page that nobody has rendered yet.
let number = 0
async function new_page(web) {
    const page = `/p${++number}`
    saved(await web.edit(page, `# Page ${number}\n\nunique ${number}\n`))
    return web.get(page)
}

test('[hosts] pages are read and written across four hosts, and a commit of git is seen within a second',
    { skip }, async t => {
    const all = await four_hosts(t)
    assert.match((await all.web.get('/notes')).text, /<h1[^>]*>(<[^>]*>)*Notes/)
    assert.equal((await new_page(all.web)).status, 200)
    assert.equal(commits(all.folder), 2)
    fs.writeFileSync(path.join(all.folder, 'notes.md'), '# Notes\n\nby git\n')
    git(all.folder, 'commit', '-q', '-a', '-m', 'by git')
    await until('the commit', async () => /by git/.test((await all.web.get('/notes')).text), 3000)
    for (const host of ['web', 'data', 'paint1', 'paint2'])
        await all[host].stop()
    git(all.folder, 'fsck', '--strict')
})

test('[hosts] either renderer may die without a page failing, and works again when it is back', { skip }, async t => {
    const all = await four_hosts(t)
    for (const [dies, stays] of [['paint1', 'paint2'], ['paint2', 'paint1']]) {
        await stop_at_once(all[dies])
        for (let turn = 0; turn < 4; turn++)
            assert.equal((await new_page(all.web)).status, 200, `${dies} is dead`)
        await all.start(dies)
        // It counts again once it is all that there is.
        const other = all[stays].child
        other.kill('SIGSTOP')
        await until('a page', async () => (await new_page(all.web)).status === 200)
        other.kill('SIGCONT')
    }
})

test('[hosts] a renderer that freezes costs one page some time, and no page its answer', { skip }, async t => {
    const all = await four_hosts(t)
    assert.equal((await new_page(all.web)).status, 200)
    all.paint1.child.kill('SIGSTOP')
    at_end(t, () => all.paint1.child.kill('SIGCONT'))
    for (let turn = 0; turn < 6; turn++)
        assert.equal((await new_page(all.web)).status, 200)
    all.paint1.child.kill('SIGCONT')
})

test('[hosts] the store may be restarted: saves wait or fail clearly, and go on', { skip }, async t => {
    const all = await four_hosts(t)
    saved(await all.web.edit('/notes', '# Notes\n\nbefore\n'))
    await stop_at_once(all.data)
    const answer = await all.web.get('/notes/source')
    assert.equal(answer.status, 503)
    assert.ok(answer.headers['retry-after'])
    await all.start('data')
    await until('a save', async () => [302, 303].includes((await all.web.edit('/notes', `# N\n\nafter ${++number}\n`)
        .catch(() => ({}))).status))
    git(all.folder, 'fsck', '--strict')
})

// Between the gateway and the store: passes bytes on, and may be told to keep what comes back.
async function start_relay(t, real, own) {
    const relay = { mute: false, pairs: new Set() }
    for (const port of [5600, 5601, 5610]) {
        const server = net.createServer(front => {
            const back = net.connect(port, real)
            const pair = [front, back]
            relay.pairs.add(pair)
            front.on('data', data => back.write(data))
            back.on('data', data => relay.mute || front.write(data))
            for (const [one, other] of [[front, back], [back, front]])
                one.on('error', () => { }).on('close', () => { other.destroy(); relay.pairs.delete(pair) })
        })
        await new Promise((resolve, reject) => server.on('error', reject).listen(port, own, resolve))
        at_end(t, () => { server.close(); relay.cut() })
    }
    relay.cut = () => relay.pairs.forEach(pair => pair.forEach(socket => socket.destroy()))
    return relay
}

test('[hosts] a save whose answer is lost on the way is repeated, and is in the history once', { skip }, async t => {
    let relay
    const all = await four_hosts(t, { relayed: async real => {
        const own = loopback()
        relay = await start_relay(t, real, own)
        return own
    } })
    for (let turn = 1; turn <= 3; turn++) {
        const fields = await all.web.editor('/notes')
        relay.mute = true
        const saving = all.web.post('/notes/save', { ...fields, content: `# Notes\n\nturn ${turn}\n` })
        await until('the commit', () => commits(all.folder) === turn + 1)
        relay.mute = false
        relay.cut()
        saved(await saving)
        assert.equal(commits(all.folder), turn + 1)
    }
    git(all.folder, 'fsck', '--strict')
})

test('[hosts] a revoked key is refused within a second, and a new one works', { skip }, async t => {
    const all = await four_hosts(t)
    let turn = 0                                    // what is kept goes on being read, so each address is a new one
    const look = () => all.web.get(`/notes/source?n=${++turn}`)
    assert.equal((await look()).status, 200)
    const revoked = await command(['keys', 'revoke', 'gateway', '--keys', all.keys])
    assert.equal(revoked.status, 0, revoked.err)
    await until('the refusal', async () => (await look()).status !== 200, 3000)
    assert.notEqual((await all.web.get('/notes/source')).status, 200)
    await all.web.stop()
    assert.equal((await command(['keys', 'new', 'gateway', '--keys', all.keys])).status, 0)
    await all.start('web')
    await until('an answer', async () => (await look()).status === 200)
})

test('[hosts] what is wrong with hosts and keys is told before anything starts', { skip }, async t => {
    const keys = keys_of_their_own(t)
    const file = path.join(temp_folder(t, 'topology'), 'hosts.conf')
    fs.writeFileSync(file, hosts_text({ web: { address: loopback() }, data: { address: loopback() } },
        { gateway: 'web', store: 'data', index: 'data', render: 'data' }))
    const refusal = async (...args) => {
        const answer = await command(['serve', temp_folder(t), '--port', '0', '--topology', file, ...args])
        assert.ok(answer.status > 0, args.join(' '))
        return answer.err
    }
    assert.match(await refusal(), /which host is this\? give --host web or --host data/)
    assert.match(await refusal('--host', 'moon'), /nothing of this topology runs on host 'moon'/)
    assert.match(await refusal('--host', 'web'), /tcp without CURVE is refused/)
    fs.chmodSync(path.join(keys, 'gateway.secret'), 0o644)
    assert.match(await refusal('--host', 'web', '--keys', keys), /others may read it \(mode 644\)/)
    fs.rmSync(path.join(keys, 'gateway.secret'))
    assert.match(await refusal('--host', 'web', '--keys', keys), /wikibot keys new gateway/)
    const shipped = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
        '../../deploy/topology/hosts.conf')
    const answer = await command(['serve', temp_folder(t), '--topology', shipped])
    assert.match(answer.err, /which host is this\? give --host web or --host data or --host paint1 or --host paint2/)
})

test('[hosts] keys are made, listed and revoked', { skip }, async t => {
    const keys = path.join(temp_folder(t, 'keys'), 'new')
    const run = async (...args) => command(['keys', ...args, '--keys', keys])
    assert.equal((await run('new', 'store')).status, 0)
    assert.equal((await run('new', 'render-1')).status, 0)
    assert.match((await run('list')).out, /^render-1 +valid +\S{40} {2}secret key here\nstore +valid /)
    assert.equal((await run('new', 'store')).status, 1)
    assert.equal((await run('revoke', 'store')).status, 0)
    assert.match((await run('list')).out, /\nstore +revoked/)
    assert.equal((await run('revoke', 'store')).status, 1)
    assert.equal((await run('nonsense')).status, 2)
    assert.equal((await command(['keys', 'list'], { env: { ...run_env, WIKIBOT_KEYS: '' } })).status, 2)
})

test('[hosts] an operator sees the actors of all hosts, and nobody else does', { skip }, async t => {
    const all = await four_hosts(t)
    const far = ['--topology', all.file, '--keys', all.keys]
    assert.equal((await new_page(all.web)).status, 200)
    const { status, out, err } = await command(['status', all.folder, ...far])
    assert.equal(status, 0, out + err)
    for (const row of ['data +store +store', 'data +index +index',
        'paint1 +render-1 +render', 'paint2 +render-2 +render'])
        assert.match(out, new RegExp(`^(${row}|-${row.slice(row.indexOf(' '))}) +\\d`, 'm'), out)
    all.paint2.child.kill('SIGSTOP')
    const frozen = await command(['status', all.folder, ...far])
    all.paint2.child.kill('SIGCONT')
    assert.equal(frozen.status, 1)
    assert.match(frozen.out, /render-2 +render +does not answer/)
    const stranger = await command(['status', all.folder, ...far, '--as', 'render-1'])
    assert.equal(stranger.status, 1)
    assert.match(stranger.out, /render-2 +render +does not answer/)
    assert.match((await command(['doctor', all.folder, ...far, '--host', 'data'])).out, /^ok +keys +store: pair$/m)
})

test('[hosts] the way of a request is told across hosts, and its messages are seen', { skip }, async t => {
    const all = await four_hosts(t)
    const far = ['--topology', all.file, '--keys', all.keys]
    const tap = spawn(program, ['tap', all.folder, ...far], { env: run_env, stdio: ['ignore', 'pipe', 'pipe'] })
    let shown = ''
    tap.stdout.on('data', chunk => { shown += chunk })
    at_end(t, () => tap.kill('SIGKILL'))
    await until('messages of three hosts', async () => {
        await new_page(all.web)
        return /^store\.store AM1 REQ store\./m.test(shown) && /^render-\d\.render AM1 REP render\./m.test(shown)
    })
    const trace = shown.match(/AM1 REP render\.page [0-9a-f]{16} ([0-9a-f]{32})/)[1]
    const { status, out, err } = await command(['trace', trace, all.folder, ...far])
    assert.equal(status, 0, out + err)
    assert.match(out, /render\.page +render-\d +OK/)
    assert.match(out, /store\.read +store +OK/)
})
