// api_beyond - what the REST API has beyond the reference: bytes, batches, parts, merges; over real HTTP
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import test from 'node:test'
import { check } from './clients/openapi.mjs'
import { commits, git, git_show, repository, serve, topology, until } from './kit.mjs'

const KEY = 'a-key-of-new-clients'
const hash = bytes => createHash('sha1').update(bytes).digest('hex')

async function start(t, files, options = {}) {
    const folder = repository(t, files)
    const server = await serve(t, folder, { env: { WIKIBOT_API_KEY: KEY, ...options.env } })
    const headers = { Authorization: `Bearer ${KEY}` }
    const raw = (method, path, more = {}) => server.request(method, `/api/v1${path}`,
        { ...more, headers: { ...headers, ...more.headers } })
    const document = JSON.parse((await raw('GET', '/openapi.json')).text)
    const call = async (method, path, body) => {
        const bytes = body && Buffer.from(JSON.stringify(body))
        const answer = await raw(method, path, bytes && { body: bytes,
            headers: { 'Content-Type': 'application/json', 'Content-Length': bytes.length } })
        check(document, method, path, answer.status, answer.text)
        return { ...answer, json: JSON.parse(answer.text) }
    }
    await until('the index is there', async () => (await call('GET', '/pages')).status === 200)
    return { folder, server, raw, call }
}

test(`[${topology}] bytes go up without base64, and come down whole or in parts`, async t => {
    const { folder, raw } = await start(t, { 'home.md': '# Home\n' })
    const big = randomBytes(10 << 20), url = '/pages/home/attachments/a%20film.mp4/raw'
    const put = bytes => raw('PUT', url, { body: bytes, headers: { 'Content-Length': bytes.length } })
    assert.equal((await put(big)).status, 201)
    assert.equal(hash(git_show(folder, 'home/a film.mp4')), hash(big))
    const whole = await raw('GET', url)
    assert.equal(hash(whole.body), hash(big))
    assert.equal(whole.headers['content-type'], 'video/mp4')
    const part = await raw('GET', url, { headers: { Range: 'bytes=1000000-1000099', 'If-Range': whole.headers.etag } })
    assert.equal(part.status, 206)
    assert.equal(part.headers['content-range'], 'bytes 1000000-1000099/10485760')
    assert.ok(part.body.equals(big.subarray(1000000, 1000100)))
    assert.equal((await raw('GET', url, { headers: { Range: 'bytes=-5' } })).body.length, 5)
    assert.equal((await raw('HEAD', url)).headers['content-length'], String(big.length))
    assert.equal((await put(Buffer.alloc((10 << 20) + 1))).status, 422)
    const over = await put(Buffer.alloc((16 << 20) + 1)).catch(error => error)
    if (over.status !== undefined) {                // else the connection ended while we were still sending
        assert.equal(over.status, 413)
        assert.ok(JSON.parse(over.text).error)
    }
    assert.equal((await raw('GET', url, { headers: { Authorization: 'Bearer other' } })).status, 401)
    assert.equal((await raw('GET', url, { headers: { Authorization: '' } })).status, 401)
    assert.equal(hash((await raw('GET', url)).body), hash(big))
    assert.equal(commits(folder), 2)
})

