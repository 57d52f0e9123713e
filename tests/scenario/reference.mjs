// reference - what lists, searches, links and renames of the REST API say of a random wiki, beside an algorithm that
// was written from contract/reference-system.md 1.3, 1.6 and 1.7 alone. WIKIBOT_SEED=N makes another wiki.
import assert from 'node:assert/strict'
import test from 'node:test'
import { commit, git, repository, serve, topology, until } from './kit.mjs'

const KEY = 'a-key-of-the-reference', PAGES = 40
const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' }
let seed = Number(process.env.WIKIBOT_SEED ?? 7)
const random = n => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % 65536 % n
const pick = list => list[random(list.length)]

// ---- a wiki --------------------------------------------------------------------------------------------------------
const WORDS =
    `alpha beta gamma Delta éclair über iran IRAN policy the of a needle Needle's don't 3rd x_y foo naïve`.split(' ')
const PARTS = ['notes', 'Actors', 'a b', 'iran', 'x_y', '3rd', "don't", 'policy & co', 'ÜBER', 'q(1)', 'a+b', 'c,d',
    'e~f', 'bang!']
const FRONTS = [
    ['title: My Title', { title: 'My Title' }], ['title: 42', { title: '42' }],
    ['category: actor', { category: 'actor' }], ['tags: ~', {}], ["tags: ''", {}],
    ['category: Actor\ntags: a, b', { category: 'Actor', tags: ['a', 'b'] }],
    ['tags: [a, B, c d]', { tags: ['a', 'B', 'c d'] }], ['title: [x]\ncategory: 7', { category: 7 }],
]

function make_names() {
    const names = []
    for (let i = 0; i < PAGES; i++)
        names.push([...Array.from({ length: random(3) }, () => pick(PARTS)), pick(PARTS) + i].join('/'))
    return names
}
function make_text(names) {
    const link = () => pick(['', '/']) + pick([n => n, n => n.toLowerCase()])(pick(names)) + pick(['', '', '#Part'])
    return Array.from({ length: random(80) }, () => pick([() => pick(WORDS), () => pick(WORDS), () => pick(WORDS),
        () => pick(['[[%s]]', '[[some words|%s]]', '`[[%s]]`', '[m](/x)', '\n\n', '\n# Head\n', '[[Nowhere]]'])
            .replace('%s', link)])()).join(' ') + pick(['', '\n'])
}
function make_pages(names) {
    return new Map(names.map(name => {
        const [yaml, front] = random(2)? pick(FRONTS): [null, {}]
        return [`${name.toLowerCase()}.md`, { front, body: make_text(names), head: yaml? `---\n${yaml}\n---\n`: '' }]
    }))
}
const files_of = pages => Object.fromEntries([...pages].map(([file, page]) => [file, page.head + page.body]))

