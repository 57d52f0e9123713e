// network - links between hosts are cut, lossy, slow and late: every request has its answer in time, and no save is
// lost or made twice
import assert from 'node:assert/strict'
import test from 'node:test'
import { at_end, git, loopback, topology, until } from '../scenario/kit.mjs'
import { cannot_separate, four_hosts, new_network, start_relay, HOSTS } from './netns.mjs'

const skip = topology !== 'hosts' && 'of the topology hosts'
const apart = { skip: skip || cannot_separate() }
const DEADLINE_MS = 10000, SLACK_MS = 1500, HEALED_MS = 8000, KEPT_MS = 1500
const FILES = { 'home.md': '# Home\n', 'kept.md': '# Kept\n\nread by many\n',
    ...Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`p${n}.md`, `# P${n}\n\nfirst\n`])) }
const is_saved = answer => [302, 303].includes(answer?.status)
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

async function hosts_apart(t) {
    const network = await new_network(t, HOSTS)
    return four_hosts(t, FILES, { network })
}
async function timed(promise) {
    const began = Date.now()
    const answer = await promise.catch(error => ({ status: 0, error }))
    return { ...answer, ms: Date.now() - began }
}
// Whatever it is, it comes in time.
function in_time(answer, what) {
    assert.ok([200, 302, 303, 503, 504].includes(answer.status), `${what}: ${answer.status} ${answer.error ?? ''}`)
    assert.ok(answer.ms <= DEADLINE_MS + SLACK_MS, `${what}: ${answer.status} after ${answer.ms} ms`)
    assert.ok(answer.status !== 503 || answer.headers['retry-after'] > 0, `${what}: 503 without Retry-After`)
}
let number = 0
// Reads, and saves that are kept for judge_saves.
function ask_much(web, forms) {
    number++
    return [
        ...[1, 2, 3, 4].map(n => timed(web.get(`/p${n + 20}/history?n=${number}`))),
        ...[1, 2, 3, 4].map(n => timed(web.get(`/p${n + 30}/source?n=${number}`))),
        ...forms.map(form => timed(web.post(form.action, { ...form, content: form.text }))),
    ]
}
async function some_forms(web, pages) {
    number++
    return Promise.all(pages.map(async page => {
        const form = await web.editor(page)
        const text = `# ${page}\n\nsaved in round ${number}\n`
        return { ...form, action: `${page}/save`, text, commit: `${page} round ${number}.` }
    }))
}
// Once each form was answered with success, its commit is there, and once.
function once_each(folder, forms) {
    const log = git(folder, 'log', '--format=%s').trim().split('\n')
    for (const form of forms)
        assert.equal(log.filter(line => line === form.commit).length, 1, form.commit)
}
async function save_for_certain(web, forms) {
    for (const form of forms)
        await until(form.commit, async () =>
            is_saved(await web.post(form.action, { ...form, content: form.text }).catch(() => null)), HEALED_MS)
}
// A page is kept that was asked for after the head was known, until the next save.
async function keep(web) {
    for (let turn = 0; turn < 3; turn++)
        assert.equal((await web.get('/kept')).status, 200)
}
// Somebody who reads a kept page all the time; stop() says how that went.
function reader(web) {
    const times = []
    let over = false
    const reading = (async () => {
        while (!over) {
            const { status, ms } = await timed(web.get('/kept'))
            times.push({ status, ms })
            await pause(40)
        }
    })()
    // `moving`: saves go through meanwhile, so some reads are of a page that is not kept any more, and wait.
    return async (what, moving = false) => {
        over = true
        await reading
        assert.ok(times.length > 5)
        const late = times.filter(({ status, ms }) => status !== 200
            || ms > (moving? DEADLINE_MS + SLACK_MS: KEPT_MS))
        assert.deepEqual(late, [], `${what}: of ${times.length} reads`)
    }
}
async function works_again(web, what) {
    const began = Date.now()
    await until(`${what}: a read and a save after healing`, async () =>
        (await timed(web.get(`/p5/history?n=${++number}`))).status === 200
        && is_saved(await web.edit('/p5', `# P5\n\n${number}\n`).catch(() => null)), HEALED_MS)
    return Date.now() - began
}

const cuts = {
    'to the store': (network, host) => network.cut('web', host),
    'back from the store': (network, host) => network.cut(host, 'web'),
    'both ways': (network, host) => network.cut_both('web', host),
}
for (const [way, cut] of Object.entries(cuts))
    test(`[hosts] a link that is cut ${way}: answers in time, kept pages too, works again when healed`, apart,
        async t => {
        const all = await hosts_apart(t)
        await keep(all.web)
        const forms = await some_forms(all.web, ['/p1', '/p2', '/p3'])
        const stop = reader(all.web)
        const early = ask_much(all.web, [])         // under way when it happens
        cut(all.network, 'data')
        for (const answer of await Promise.all([...early, ...ask_much(all.web, forms)]))
            in_time(answer, way)
        const later = await Promise.all(ask_much(all.web, []))
        for (const answer of later)
            in_time(answer, way)
        assert.ok(later.some(answer => answer.status !== 200), 'it was cut')
        await stop(way)
        all.network.heal()
        const ms = await works_again(all.web, way)
        t.diagnostic(`works again after ${ms} ms`)
        await save_for_certain(all.web, forms)
        once_each(all.folder, forms)
        git(all.folder, 'fsck', '--strict')
    })

