// openapi - the description of the API is OpenAPI 3.1, and every operation of it answers as it says; by tools of others
import SwaggerParser from '@apidevtools/swagger-parser'
import Ajv2020 from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import assert from 'node:assert/strict'
import test from 'node:test'
import { commit, repository, serve, topology, until } from '../scenario/kit.mjs'
import { operation } from '../scenario/clients/openapi.mjs'

const KEY = 'a-key-of-tests'
const PAGES = {
    'home.md': '---\ntitle: Home\ntags: [a]\ncategory: start\n---\n# Home\n\n[[notes/a]]\n',
    'notes/a.md': '# A\n\none\n\n## Part\n\ntwo\n', 'notes/b.md': '[[home]] [[missing]]\n',
}

class Checked {
    constructor(server, document) {
        const ajv = new Ajv2020({ strict: false, allErrors: true })
        formats(ajv)
        ajv.addSchema(document, 'openapi.json')
        Object.assign(this, { server, document, ajv, seen: new Set() })
    }
    // Of the answer that is described, nothing else may come.
    async call(method, path, { body, headers = {}, expect = 200 } = {}) {
        const bytes = body === undefined || Buffer.isBuffer(body)? body: Buffer.from(JSON.stringify(body))
        const answer = await this.server.request(method, `/api/v1${path}`, { body: bytes, headers: {
            Authorization: `Bearer ${KEY}`, ...headers, ...bytes? { 'Content-Length': bytes.length,
                'Content-Type': Buffer.isBuffer(body)? 'application/octet-stream': 'application/json' }: {} } })
        assert.equal(answer.status, expect, `${method} ${path}: ${answer.status} ${answer.text.slice(0, 400)}`)
        const found = operation(this.document, method, decodeURIComponent(path.replace(/\?.*/, '')))
        assert.ok(found, `${method} ${path} is described`)
        this.seen.add(found.operationId)
        const described = found.responses[answer.status]
        assert.ok(described, `${found.operationId}: ${answer.status} is described`)
        const where = described.$ref?.slice(1) ?? `/paths/${Object.entries(this.document.paths)
            .find(([, item]) => Object.values(item).includes(found))[0].replaceAll('/', '~1')}/${method.toLowerCase()}`
            + `/responses/${answer.status}`
        const resolved = where.slice(1).split('/').map(part => part.replaceAll('~1', '/'))
            .reduce((at, part) => at[part], this.document)
        if (resolved.content?.['application/json']) {
            const pointer = `openapi.json#${encodeURI(where)}/content/application~1json/schema`
            const validate = this.ajv.getSchema(pointer) ?? this.ajv.compile({ $ref: pointer })
            assert.ok(validate(JSON.parse(answer.text)),
                `${found.operationId} ${answer.status}: ${this.ajv.errorsText(validate.errors)} ${answer.text}`)
        }
        return answer
    }
}

async function start(t) {
    const folder = repository(t, PAGES)
    const server = await serve(t, folder, { env: { WIKIBOT_API_KEY: KEY } })
    const headers = { Authorization: `Bearer ${KEY}` }
    await until('the index is there', async () => (await server.get('/api/v1/pages', headers)).status === 200)
    const document = JSON.parse((await server.get('/api/v1/openapi.json', headers)).text)
    return { folder, server, document, api: new Checked(server, document) }
}

test(`[${topology}] openapi.json is OpenAPI 3.1`, async t => {
    const { document } = await start(t)
    await SwaggerParser.validate(structuredClone(document))
    assert.equal(document.openapi, '3.1.0')
})