// ---- the contract --------------------------------------------------------------------------------------------------
const code_points = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const is_upper = part => /\p{Lu}/u.test(part)
const title_case = part => part.replace(/\p{L}+/gu, run => run[0].toUpperCase() + run.slice(1).toLowerCase())
const display = raw => raw.split('/').map(part => is_upper(part)? part: title_case(part)).join('/')
const shown = file => display(file.slice(0, -3))
const name_of = (file, page) => page.front.title ?? shown(file).split('/').at(-1)
const words = text => text.split(/\s+/).filter(Boolean)
const order = pages => [...pages.keys()].sort(code_points)
const outside_code = (text, change) => text.split(/(`[^`]*`)/).map((part, i) => i % 2? part: change(part)).join('')
const LINK = /\[\[([^\]|]+)(?:\|([^\]]+))?\]\]/g
const target_of = (left, right) => (right ?? left).trim().replace(/^\//, '')

function links_of(page) {
    const found = new Set()
    outside_code(page.body, part => part.replace(LINK, (all, left, right) => {
        const target = target_of(left, right).split('#')[0].toLowerCase()
        if (target) found.add(target)
        return all
    }))
    return found
}
function occurrences(text, piece) {
    return text.split(piece).length - 1
}
function match(file, page, query) {
    const terms = words(query.toLowerCase()), whole = query.trim().toLowerCase(), count = terms.length
    const name = name_of(file, page).toLowerCase(), body = page.body.toLowerCase()
    const title = terms.filter(term => name.includes(term)).length + (name.includes(whole)? count: 0)
    const text = terms.reduce((sum, term) => sum + occurrences(body, term), 0) + (body.includes(whole)? count: 0)
    if (!title && !text) return null
    const exact = (3 * title + Math.min(text, 2 * count)) / (4 * count)
    let at = body.indexOf(whole), size = whole.length, snippet = ''
    if (at < 0) [at, size] = [body.indexOf(terms[0]), terms[0].length]
    if (at >= 0) {
        const from = Math.max(0, at - 50), to = Math.min(body.length, at + size + 150)
        snippet = (from > 0? '...': '') + page.body.slice(from, to).trim() + (to < body.length? '...': '')
    }
    return { name: name_of(file, page), path: shown(file), snippet, exact: Math.min(1, exact) }
}
function rename(pages, from, to) {
    const updated = [], renamed = new Map()
    for (const [file, page] of pages) {
        const body = outside_code(page.body, part => part.replace(LINK, (all, left, right) => {
            const [base, ...anchor] = target_of(left, right).split('#')
            if (`${base.toLowerCase()}.md` !== from) return all
            const target = [shown(to), ...anchor].join('#')
            return right === undefined? `[[${target}]]`: `[[${left}|${target}]]`
        }))
        const there = file === from? to: file
        if (body !== page.body) updated.push(there)
        renamed.set(there, { ...page, body })
    }
    return { renamed, updated: updated.sort(code_points).map(shown) }
}

// ---- both ----------------------------------------------------------------------------------------------------------
async function start(t) {
    const names = make_names(), pages = make_pages(names), folder = repository(t, files_of(pages))
    const server = await serve(t, folder, { env: { WIKIBOT_API_KEY: KEY } })
    const get = async target => JSON.parse((await server.get(`/api/v1${target}`, headers)).text)
    await until('the index is there', async () => (await get('/pages')).total >= pages.size)
    const home = pages.has('home.md')? null: 'Home'     // made by the program if there is none
    return { names, pages, folder, server, get, is_ours: row => (row.path ?? row) !== home }
}

test(`[${topology}] lists are those of the reference`, async t => {
    const { pages, folder, get, is_ours } = await start(t)
    const day = git(folder, 'log', '-1', '--format=%ad', '--date=format:%Y-%m-%d').trim()
    const row = (file, page) => ({ category: page.front.category ?? null, content_length: words(page.body).length,
        last_updated: day, name: name_of(file, page), path: shown(file), tags: page.front.tags ?? [] })
    const all = order(pages).map(file => row(file, pages.get(file)))
    assert.deepEqual((await get('/pages')).pages.filter(is_ours), all)
    assert.deepEqual((await get('/pages?category=ACTOR')).pages, all.filter(one => /^actor$/i.test(one.category)))
    assert.deepEqual((await get('/pages?tag=b')).pages, all.filter(one => one.tags.some(tag => /^b$/i.test(tag))))
    for (const prefix of ['notes', 'Actors/', 'a b/', 'ÜBER', '3', 'zzz'])
        assert.deepEqual((await get(`/pages?prefix=${encodeURIComponent(prefix)}`)).pages.map(one => one.path),
            order(pages).filter(file => file.slice(0, -3).startsWith(prefix.toLowerCase())).map(shown), prefix)
})

test(`[${topology}] searches are those of the reference`, async t => {
    const { pages, get, is_ours } = await start(t)
    for (const query of ['needle', 'the needle', 'Iran policy', "don't", 'ÉCLAIR', 'a', 'alpha alpha', 'zzz',
        "needle's foo", 'x y',
        '%', '_', '"', ' of ', '.', 'naïve the of', 'my title', '42', '[[', 'needle needle needle']) {
        const expected = order(pages).map(file => match(file, pages.get(file), query)).filter(Boolean)
        const found = (await get(`/search?q=${encodeURIComponent(query)}`)).results.filter(is_ours)
        const told = rows => rows.map(({ name, path, snippet }) => ({ name, path, snippet }))
            .sort((a, b) => code_points(a.path, b.path))
        assert.deepEqual(told(found), told(expected), query)
        const exact = new Map(expected.map(one => [one.path, one.exact]))
        for (const [i, one] of found.entries()) {           // halves may be rounded either way
            assert.ok(Math.abs(one.score - exact.get(one.path)) <= 0.0051, `${query}: ${one.path}`)
            assert.ok(i === 0 || one.score <= found[i - 1].score, query)
        }
    }
})

async function assert_links({ pages, get, is_ours }) {
    const graph = new Map([...pages].map(([file, page]) => [file.slice(0, -3), links_of(page)]))
    const sorted = list => [...list].sort(code_points).map(display)
    const to = raw => [...graph].filter(([, targets]) => targets.has(raw)).map(([from]) => from)
    for (const [raw, targets] of graph)
        assert.deepEqual(await get(`/links/${encodeURIComponent(raw)}`),
            { path: display(raw), links_to: sorted(targets), linked_from: sorted(to(raw)) })
    const all = await get('/links')
    const nodes = new Set([...graph.keys(), ...[...graph.values()].flatMap(one => [...one])])
    assert.deepEqual(all.nodes.filter(is_ours), sorted(nodes))
    const line = (source, target) => `${source} -> ${target}`
    assert.deepEqual(all.edges.map(({ source, target }) => line(source, target)).sort(),
        [...graph].flatMap(([from, targets]) => [...targets].map(one => line(display(from), display(one)))).sort())
}

test(`[${topology}] links are those of the reference, whoever changed the pages`, async t => {
    const wiki = await start(t)
    await assert_links(wiki)
    for (const file of order(wiki.pages).filter(() => random(4) === 0))
        wiki.pages.set(file, { ...wiki.pages.get(file), body: make_text(wiki.names) })
    commit(wiki.folder, files_of(wiki.pages), 'by git')
    const head = git(wiki.folder, 'rev-parse', 'HEAD').trim()
    assert.equal((await wiki.server.get('/api/v1/links', { ...headers, 'Wiki-At-Least': head })).status, 200)
    await assert_links(wiki)
})

test(`[${topology}] renames change what those of the reference change`, async t => {
    const wiki = await start(t)
    for (let i = 0; i < 12; i++) {
        const from = pick(order(wiki.pages)), new_path = `${pick(PARTS)}/${pick(PARTS)}new${i}`
        const { renamed, updated } = rename(wiki.pages, from, `${new_path.toLowerCase()}.md`)
        const target = `/api/v1/pages/${encodeURIComponent(from.slice(0, -3))}/rename`
        const answer = await wiki.server.request('POST', target, { headers, body: JSON.stringify({ new_path }) })
        assert.equal(answer.status, 200, answer.text)
        assert.deepEqual(JSON.parse(answer.text).updated_pages, updated)
        for (const [file, page] of renamed) {
            const now = await wiki.get(`/pages/${encodeURIComponent(file.slice(0, -3))}`)
            assert.equal(now.content, page.head + page.body, file)
        }
        wiki.pages = renamed
    }
    await assert_links(wiki)
})
