// api - the REST API over real HTTP: pages, credential, what is kept, and that who has written reads it
import assert from 'node:assert/strict'
import test from 'node:test'
import { commit, commits, git, repository, serve, topology, until } from './kit.mjs'

const KEY = 'scenario-key'
const AUTH = { Authorization: `Bearer ${KEY}` }
const FILES = { 'home.md': '# Home\n', 'Notes/One.md': '# One\n\n[[Home]]\n' }

const serve_api = (t, folder, options = {}) => serve(t, folder, { ...options, env: { OTTERWIKI_API_KEY: KEY } })

// { status, headers, json, text }; each answer must be JSON.
async function api(server, method, path, { body, headers = {} } = {}) {
    const type = body === undefined? {}: { 'Content-Type': 'application/json' }
    const answer = await server.request(method, `/api/v1${path}`,
        { headers: { ...AUTH, ...type, ...headers }, body: body === undefined? undefined: JSON.stringify(body) })
    assert.equal(answer.headers.location, undefined)
    if (answer.status !== 304 && method !== 'HEAD')
        answer.json = JSON.parse(answer.text)
    return answer
}
async function good(server, ...request) {
    const answer = await api(server, ...request)
    assert.ok(answer.status === 200 || answer.status === 201, `${request[0]} ${request[1]}: ${answer.text}`)
    return answer.json
}

test(`[${topology}] a page is made, read, edited and deleted`, async t => {
    const folder = repository(t, FILES)
    const server = await serve_api(t, folder)
    const made = await api(server, 'PUT', '/pages/Notes/Two', { body: { content: '[[Notes/One]]\r\n' } })
    assert.equal(made.status, 201)
    assert.equal(made.headers['wiki-commit'], made.json.revision)
    assert.deepEqual(made.json, { name: 'Two', path: 'Notes/Two', revision: git(folder, 'rev-parse', 'HEAD').trim(),
        created: true })
    const page = await good(server, 'GET', '/pages/notes/two')
    assert.equal(page.content, '[[Notes/One]]\r\n')
    assert.deepEqual(page.links_to, ['Notes/One'])
    assert.deepEqual((await good(server, 'GET', '/pages/Notes/One')).linked_from, ['Notes/Two'])
    const edited = await good(server, 'PATCH', '/pages/Notes/Two',
        { body: { revision: page.revision, old_string: 'Notes/One', new_string: 'Home' } })
    assert.deepEqual((await good(server, 'GET', '/pages/Notes/One')).linked_from, [])
    const stale = await api(server, 'PUT', '/pages/Notes/Two', { body: { content: 'x', revision: page.revision } })
    assert.equal(stale.status, 409)
    assert.equal(stale.json.current_revision, edited.revision)
    assert.deepEqual(await good(server, 'DELETE', '/pages/Notes/Two'), { deleted: true, path: 'Notes/Two' })
    assert.equal((await api(server, 'GET', '/pages/Notes/Two')).status, 404)
    assert.equal((await good(server, 'GET', `/pages/Notes/Two?revision=${page.revision}`)).content, page.content)
    assert.match(git(folder, 'log', '-1', '--format=%an <%ae> %s'),
        /^Claude \(MCP\) <claude-mcp@otterwiki.local> \[api\] Delete: Notes\/Two/)
})

test(`[${topology}] nothing is shown without the key, whatever is kept`, async t => {
    const server = await serve_api(t, repository(t, FILES))
    assert.deepEqual((await api(server, 'GET', '/health', { headers: { Authorization: '' } })).json, { status: 'ok' })
    for (let i = 0; i < 3; i++) {
        await good(server, 'GET', '/pages/home')
        for (const [authorization, error] of [['', 'Missing or invalid Authorization header'],
            ['Bearer', 'Missing or invalid Authorization header'], ['Bearer wrong', 'Invalid API key'],
            [`Bearer ${KEY.slice(0, -1)}`, 'Invalid API key'], ['Bearer \u00e4\u00f6', 'Invalid API key'],
            [`bearer ${KEY}`, 'Missing or invalid Authorization header']]) {
            const answer = await api(server, 'GET', '/pages/home', { headers: { Authorization: authorization } })
            assert.equal(answer.status, 401, authorization)
            assert.deepEqual(answer.json, { error })
            assert.equal(answer.headers['www-authenticate'], undefined)
        }
        const bare = await server.get('/api/v1/pages/home')
        assert.equal(bare.status, 401)
    }
})