test('[hosts] a link that loses packets: slower, and every save is made once', apart, async t => {
    const all = await hosts_apart(t)
    await keep(all.web)
    all.network.lose('web', 'data', 20)
    all.network.lose('data', 'web', 20)
    const stop = reader(all.web)
    const forms = []
    for (let turn = 0; turn < 4; turn++) {
        const some = await Promise.all(['/p1', '/p2', '/p3', '/p4'].map(async page =>
            await some_forms(all.web, [page]).then(list => list[0], () => null)))
        const good = some.filter(Boolean)
        for (const answer of await Promise.all(ask_much(all.web, good)))
            in_time(answer, 'lossy')
        forms.push(good.length)
        await save_for_certain(all.web, good)
        once_each(all.folder, good)
    }
    assert.ok(forms.some(count => count > 0))
    await stop('lossy', true)
    all.network.heal()
    await works_again(all.web, 'lossy')
})

test('[hosts] a slow link: what is too large for it ends at its deadline, the rest goes on', apart, async t => {
    const all = await hosts_apart(t)
    await keep(all.web)
    const large = await all.web.editor('/p1')
    all.network.slow('web', 400)
    const stop = reader(all.web)
    const text = `# Large\n\n${'many words and more '.repeat(60000)}\n`
    const saving = timed(all.web.post('/p1/save', { ...large, content: text, commit: 'the large one.' }))
    for (const answer of await Promise.all([saving, ...ask_much(all.web, [])]))
        in_time(answer, 'slow')
    await stop('slow')
    all.network.heal()
    await works_again(all.web, 'slow')
    await until('the large one', async () => is_saved(await all.web.post('/p1/save',
        { ...large, content: text, commit: 'the large one.' }).catch(() => null)), HEALED_MS)
    once_each(all.folder, [{ commit: 'the large one.' }])
})

test('[hosts] a host whose cable is pulled and put in again', apart, async t => {
    const all = await hosts_apart(t)
    await keep(all.web)
    const forms = await some_forms(all.web, ['/p1', '/p2'])
    const stop = reader(all.web)
    all.network.link('data', 'down')
    for (const answer of await Promise.all(ask_much(all.web, forms)))
        in_time(answer, 'pulled')
    await stop('pulled')
    all.network.link('data', 'up')
    await works_again(all.web, 'pulled')
    await save_for_certain(all.web, forms)
    once_each(all.folder, forms)
})

test('[hosts] the store\'s host loses power and comes back: reads of kept pages go on, later all works', apart,
    async t => {
    const all = await hosts_apart(t)
    await keep(all.web)
    const forms = await some_forms(all.web, ['/p1', '/p2'])
    const stop = reader(all.web)
    all.network.link('data', 'down')                // so that nobody hears how it died
    const asked = ask_much(all.web, forms)
    await all.lose('data')
    for (const answer of await Promise.all(asked))
        in_time(answer, 'power')
    await stop('power')
    all.network.link('data', 'up')
    await all.start('data')
    await works_again(all.web, 'power')
    await save_for_certain(all.web, forms)
    once_each(all.folder, forms)
    git(all.folder, 'fsck', '--strict')
})

test('[hosts] a renderer that is cut off: the other one is asked, and it again when it is back', apart, async t => {
    const all = await hosts_apart(t)
    const fresh = async page => {
        const answer = await all.web.edit(page, `# New\n\n${++number}\n`)
        assert.ok(is_saved(answer), `${answer.status}`)
        return timed(all.web.get(page))
    }
    for (const [way, cut] of Object.entries(cuts))
        for (const [gone, stays] of [['paint1', 'paint2'], ['paint2', 'paint1']]) {
            cut(all.network, gone)
            for (let turn = 0; turn < 3; turn++) {
                const { status, ms } = await fresh(`/p${turn}`)
                assert.equal(status, 200, `${gone} cut off ${way}, after ${ms} ms`)
                assert.ok(ms < DEADLINE_MS / 2, `${ms} ms`)
            }
            all.network.heal()
            all.network.cut_both('web', stays)      // so only the one that was gone is left
            await until(`a page by ${gone}`, async () => (await fresh('/p9')).status === 200, HEALED_MS + DEADLINE_MS)
            all.network.heal()
        }
})

test('[hosts] late links: 300 ms each way are borne; 8 s end at the deadline, and the save is made once', { skip },
    async t => {
    let relay
    const all = await four_hosts(t, FILES, { relayed: async real => {
        const own = loopback()
        relay = await start_relay(t, real, own)
        return own
    } })
    at_end(t, () => relay.heal())
    await keep(all.web)
    Object.assign(relay.there, { delay_ms: 300 })
    Object.assign(relay.back, { delay_ms: 300 })
    const forms = await some_forms(all.web, ['/p1', '/p2'])
    for (const answer of await Promise.all(ask_much(all.web, forms)))
        assert.ok([200, 302, 303].includes(answer.status) && answer.ms < DEADLINE_MS,
            `${answer.status} after ${answer.ms} ms`)
    once_each(all.folder, forms)
    const late = await some_forms(all.web, ['/p3', '/p4'])
    await keep(all.web)
    Object.assign(relay.back, { delay_ms: 8000 })
    const stop = reader(all.web)
    for (const answer of await Promise.all(ask_much(all.web, late)))
        in_time(answer, 'late')
    await stop('late')
    relay.heal()
    await works_again(all.web, 'late')
    await save_for_certain(all.web, late)
    once_each(all.folder, late)
})
