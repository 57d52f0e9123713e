// attachments - files beside a page come, change, get other names and go, through forms that need no script
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import test from 'node:test'
import { commits, csrf_token, git, git_show, repository, serve, topology } from './kit.mjs'

const hash = bytes => createHash('sha1').update(bytes).digest('hex')
const base_of = html => html.match(/name="revision" value="([0-9a-f]*)"/)[1]

// A form with files, as a browser sends it: fields are [name, text] or [name, bytes, filename].
function send(server, target, fields, headers = {}) {
    const boundary = '----wikibot' + randomBytes(8).toString('hex')
    const body = Buffer.concat([...fields.map(([name, content, file]) => Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`
            + (file === undefined? '': `; filename="${file}"\r\nContent-Type: application/octet-stream`) + '\r\n\r\n'),
        Buffer.from(content), Buffer.from('\r\n')])), Buffer.from(`--${boundary}--\r\n`)])
    return server.request('POST', target, { body, headers: { 'Content-Length': body.length,
        'Content-Type': `multipart/form-data; boundary=${boundary}`, ...headers } })
}

test(`[${topology}] several files come as one commit, and to the byte`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'notes/bread.md': '# Bread\n' })
    const server = await serve(t, folder)
    const page = (await server.get('/notes/bread/attachments')).text
    const big = randomBytes(10 << 20), small = randomBytes(1000)
    const stored = await send(server, '/notes/bread/attachments', [['csrf_token', csrf_token(page)],
        ['revision', base_of(page)], ['message', 'what was baked'], ['file', big, 'big one.bin'],
        ['file', small, 'ü.png']])
    assert.equal(stored.status, 303, stored.text)
    assert.equal(commits(folder), 2)
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), 'what was baked')
    assert.equal(hash(git_show(folder, 'notes/bread/big one.bin')), hash(big))
    assert.equal(hash((await server.get('/notes/bread/a/big%20one.bin')).body), hash(big))
    assert.equal(hash((await server.get('/notes/bread/%C3%BC.png')).body), hash(small))
    const list = (await server.get(stored.headers.location)).text
    for (const text of ['big one.bin', '10 MiB', 'value="![](./%C3%BC.png)"', 'Stored.'])
        assert.ok(list.includes(text), text)
    git(folder, 'fsck', '--strict')
    assert.equal(git(folder, 'status', '--porcelain'), '')
})

test(`[${topology}] what is too large is refused with a text, and nothing is stored`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    const token = csrf_token((await server.get('/home')).text)
    const over = await send(server, '/home/attachments', [['csrf_token', token],
        ['file', Buffer.alloc((10 << 20) + 1), 'x']])
    assert.equal(over.status, 413)
    assert.match(over.text, /a file may have 10 MiB/)
    const whole = await server.raw('POST /home/attachments HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16777217\r\n'
        + 'Content-Type: multipart/form-data; boundary=x\r\nAccept: text/html\r\nConnection: close\r\n\r\n')
    assert.match(whole, /^HTTP\/1\.1 413 [\s\S]*16 MiB at most, and 10 MiB a file/)
    assert.equal(commits(folder), 1)
})

test(`[${topology}] a file gets a new version, another name with its links, and goes; its past stays`, async t => {
    const folder = repository(t, { 'notes/bread.md': '# Bread\n\n![a loaf](./loaf.png)\n',
        'notes/bread/loaf.png': 'one' })
    const server = await serve(t, folder)
    let form = (await server.get('/notes/bread/attachment/loaf.png')).text
    const token = csrf_token(form), first = base_of(form)
    assert.equal((await send(server, '/notes/bread/attachment/loaf.png',
        [['csrf_token', token], ['revision', first], ['file', 'two', 'IMG_1.png']])).status, 303)
    assert.equal((await server.get('/notes/bread/a/loaf.png')).text, 'two')
    assert.equal((await server.get(`/notes/bread/a/loaf.png/${first}`)).text, 'one')
    form = (await server.get('/notes/bread/attachment/loaf.png')).text
    const renamed = await server.post('/notes/bread/attachment/loaf.png',
        { csrf_token: token, revision: base_of(form), new_filename: 'Our Loaf.png' })
    assert.equal(renamed.status, 303, renamed.text)
    assert.equal(git_show(folder, 'notes/bread.md').toString(), '# Bread\n\n![a loaf](./Our%20Loaf.png)\n')
    assert.equal(git(folder, 'log', '-1', '--name-status', '--format=', '-M').trim().split('\n').length, 2)
    assert.ok((await server.get('/notes/bread')).text.includes('src="/notes/bread/Our%20Loaf.png"'))
    form = (await server.get('/notes/bread/attachment/Our%20Loaf.png')).text
    assert.equal((form.match(/\/a\/loaf\.png\//g) ?? []).length, 2)
    assert.equal((await server.post('/notes/bread/attachment/Our%20Loaf.png',
        { csrf_token: token, revision: base_of(form), delete: 'delete' })).status, 303)
    assert.equal((await server.get('/notes/bread/a/Our%20Loaf.png')).status, 404)
    assert.equal((await server.get(`/notes/bread/a/loaf.png/${first}`)).text, 'one')
    assert.equal(commits(folder), 4)
})

test(`[${topology}] what two people send under one name is never overwritten unseen`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    const page = (await server.get('/home/attachments')).text
    const fields = text => [['csrf_token', csrf_token(page)], ['revision', base_of(page)], ['file', text, 'same.txt']]
    const answers = await Promise.all(['one', 'two', 'three', 'four'].map(text => send(server, '/home/attachments',
        fields(text))))
    assert.deepEqual(answers.map(answer => answer.status).sort(), [303, 409, 409, 409])
    assert.equal(commits(folder), 2)
    const pasted = await Promise.all([5, 6].map(text => send(server, '/home/inline_attachment',
        [['file', `${text}`, `pasted-${text}.png`]], { 'X-CSRFToken': csrf_token(page) })))
    assert.deepEqual(pasted.map(answer => JSON.parse(answer.text).filename).sort(), ['./pasted-5.png',
        './pasted-6.png'])
})

test(`[${topology}] no file runs in our name`, async t => {
    const hostile = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const folder = repository(t, { 'home.md': '# Home\n', 'home/x.svg': hostile, 'home/x.html': hostile,
        'home/x.bin': hostile })
    const server = await serve(t, folder)
    for (const name of ['x.svg', 'x.html', 'x.bin'])
        for (const target of [`/home/${name}`, `/home/a/${name}`, `/home/a/${name}/HEAD`]) {
            const answer = await server.get(target)
            assert.equal(answer.status, 200)
            assert.equal(answer.headers['x-content-type-options'], 'nosniff')
            assert.match(answer.headers['content-security-policy'], /^sandbox; default-src 'none'/)
            assert.match(answer.headers['content-disposition'], name === 'x.bin'? /^attachment;/: /^inline;/)
        }
})

test(`[${topology}] a picture has a small one, and what is none does no harm`, async t => {
    const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwAD'
        + 'BwIAMCbHYQAAAABJRU5ErkJggg==', 'base64')
    const huge = Buffer.from(dot)
    huge.writeUInt32BE(20000, 16)
    huge.writeUInt32BE(20000, 20)
    const folder = repository(t, { 'home.md': '# Home\n', 'home/dot.png': dot, 'home/cut.png': dot.subarray(0, 40),
        'home/huge.png': huge, 'home/text.png': 'text', 'home/text.txt': 'text' })
    const server = await serve(t, folder)
    for (const target of ['/home/t/dot.png', '/home/t/dot.png/200', '/home/dot.png?thumbnail=40']) {
        const answer = await server.get(target)
        assert.equal(answer.headers['content-type'], 'image/webp', answer.text)
        assert.equal((await server.get(target, { 'If-None-Match': answer.headers.etag })).status, 304)
    }
    for (const [name, status] of [['cut.png', 415], ['huge.png', 413], ['text.png', 415], ['text.txt', 404]])
        assert.equal((await server.get(`/home/t/${name}`)).status, status, name)
    const list = (await server.get('/home/attachments')).text
    assert.equal((list.match(/<img src="\/home\/t\//g) ?? []).length, 4)
})

test(`[${topology}] large files that come at once are all stored`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    const token = csrf_token((await server.get('/home')).text)
    const files = Array.from({ length: 6 }, () => randomBytes(5 << 20))
    const answers = await Promise.all(files.map((bytes, i) => send(server, '/home/attachments',
        [['csrf_token', token], ['file', bytes, `${i}.bin`]])))
    assert.deepEqual(answers.map(answer => answer.status), files.map(() => 303))
    assert.equal(commits(folder), 7)
    for (let i = 0; i < files.length; i++)
        assert.equal(hash(git_show(folder, `home/${i}.bin`)), hash(files[i]))
    git(folder, 'fsck', '--strict')
    assert.equal(git(folder, 'status', '--porcelain'), '')
})