test(`[${topology}] without a key of the server the API is closed`, async t => {
    const server = await serve(t, repository(t, FILES))
    const answer = await api(server, 'GET', '/pages/home')
    assert.equal(answer.status, 500)
    assert.deepEqual(answer.json, { error: 'API key not configured on server' })
    assert.equal((await api(server, 'GET', '/health')).status, 200)
})

test(`[${topology}] every error is JSON and none a redirect, also those of the edge`, async t => {
    const server = await serve_api(t, repository(t, FILES))
    for (const [method, path, status, allow] of [
        ['GET', '/none', 404], ['GET', '/pages/', 404], ['GET', '/pages/none/edit', 404],
        ['POST', '/health', 405, 'GET, HEAD, OPTIONS'], ['GET', '/pages/a%20b', 404], ['GET', '/pages//none', 404],
        ['GET', '/pages/%2e%2e/etc/passwd', 404], ['GET', '/pages/.git/config', 404],
        ['GET', `/pages/${'x'.repeat(9000)}`, 414], ['GET', '/pages/%ff', 400]]) {
        const answer = await api(server, method, path, { headers: { Accept: 'text/html' } })
        assert.equal(answer.status, status, `${method} ${path.slice(0, 80)}`)
        assert.equal(typeof answer.json.error, 'string')
        assert.match(answer.headers['content-type'], /^application\/json/)
        if (allow)
            assert.equal(answer.headers.allow, allow)
    }
    const head = `Host: localhost\r\nAuthorization: Bearer ${KEY}\r\nAccept: text/html\r\nConnection: close\r\n`
    for (const [bytes, status] of [
        [`PUT /api/v1/pages/a/history HTTP/1.1\r\n${head}Content-Length: 99999999\r\n\r\n`, 413],
        [`GET /api/v1/pages/a/edit HTTP/1.1\r\n${head}X: ${'x'.repeat(40000)}\r\n\r\n`, 431],
        [`BREW /api/v1/pages/a HTTP/1.1\r\n${head}\r\n`, 501],
        [`GET /api/v1/pages/a HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, 421]]) {
        const answer = await server.raw(bytes)
        assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
        assert.match(answer, /\r\ncontent-type: application\/json/i)
        assert.match(answer, /\r\n\r\n\{"error":"/)
    }
    const options = await server.request('OPTIONS', '/api/v1/pages/a', { headers: {} })
    assert.equal(options.status, 204)
    assert.equal(options.headers.allow, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS')
})

test(`[${topology}] a form of another site does not reach the API, and a program from anywhere does`, async t => {
    const folder = repository(t, FILES)
    const server = await serve_api(t, folder)
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.example' }
    for (const headers of [form, { ...form, Cookie: 'a=b' }, { ...form, Authorization: 'Basic dTpw' },
        { 'Sec-Fetch-Site': 'cross-site' }])
        assert.equal((await server.request('DELETE', '/api/v1/pages/home', { headers })).status, 403)
    assert.equal(commits(folder), 1)
    const put = await api(server, 'PUT', '/pages/from-afar',
        { body: { content: 'x' }, headers: { Origin: 'app://desk' } })
    assert.equal(put.status, 201)
    assert.equal(put.headers['set-cookie'], undefined)
    assert.equal(put.headers['access-control-allow-origin'], undefined)
})

test(`[${topology}] an entity tag saves the body, and HEAD has none`, async t => {
    const server = await serve_api(t, repository(t, FILES))
    const first = await api(server, 'GET', '/pages/Notes/One')
    const same = await api(server, 'GET', '/pages/Notes/One', { headers: { 'If-None-Match': first.headers.etag } })
    assert.equal(same.status, 304)
    assert.equal(same.text, '')
    const head = await api(server, 'HEAD', '/pages/Notes/One')
    assert.equal(head.text, '')
    assert.equal(head.headers['content-length'], String(first.body.length))
    assert.equal(head.headers.etag, first.headers.etag)
    await good(server, 'PUT', '/pages/linker', { body: { content: '[[Notes/One]]\n' } })
    const other = await api(server, 'GET', '/pages/Notes/One', { headers: { 'If-None-Match': first.headers.etag } })
    assert.equal(other.status, 200)
    assert.deepEqual(other.json.linked_from, ['Linker'])
    const put = await api(server, 'PUT', '/pages/Notes/One', { body: { content: 'new\n' },
        headers: { 'If-Match': other.headers.etag } })
    assert.equal(put.status, 200)
    assert.equal((await api(server, 'PUT', '/pages/Notes/One', { body: { content: 'newer\n' },
        headers: { 'If-Match': other.headers.etag } })).status, 412)
})

test(`[${topology}] whoever writes, by whatever way, is in the next answer`, async t => {
    const folder = repository(t, FILES)
    const server = await serve_api(t, folder)
    for (let i = 0; i < 15; i++) {
        await good(server, 'PUT', `/pages/p${i}`, { body: { content: `[[target ${i}]]\n` } })
        const saved = await server.edit(`/q${i}`, `[[target ${i}]]\n`)
        assert.ok([302, 303].includes(saved.status))
        assert.match(saved.headers['set-cookie'][0],
            /^wikibot_seen=[0-9a-f]{40}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)
        await good(server, 'PUT', `/pages/target ${i}`.replace(' ', '%20'), { body: { content: 'x\n' } })
        assert.deepEqual((await good(server, 'GET', `/pages/target%20${i}`)).linked_from, [`P${i}`, `Q${i}`])
    }
    commit(folder, { 'by-git.md': '[[Home]]\n' })
    await until('a commit of git is in the links', async () =>
        (await good(server, 'GET', '/pages/home')).linked_from.includes('By-Git'), 5000)
})

test(`[${topology}] of many writers with one revision one wins, and merging loses nothing`, async t => {
    const folder = repository(t, { 'count.md': Array.from({ length: 40 }, (_, i) => `line ${i}\n\n`).join('') })
    const server = await serve_api(t, folder)
    const first = await good(server, 'GET', '/pages/count')
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => api(server, 'PUT', '/pages/count',
        { body: { content: `${first.content}writer ${i}\n`, revision: first.revision } })))
    assert.deepEqual(answers.map(answer => answer.status).sort(), [200, ...Array(11).fill(409)])
    for (const answer of answers.filter(({ status }) => status === 409)) {
        assert.equal(answer.json.base, first.content)
        assert.match(answer.json.yours, /writer \d+\n$/)
        assert.match(answer.json.theirs, /writer \d+\n$/)
    }
    const start = await good(server, 'GET', '/pages/count')
    const stale = { revision: start.revision, merge: true }
    const merged = await Promise.all(Array.from({ length: 20 }, (_, i) => api(server, 'PATCH', '/pages/count',
        { body: { ...stale, old_string: `line ${2 * i}\n`, new_string: `changed ${i}\n` } })))
    assert.deepEqual([...new Set(merged.map(answer => answer.status))], [200])
    const { content } = await good(server, 'GET', '/pages/count')
    for (let i = 0; i < 20; i++)
        assert.ok(content.includes(`changed ${i}\n`), `change ${i} is there`)
})

test(`[${topology}] a key of idempotency holds, also after a restart`, async t => {
    const folder = repository(t, FILES)
    let server = await serve_api(t, folder)
    const request = ['PUT', '/pages/once', { body: { content: 'once\n' }, headers: { 'Idempotency-Key': 'abc-1' } }]
    const answers = await Promise.all(Array.from({ length: 8 }, () => api(server, ...request)))
    assert.deepEqual([...new Set(answers.map(answer => `${answer.status} ${answer.text}`))].length, 1)
    assert.equal(answers[0].status, 201)
    await server.stop()
    server = await serve_api(t, folder)
    const again = await api(server, ...request)
    assert.equal(`${again.status} ${again.text}`, `${answers[0].status} ${answers[0].text}`)
    const other = await api(server, 'PUT', '/pages/once', { body: { content: 'twice\n' },
        headers: { 'Idempotency-Key': 'abc-1' } })
    assert.equal(other.status, 422)
    assert.equal(commits(folder), 2)
})

// Two programs serve one wiki; what is kept by one is not shown to who has written by the other.
test(`[${topology}] who has written by one gateway reads it at another`, async t => {
    const folder = repository(t, FILES)
    const one = await serve_api(t, folder), two = await serve_api(t, folder)
    for (let i = 0; i < 10; i++) {
        await two.get('/home')
        const before = await good(two, 'GET', '/pages/home')
        const put = await api(one, 'PUT', '/pages/home',
            { body: { content: `# Home ${i}\n`, revision: before.revision } })
        const read = await api(two, 'GET', '/pages/home', { headers: { 'Wiki-At-Least': put.headers['wiki-commit'] } })
        assert.equal(read.json.content, `# Home ${i}\n`)
        const saved = await one.edit('/home', `# Saved ${i}\n`)
        const shown = await two.get('/home', { Cookie: saved.headers['set-cookie'][0].split(';')[0] })
        assert.match(shown.text, new RegExp(`Saved ${i}`))
    }
    const unknown = await api(two, 'GET', '/pages/home', { headers: { 'Wiki-At-Least': '0'.repeat(40) } })
    assert.equal(unknown.status, 412)
})
