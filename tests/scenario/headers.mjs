// headers - what every answer carries, whatever type of page, file or failure it is; and pages without inline script
import assert from 'node:assert/strict'
import test from 'node:test'
import { git, repository, serve, topology } from './kit.mjs'

const FILES = {
    'home.md': '# Home\n\n## One\n\n[[notes/a]] $x$\n\n## Two\n\n```c\nint x;\n```\n\n## Three\n\n'
        + '![](/notes/a/p.png)\n',
    'notes/a.md': '---\ntitle: A\n---\n\n# A\n', 'notes/a/p.png': 'no picture',
    'notes/a/x.svg': '<svg onload="alert(1)"/>',
    'notes/a/x.html': '<script>alert(1)</script>', 'mcp.md': 'Agents.\n', 'latin.md': Buffer.from([0xe9]),
}
const targets = rev => ({
    200: ['/', '/home', '/notes/a', '/mcp/view', `/home/view/${rev}`, '/home/edit', '/home/edit?section=one',
        '/new/edit', '/home/source', '/home/source?raw', '/home/history', `/home/diff/${rev}/${rev}`, '/home/blame',
        '/home/rename', '/home/delete', '/notes/a/attachments', '/notes', '/latin', '/notes/a/p.png', '/notes/a/x.svg',
        '/notes/a/a/x.html', '/-/index', '/-/changelog', `/-/commit/${rev}`, `/-/revert/${rev}`, '/-/create',
        '/-/about', '/-/healthz', '/healthz', '/readyz', '/robots.txt', '/favicon.ico',
        '/static/style.css', '/static/script.js'],
    302: ['/.git'],
    400: ['/%zz', '/%00'],
    404: ['/none', '/-/none', '/api/none', '/mcp', '/static/none', '/.git/config/view',
        '/home/a/none', '/home/view/00000000'],
})

// A style or a script in a page is an element with an address, and no attribute holds either.
function assert_no_inline(html, target) {
    for (const [element, attributes, inner] of html.matchAll(/<script\b([^>]*)>([^]*?)<\/script>/gi)) {
        assert.match(attributes, /\bsrc="\/static\//, `${target}: ${element}`)
        assert.equal(inner.trim(), '', `${target}: ${element}`)
    }
    assert.doesNotMatch(html, /<style\b/i, target)
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi))
        assert.doesNotMatch(tag, /\s(on[a-z]+|style)\s*=/i, `${target}: ${tag}`)
}

function assert_guarded(answer, target) {
    const policy = answer.headers['content-security-policy'] ?? ''
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', target)
    assert.equal(answer.headers['referrer-policy'], 'same-origin', target)
    assert.match(answer.headers['x-frame-options'], /SAMEORIGIN|DENY/, target)
    assert.match(policy, /default-src '(self|none)'/, target)
    assert.doesNotMatch(policy.match(/(default|script)-src[^;]*/g).join(), /unsafe/, target)
    if (!/^sandbox/.test(policy)) {
        assert.match(policy, /frame-ancestors 'self'/, target)
        assert.doesNotMatch(policy, /unsafe/, target)
    }
    assert.equal(answer.headers['set-cookie'], undefined, target)       // nobody has a session
}

test(`[${topology}] every answer is guarded, and no page has inline scripts or styles`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    const html = { Accept: 'text/html' }
    for (const [status, list] of Object.entries(targets(git(folder, 'rev-parse', '--short', 'HEAD').trim())))
        for (const target of list) {
            const answer = await server.get(target, html)
            assert.equal(answer.status, Number(status), target)
            assert_guarded(answer, target)
            if (/^text\/html/.test(answer.headers['content-type']) && !target.endsWith('.html'))
                assert_no_inline(answer.text, target)
        }
})

test(`[${topology}] what goes wrong is a page with a way on and a number, or an object under /api`, async t => {
    const server = await serve(t, repository(t, FILES))
    const raw = (line, more = '') =>
        server.raw(`${line}\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n${more}\r\n`)
    const cases = [
        [404, 'GET /none HTTP/1.1'], [400, 'GET /%zz HTTP/1.1'], [405, 'PUT /home HTTP/1.1'],
        [501, 'BREW /home HTTP/1.1'], [421, 'GET http://evil.example/ HTTP/1.1'],
        [414, `GET /${'x'.repeat(9000)} HTTP/1.1`],
        [431, 'GET /home HTTP/1.1', `X: ${'x'.repeat(40000)}\r\n`], [431, 'GET /home HTTP/1.1', 'X: 1\r\n'.repeat(200)],
        [413, 'POST /home/save HTTP/1.1', 'Content-Length: 99999999\r\n'],
        [400, 'POST /home/save HTTP/1.1', 'Content-Length: 1\r\nContent-Length: 2\r\n'],
        [403, 'POST /home/save HTTP/1.1', 'Origin: http://evil.example\r\nContent-Length: 1\r\n'],
        [505, 'GET /home HTTP/3.0'],
    ]
    for (const [status, line, more] of cases) {
        const answer = await raw(line, more)
        const told = answer.slice(0, 60)
        assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), told)
        assert.equal(answer.match(/^HTTP\/1\.1 /gm).length, 1, told)
        assert.match(answer, /^content-security-policy: default-src 'self'/mi, told)
        if (status !== 505)                         // whose header has not been read
            assert.match(answer, /<h1>[^]*href="\//, told)
        assert.match(answer, /[0-9a-f]{32}/, told)
    }
    const of_programs = [[404, 'GET /api/none HTTP/1.1'], [400, 'GET /api/%zz HTTP/1.1'],
        [413, 'POST /api/x HTTP/1.1', 'Content-Length: 99999999\r\n'],
        [421, 'GET http://evil.example/api/x HTTP/1.1']]
    for (const [status, line, more] of of_programs) {
        const answer = await raw(line, more)
        const object = JSON.parse(answer.split('\r\n\r\n')[1])
        assert.equal(object.status, status)
        assert.ok(object.error.length > 5 && /^[0-9a-f]{32}$/.test(object.trace))
    }
})
