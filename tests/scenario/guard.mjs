// guard - what the edge must refuse: foreign hosts and origins, hostile paths, bodies and heads that are too big
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { commits, git, repository, serve, topology } from './kit.mjs'

const FILES = { 'home.md': '# Home\n', 'notes/a.md': '# A\n', 'notes/a/file.txt': 'attached\n' }

test(`[${topology}] a Host that is no loopback name is 421`, async t => {
    const server = await serve(t, repository(t, FILES))
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1.evil.example',
        'localhost.evil.example', '192.0.2.7', '[2001:db8::1]', 'localhost@evil.example', ' '])
        assert.equal((await server.get('/', { Host: host })).status, 421, host)
    for (const host of ['localhost', `localhost:${server.port}`, '127.0.0.1', '[::1]', 'LOCALHOST'])
        assert.equal((await server.get('/', { Host: host })).status, 200, host)
    assert.match(await server.raw('GET / HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 4(00|21) /)
    const two = 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n'
    assert.match(await server.raw(two), /^HTTP\/1\.1 4(00|21) /)
})

test(`[${topology}] a write from a foreign Origin is 403, and says nothing was saved`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const fields = { ...await server.editor('/home'), content: '# Home\n\nstolen\n' }
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1.evil.example:${server.port}`,
        `http://127.0.0.1:${server.port + 1}`])
        assert.equal((await server.post('/home/save', fields, { Origin: origin })).status, 403, origin)
    assert.equal(commits(folder), 1)
    const own = await server.post('/home/save', fields, { Origin: `http://127.0.0.1:${server.port}` })
    assert.ok([302, 303].includes(own.status), own.text)
})

const HOSTILE = [
    // out of the tree
    '/../x', '/../../etc/passwd', '/%2e%2e/x', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd',
    '/notes/../../x', '/./x/..', '/home/source/../x', '/static/../../x', '/static/%2e%2e/x', '/-/../x',
    // into .git
    '/.git/config', '/.git/HEAD', '/%2egit/config', '/.GIT/config', '/.gi%74/config', '/notes/.git/config',
    '/.git%20/config', '/.git./config', '/git~1/config', '/.g%e2%80%8cit/config', '/.git%5cconfig',
    '/.git::$INDEX_ALLOCATION/config', '/-/%2e%2e/.git/config',
    '/notes/a/a/..%2f..%2f..%2f.git%2fconfig', '/notes/a/a/%2e%2e', '/notes/a/a/..', '/notes/a/a/.git',
    // NUL, line ends, backslashes, other hosts
    '/%00', '/home%00.md', '/notes%00/a', '/home%0a', '/home%0d%0aX-Evil:%201', '/..\\x', '/%5c..%5cx', '\\x',
    '/\\evil.example/', '//evil.example/', '/%2f%2fevil.example',
    // no UTF-8: overlong, surrogate, out of range; no escapes
    '/%c0%ae%c0%ae/x', '/%c0%af', '/%e0%80%af', '/%ed%a0%80', '/%ff%fe', '/%f4%90%80%80',
    '/%', '/%4', '/%zz', '/%u002e',
    // too long
    `/${'a'.repeat(300)}`, `/${'a/'.repeat(600)}x`, `/${'%41'.repeat(2000)}`, `/${'a'.repeat(9000)}`,
    // no revisions, but what git would take for more
    '/-/commit/--help', '/-/commit/HEAD~1', '/-/commit/..', '/home/view/HEAD@%7B0%7D', '/home/diff/--all/HEAD',
    '/home?revision=-x', '/home?revision=main:home.md',
]