test(`[${topology}] every operation answers as it is described, also when it refuses`, async t => {
    const { folder, document, api } = await start(t)
    const json = async (...words) => JSON.parse((await api.call(...words)).text)
    await api.call('GET', '')
    await api.call('GET', '/openapi.json')
    await api.call('GET', '/health')
    await api.call('GET', '/pages')
    const tag = (await api.call('GET', '/pages?limit=1&tag=a')).headers.etag
    await api.call('GET', '/pages?limit=1&tag=a', { headers: { 'If-None-Match': tag }, expect: 304 })
    await api.call('GET', '/pages?limit=0', { expect: 422 })
    const home = await json('GET', '/pages/home')
    await api.call('GET', `/pages/home?revision=${home.revision.slice(0, 9)}`)
    await api.call('GET', '/pages/none', { expect: 404 })
    await api.call('PUT', '/pages/new', { body: { content: 'x' }, expect: 201 })
    await api.call('PUT', '/pages/home', { body: { content: 'x' }, expect: 409 })
    await api.call('PUT', '/pages/home', { body: { content: 'x', revision: '0000000' }, expect: 409 })
    const put = await json('PUT', '/pages/home', { body: { content: 'changed\n', revision: home.revision } })
    await api.call('PATCH', '/pages/home', { body: { revision: put.revision, old_string: 'changed', new_string: 'y' } })
    await api.call('PATCH', '/pages/home', { body: {}, expect: 422 })
    await api.call('GET', '/pages/home/history')
    await api.call('GET', '/pages/home/history?limit=1&cursor=')
    await api.call('GET', `/pages/home/diff?from=${home.revision}`)
    await api.call('GET', '/changelog')
    await api.call('GET', '/changelog?limit=1&cursor=')
    await api.call('GET', '/search?q=one')
    await api.call('GET', '/search?q=one&mode=lexical')
    await api.call('GET', '/search?q=one&mode=semantic', { expect: 503 })
    await api.call('GET', '/search', { expect: 422 })
    await api.call('GET', '/wanted')
    await api.call('GET', '/broken-links')
    await api.call('GET', '/pages?only=orphaned')
    await api.call('GET', '/links')
    await api.call('GET', '/links/notes/b')
    await api.call('GET', '/graph?path=notes/b&depth=2&all=true')
    const sections = await json('GET', '/sections/notes/a')
    assert.equal(sections.total, 2)
    const part = await json('GET', '/sections/notes/a?section=part')
    await api.call('PUT', '/sections/notes/a?section=part',
        { body: { content: '## Part\n\n2\n', revision: part.revision } })
    await api.call('GET', '/sections/notes/a?section=none', { expect: 404 })
    await api.call('POST', '/pages/notes/a/rename', { body: { new_path: 'notes/c' } })
    await api.call('POST', '/pages/notes/c/rename', { body: { new_path: 'home' }, expect: 409 })
    await api.call('POST', '/batch', { body: { operations: [{ action: 'put', path: 'p', content: '1' },
        { action: 'rename', path: 'notes/c', new_path: 'notes/d' }] } })
    await api.call('POST', '/batch', { body: { operations: [{ action: 'delete', path: 'none' }] }, expect: 404 })
    const file = { filename: 'x y.txt', content: Buffer.from('hello').toString('base64') }
    await api.call('POST', '/pages/p/attachments', { body: file, expect: 201 })
    await api.call('POST', '/pages/p/attachments', { body: { ...file, content: 'a' }, expect: 422 })
    await api.call('GET', '/pages/p/attachments')
    await api.call('GET', '/pages/p/attachments/x_y.txt')
    const raw = '/pages/p/attachments/x_y.txt/raw', bytes = Buffer.from([0, 255, 10, 13])
    assert.equal((await api.call('GET', raw)).text, 'hello')
    await api.call('PUT', raw, { body: bytes })
    assert.deepEqual((await api.call('GET', raw)).body, bytes)
    assert.deepEqual((await api.call('GET', raw, { headers: { Range: 'bytes=1-2' }, expect: 206 })).body,
        bytes.subarray(1, 3))
    await api.call('GET', raw, { headers: { Range: 'bytes=9-' }, expect: 416 })
    await api.call('DELETE', '/pages/p/attachments/x_y.txt')
    await api.call('DELETE', '/pages/p/attachments/x_y.txt', { expect: 404 })
    await api.call('GET', '/feed.rss?page=home')
    await api.call('GET', '/feed.atom?folder=notes')
    await api.call('GET', '/semantic-search?q=x', { expect: 503 })
    await api.call('GET', '/chroma-status')
    await api.call('GET', '/reindex/status')
    await api.call('POST', '/reindex', { expect: 202 })
    const done = await until('the index is built', async () => {
        const status = await json('GET', '/reindex/status')
        return status.status === 'complete' && status
    })
    assert.equal(done.pages_indexed, 5)
    await api.call('DELETE', '/reindex')
    await api.call('DELETE', '/pages/p')
    await api.call('GET', '/pages', { headers: { Authorization: 'Bearer wrong' }, expect: 401 })
    commit(folder, { 'odd.md': '---\ntitle: 7\ntags: null\ncategory: [1, {a: b}]\n2: x\n---\n' }, 'by git')
    await until('it is there', async () => (await json('GET', '/pages?prefix=odd')).total === 1)
    await api.call('GET', '/pages/odd')
    const all = Object.values(document.paths).flatMap(item => Object.values(item)).map(one => one.operationId)
    assert.deepEqual(all.filter(id => !api.seen.has(id)), [])
})