test(`[${topology}] batches at once: each is one commit or none, and none is lost`, async t => {
    const { folder, call } = await start(t, { 'home.md': '# Home\n', 'count.md': '0\n', 'log.md': 'begin\n' })
    const BATCHES = 12
    const before = commits(folder)
    const one = async i => {
        for (let tries = 0; tries < 200; tries++) {
            const [count, log] = [await call('GET', '/pages/count'), await call('GET', '/pages/log')]
            const done = await call('POST', '/batch', { commit_message: `number ${i}`, operations: [
                { action: 'put', path: 'count', content: `${Number(count.json.content) + 1}\n`,
                    revision: count.json.revision },
                { action: 'edit', path: 'log', old_string: 'begin\n', new_string: `begin\n${i}\n`,
                    revision: log.json.revision },
                { action: 'put', path: `of/${i}`, content: `[[count]]\n` }] })
            if (done.status === 200)
                return tries
            assert.equal(done.status, 409, done.text)
            assert.ok(done.json.results.some(result => result.status === 409))
        }
        assert.fail(`batch ${i} never went through`)
    }
    const tries = await Promise.all(Array.from({ length: BATCHES }, (_, i) => one(i)))
    t.diagnostic(`conflicts on the way: ${tries.reduce((sum, one) => sum + one, 0)}`)
    assert.equal(git_show(folder, 'count.md').toString(), `${BATCHES}\n`)
    assert.equal(git_show(folder, 'log.md').toString().trim().split('\n').length, BATCHES + 1)
    assert.equal(commits(folder), before + BATCHES)
    assert.equal((await call('GET', '/pages?prefix=of/')).json.total, BATCHES)
    assert.equal((await call('GET', '/links/count')).json.linked_from.length, BATCHES)
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] lists in parts have everything once, while others write`, async t => {
    const files = Object.fromEntries(Array.from({ length: 120 }, (_, i) =>
        [`p/${String(i).padStart(3, '0')}.md`, `[[p/${String((i + 1) % 120).padStart(3, '0')}]]\n`]))
    const { call } = await start(t, { 'home.md': '# Home\n', ...files })
    const parts = async (path, list, limit) => {
        const rows = []
        for (let cursor = ''; cursor !== null;) {
            const mark = path.includes('?')? '&': '?'
            const answer = await call('GET', `${path}${mark}limit=${limit}&cursor=${encodeURIComponent(cursor)}`)
            assert.equal(answer.status, 200, answer.text)
            assert.ok(answer.json[list].length <= limit || list === 'edges')
            rows.push(...answer.json[list])
            cursor = answer.json.cursor
            await call('PUT', `/pages/zz/${rows.length}`, { content: 'one more\n' })
        }
        return rows
    }
    const paths = (await parts('/pages?prefix=p/', 'pages', 17)).map(row => row.path)
    assert.deepEqual(paths, [...new Set(paths)])
    assert.equal(paths.length, 120)
    assert.equal((await parts('/links', 'edges', 50)).filter(edge => edge.source.startsWith('P/')).length, 120)
    const found = (await parts('/search?q=p/&mode=lexical', 'results', 50)).map(row => row.path)
    assert.deepEqual(found, [...new Set(found)])
    const log = (await parts('/changelog', 'entries', 5)).map(row => row.revision)
    assert.deepEqual(log, [...new Set(log)])
})

test(`[${topology}] a rename finds every spelling of a link, and the graph is that of the commit`, async t => {
    const { folder, call } = await start(t, { 'home.md': '# Home\n', 'getting_started.md': '# Go\n',
        'a.md': '[[Getting Started]] [[getting_started]] [[Text|Getting Started#Top]] [m](/getting_started)\n',
        'b.md': '    [[Getting Started]]\n' }, { env: { TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES: 'true' } })
    assert.deepEqual((await call('GET', '/links/Getting%20Started')).json.linked_from, ['A'])
    const done = await call('POST', '/pages//Getting%20Started.md/rename', { new_path: 'First Steps' })
    assert.equal(done.status, 200, done.text)
    assert.deepEqual(done.json.updated_pages, ['A'])
    assert.ok(git_show(folder, 'first_steps.md').length > 0)
    const text = git_show(folder, 'a.md').toString()
    assert.doesNotMatch(text, /[Gg]etting/)
    assert.equal(git_show(folder, 'b.md').toString(), '    [[Getting Started]]\n')
    assert.deepEqual((await call('GET', '/links/first_steps')).json.linked_from, ['A'])
    assert.deepEqual((await call('GET', '/links/getting_started')).json.linked_from, [])
    assert.equal((await call('GET', '/links')).json.edges.filter(edge => /getting/i.test(edge.target)).length, 0)
})
