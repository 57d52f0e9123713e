// index_away - the index is frozen, or killed: pages are read and written as always, what it tells is left out with a
// word, and comes back
import assert from 'node:assert/strict'
import test from 'node:test'
import { at_end, repository, serve, topology, until } from '../scenario/kit.mjs'

const only_split = { skip: topology === 'single' && 'one process only' }
const DEADLINE_MS = 10000
const FILES = { 'home.md': '# Home\n\nTo [[Apples]].\n', 'apples.md': '# Apples\n\nRusset.\n' }
const LISTS = ['/apples/history', '/-/changelog', '/apples/blame', '/apples/backlinks', '/-/housekeeping',
    '/-/housekeeping/broken', '/-/search?q=russet', '/-/about']
const NAMES = ['/-/index', '/sitemap.xml', '/-/search.json?q=app', '/-/search?q=apples']

function index_of(server) {
    const found = server.children().find(child => /--process[ =]index\b/.test(child.command))
    assert.ok(found, JSON.stringify(server.children()))
    return found.pid
}
async function timely(server, target) {
    const began = Date.now()
    const answer = await server.get(target)
    assert.equal(answer.status, 200, target)
    assert.ok(Date.now() - began < DEADLINE_MS, `${target}: ${Date.now() - began} ms`)
    return answer.text
}
const whole = server => until('the index is back', async () =>
    /, the newest one\./.test((await server.get('/-/about')).text) && /russet/i.test(
        (await server.get(`/-/search?q=russet&t=${Date.now()}`)).text.split('class="hits"')[1] ?? ''))

test(`[${topology}] a frozen index: no page fails, and what was written meanwhile is found once it wakes`, only_split,
    async t => {
        const server = await serve(t, repository(t, FILES))
        await whole(server)
        const pid = index_of(server)
        process.kill(pid, 'SIGSTOP')
        at_end(t, () => {
            try {
                process.kill(pid, 'SIGCONT')
            } catch { /* it has gone */ }
        })
        const saved = await server.edit('/pears', '# Pears\n\nConference, unlike [[Apples]].\n')
        assert.ok([302, 303].includes(saved.status), `a save is not the index's: ${saved.status}`)
        assert.match(await timely(server, '/pears'), /Conference/)
        for (const target of LISTS)
            assert.match(await timely(server, target), /cannot be asked|not seen the newest|being built/, target)
        for (const target of NAMES)
            assert.match(await timely(server, target), /apples/i, target)
        process.kill(pid, 'SIGCONT')
        await whole(server)
        await until('the new page is found', async () =>
            /class="hits"/.test((await server.get('/-/search?q=conference')).text))
        assert.match(await timely(server, '/apples/backlinks'), /href="\/pears"/)
    })

test(`[${topology}] a killed index: no page fails meanwhile, and it comes back by itself`, only_split, async t => {
    const server = await serve(t, repository(t, FILES))
    await whole(server)
    process.kill(index_of(server), 'SIGKILL')
    await Promise.all([...LISTS, ...NAMES, '/', '/apples'].map(target => timely(server, target)))
    await whole(server)
})