test(`[${topology}] no hostile path is answered with a page or with a failure of ours`, async t => {
    const folder = repository(t, FILES)
    fs.symlinkSync('/etc/passwd', path.join(folder, 'link.md'))
    fs.symlinkSync('/etc', path.join(folder, 'etc'))
    const server = await serve(t, folder)
    for (const target of HOSTILE) {
        const answer = await server.raw(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
        const status = Number(answer.match(/^HTTP\/1\.1 (\d+)/)?.[1])
        const shown = `${target.slice(0, 60)} -> ${status}`
        assert.ok([301, 302, 303, 307, 308, 400, 403, 404, 405, 414, 421, 431].includes(status), shown)
        const [head] = answer.split('\r\n\r\n')
        assert.doesNotMatch(head, /^X-Evil:/mi, shown)
        assert.doesNotMatch(answer, /repositoryformatversion|root:x?:0/, shown)
        assert.doesNotMatch(head, /^Location: (https?:)?\/\/(?!localhost|127\.0\.0\.1)/mi, shown)
    }
    assert.equal((await server.get('/')).status, 200, 'the server still answers')
})

test(`[${topology}] no hostile name can be written`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const fields = { ...await server.editor('/home'), content: 'owned\n', revision: '' }
    const body = Object.entries(fields).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')
    for (const name of ['.git/hooks/x', '%2egit/config', '.GIT/x', '..%2fx', 'notes/%2e%2e/%2e%2e/x', 'git~1/x',
        'a%00b', 'a%5cb', '%c0%ae/x', 'a'.repeat(300), '.gitmodules/../x', 'x/.git/y']) {
        const answer = await server.raw(`POST /${name}/save HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
            `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
        const status = Number(answer.match(/^HTTP\/1\.1 (\d+)/)?.[1])
        assert.ok(status >= 400 && status < 500, `${name.slice(0, 40)} -> ${status}`)
    }
    assert.equal(commits(folder), 1)
    assert.ok(!fs.existsSync(path.join(folder, '.git/hooks/x')))
})

test(`[${topology}] symbolic links are never followed`, async t => {
    const folder = repository(t, FILES)
    fs.symlinkSync('/etc/hostname', path.join(folder, 'secret.md'))
    fs.symlinkSync('/etc', path.join(folder, 'out'))
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '-m', 'links')
    const secret = fs.readFileSync('/etc/hostname', 'utf8').trim()
    const server = await serve(t, folder)
    for (const url of ['/secret', '/secret/source', '/out/passwd', '/out', '/secret.md']) {
        const answer = await server.get(url)
        assert.notEqual(answer.status, 500, url)
        assert.ok(secret === '' || secret === 'localhost' || !answer.text.includes(secret), url)
        assert.doesNotMatch(answer.text, /root:x?:0/)
    }
})

test(`[${topology}] a body or a head over its limit is refused, and the connection stays sound`, async t => {
    const server = await serve(t, repository(t, FILES))
    const big = await server.request('POST', '/home/save', { body: Buffer.alloc(17 << 20, 'x'),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }).catch(error => error)
    assert.ok(big.status === 413 || big.code === 'EPIPE' || big.code === 'ECONNRESET', String(big.status ?? big))
    const long = `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: ${'y'.repeat(60000)}\r\n\r\n`
    assert.match(await server.raw(long), /^HTTP\/1\.1 4(00|31|13) /)
    assert.match(await server.raw('NONSENSE\r\n\r\n'), /^HTTP\/1\.[01] 400 |^$/)
    assert.equal((await server.get('/')).status, 200)
})

test(`[${topology}] a page over its limit is refused, and what was typed is not thrown away`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const answer = await server.edit('/home', 'x'.repeat(79).concat('\n').repeat((4 << 20) / 80 + 10))
    assert.equal(answer.status, 413)
    assert.equal(commits(folder), 1)
})

test(`[${topology}] nothing that a page says can run a script`, async t => {
    const evil = [
        '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>',
        '<iframe src="/"></iframe>',
        '[x](javascript:alert(1))', '<a href="java&#115;cript:x">y</a>', '[[x|javascript:alert(1)]]',
        '![x](data:text/html,<script>1</script>)', '<b style="background:url(javascript:x)">z</b>',
        '# <script>alert(2)</script>',
    ].join('\n\n')
    const live = [/<script>/, /<iframe/, /<svg\/onload/i, /<[a-z]+[^>"']*\son[a-z]+=/i,
        /(href|src)\s*=\s*["']?\s*(javascript|data|vbscript):/i]
    const server = await serve(t, repository(t, { 'home.md': evil, 'evil/a<script>.md': '# x\n' }))
    for (const url of ['/', '/home/source', '/-/index', '/-/changelog', '/home/history', '/evil']) {
        const answer = await server.get(url)
        assert.equal(answer.status, 200, url)
        for (const pattern of live)
            assert.doesNotMatch(answer.text, pattern, url)
        assert.match(answer.headers['content-security-policy'] ?? '', /script-src|default-src/, url)
    }
})
