// processes - start, stop, kill, tap and topologies: the program as an operator meets it
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { at_end, command, commits, git, program, repository, run_env, serve, temp_folder, topology,
    until } from './kit.mjs'

const FILES = { 'home.md': '# Home\n', 'notes.md': '# Notes\n\ntext\n' }
const split = topology !== 'single'
const saved = answer => assert.ok([302, 303].includes(answer.status), `${answer.status}\n${answer.text}`)

test(`[${topology}] the topology decides how many processes there are`, async t => {
    const server = await serve(t, repository(t, FILES))
    await server.get('/')
    const children = server.children()
    assert.equal(children.length >= 2, split, JSON.stringify(children))
})

test(`[${topology}] a stop under load finishes what was begun and loses nothing`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    let done = 0, stopping = false
    const acknowledged = []
    const reader = async () => {
        while (!stopping)
            await server.get('/notes').then(answer => { assert.ok([200, 503].includes(answer.status)); done++ },
                () => { })
    }
    const writer = async number => {
        for (let step = 0; !stopping; step++) {
            const text = `# P${number}\n\nstep ${step}\n`
            const answer = await server.edit(`/p${number}`, text).catch(() => null)
            if (answer && [302, 303].includes(answer.status))
                acknowledged.push([number, step])
        }
    }
    const load = [...Array.from({ length: 8 }, reader), ...Array.from({ length: 4 }, (_, number) => writer(number))]
    await until('some load', () => done > 50 && acknowledged.length > 8)
    const stopped = server.stop().finally(() => { stopping = true })
    await stopped
    await Promise.all(load)
    assert.ok(commits(folder) >= acknowledged.length + 1, 'every acknowledged save is a commit')
    git(folder, 'fsck', '--strict')
    assert.deepEqual(server.children(), [])
})

test(`[${topology}] Ctrl-C stops it as well`, async t => {
    const server = await serve(t, repository(t, FILES))
    server.child.kill('SIGINT')
    assert.deepEqual(await server.ended, { code: 0, signal: null })
    server.stopped = true
})

test(`[${topology}] a process that is killed comes back, and later requests are answered`,
    { skip: !split && 'one process only' }, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    saved(await server.edit('/notes', '# Notes\n\nbefore\n'))
    for (const role of ['store', 'render']) {
        const find = () => server.children().find(child =>
            new RegExp(`--process[ =]${role}\\b`).test(child.command))
        const victim = find()
        assert.ok(victim, `a process of the ${role}: ${JSON.stringify(server.children())}`)
        process.kill(victim.pid, 'SIGKILL')
        await until(`another ${role}`, () => find() && find().pid !== victim.pid)
        await until('an answer', async () => {
            const answer = await server.get('/notes/history')
            assert.ok([200, 503, 504].includes(answer.status), String(answer.status))
            return answer.status === 200
        })
    }
    await until('a page that was not cached', async () => {
        const answer = await server.edit('/notes', `# Notes\n\nafter ${Date.now()}\n`).catch(() => null)
        return answer && [302, 303].includes(answer.status)
    })
    assert.match((await server.get('/notes')).text, /after/)
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] kill -9 of everything loses no acknowledged save`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const acknowledged = []
    const writer = async number => {
        for (let step = 0; step < 1000; step++) {
            const answer = await server.edit(`/p${number}`, `# P\n\nstep ${step}\n`,
                { commit: `p${number} step ${step}.` }).catch(() => null)
            if (!answer)
                return
            if ([302, 303].includes(answer.status))
                acknowledged.push(`p${number} step ${step}.`)
        }
    }
    const writers = Array.from({ length: 4 }, (_, number) => writer(number))
    await until('some saves', () => acknowledged.length > 12)
    const children = server.children()
    server.stopped = true
    server.child.kill('SIGKILL')
    for (const child of children)
        try { process.kill(child.pid, 'SIGKILL') } catch { /* it went with its parent */ }
    await server.ended
    await Promise.all(writers)
    server.agent.destroy()
    git(folder, 'fsck', '--strict')
    const log = new Set(git(folder, 'log', '--format=%s').trim().split('\n'))
    for (const message of acknowledged)
        assert.ok(log.has(message), message)
    const again = await serve(t, folder)
    saved(await again.edit('/notes', '# Notes\n\nit goes on\n'))
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] children do not outlive a supervisor that was killed`, { skip: !split && 'one process only' },
    async t => {
    const server = await serve(t, repository(t, FILES))
    const children = server.children()
    server.stopped = true
    server.child.kill('SIGKILL')
    await server.ended
    server.agent.destroy()
    const alive = pid => {
        try {
            return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
        } catch {
            return false
        }
    }
    await until('all children gone', () => !children.some(child => alive(child.pid)))
})

test(`[${topology}] tap shows the traffic between the actors as text`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const tap = spawn(program, ['tap', folder], { env: run_env, stdio: ['ignore', 'pipe', 'pipe'] })
    let shown = ''
    tap.stdout.on('data', chunk => { shown += chunk })
    tap.stderr.on('data', chunk => { shown += chunk })
    at_end(t, () => tap.kill('SIGKILL'))
    let number = 0
    await until('store.read in the tap', async () => {
        await server.get(`/notes?n=${number++}`)
        await server.get('/notes/history')
        return /store\.(read|history)/.test(shown)
    })
    assert.match(shown, /AM1 REQ store\./)
})

test(`[${topology}] two servers do not disturb each other`, async t => {
    const first = await serve(t, repository(t, FILES))
    const second = await serve(t, repository(t, { 'home.md': '# Second\n' }))
    assert.match((await first.get('/')).text, /<h1[^>]*>(<[^>]*>)*Home/)
    assert.match((await second.get('/')).text, /Second/)
    await second.stop()
    assert.equal((await first.get('/notes')).status, 200)
})

test(`[${topology}] two servers on one repository both write, and see each other within a second`, async t => {
    const folder = repository(t, FILES)
    const [first, second] = [await serve(t, folder), await serve(t, folder)]
    await Promise.all([first, second].flatMap((server, side) => Array.from({ length: 8 }, async (_, number) =>
        saved(await server.edit(`/side${side}n${number}`, `# ${side} ${number}\n`)))))
    assert.equal(commits(folder), 17)
    await until('the other one sees it', async () => (await first.get('/side1n7')).status === 200, 1000)
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] an unknown key of a topology is refused with file and line`, async t => {
    const folder = repository(t, FILES)
    const file = path.join(temp_folder(t, 'conf'), 'odd.conf')
    const shipped = new URL(`../../deploy/topology/${topology}.conf`, import.meta.url).pathname
    fs.writeFileSync(file, fs.readFileSync(shipped, 'utf8').trimEnd() + '\nnonsense = 1\n')
    const line = fs.readFileSync(file, 'utf8').trimEnd().split('\n').length
    const answer = await command(['serve', folder, '--port', '0', '--topology', file])
    assert.ok(answer.status > 0)
    assert.ok((answer.err + answer.out).includes(`odd.conf:${line}`), answer.err + answer.out)
    assert.match(answer.err + answer.out, /nonsense/)
})

test('the program says what it can do', async () => {
    for (const args of [[], ['--help'], ['serve', '--help'], ['contract'], ['--version']]) {
        const answer = await command(args)
        assert.equal(answer.status, 0, args.join(' '))
        assert.ok(answer.out.length > 5, args.join(' '))
    }
    assert.ok((await command(['nonsense'])).status > 0)
    assert.match((await command(['contract'])).out, /store\.commit/)
})
