// large - what does not fit on one page: a history, a blame, the list of all pages for search engines
import { execFileSync } from 'node:child_process'
import assert from 'node:assert/strict'
import test from 'node:test'
import { git, html_decode, program, serve, temp_folder, topology } from './kit.mjs'

const person = 'Ada Test <ada@example.org>'
const data = text => `data ${Buffer.byteLength(text)}\n${text}\n`

// A bare repository of these commits, each a list of [path, text].
function imported(t, history) {
    const folder = temp_folder(t, 'wiki.git')
    git(folder, 'init', '-q', '--bare')
    let stream = ''
    history.forEach((files, number) => {
        stream += `commit refs/heads/main\ncommitter ${person} ${1700000000 + number} +0000\n` + data(`step ${number}`)
        for (const [path, text] of files)
            stream += `M 100644 inline ${path}\n` + data(text)
    })
    execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: folder, input: stream, stdio: 'pipe' })
    git(folder, 'symbolic-ref', 'HEAD', 'refs/heads/main')
    return folder
}

// All pages of a list, by their links to the next.
async function walk(server, url, look) {
    let pages = 0
    for (let next = url; next; pages++) {
        assert.ok(pages < 20, 'the list ends')
        const answer = await server.get(next)
        assert.equal(answer.status, 200, next)
        look(answer.text)
        const link = answer.text.match(/<a\b[^>]*rel="next"[^>]*>/)?.[0].match(/href="([^"]+)"/)?.[1]
        next = link && new URL(html_decode(link), `http://wiki${next}`).href.replace('http://wiki', '')
    }
    return pages
}

test(`[${topology}] a history longer than a page is walked to its end, across a new name`, async t => {
    const lines = number => Array.from({ length: 130 }, (_, i) => `line ${i}${i === number? ' new': ''}\n\n`).join('')
    const history = Array.from({ length: 130 }, (_, number) => [['old name.md', lines(number)]])
    const folder = imported(t, [[['home.md', '# Home\n']], ...history])
    const server = await serve(t, folder)
    const form = (await server.get('/old%20name/rename')).text
    const csrf = form.match(/name="csrf_token" value="([^"]+)"/)[1]
    const renamed = await server.post('/old%20name/rename', { csrf_token: csrf, new_pagename: 'New name',
        revision: form.match(/name="revision" value="([^"]+)"/)[1] })
    assert.equal(renamed.headers.location, '/new%20name')

    const steps = []
    const pages = await walk(server, '/new%20name/history', text => {
        for (const [, number] of text.matchAll(/>step (\d+)</g))
            steps.push(Number(number))
    })
    assert.equal(pages, 3)
    assert.deepEqual(steps, Array.from({ length: 130 }, (_, i) => 130 - i), 'each version once, the newest first')

    const blame = (await server.get('/new%20name/blame')).text
    assert.equal(blame.match(/\bline \d+/g).length, 130)
    assert.match(blame, /step 130/)
})

test(`[${topology}] more pages than one sitemap may name come in several`,
    { skip: /\btsan\b/.test(program) && 'under ThreadSanitizer it takes as long as a request has' }, async t => {
    const COUNT = 50_300
    const pages = Array.from({ length: COUNT }, (_, i) => [`f${i % 100}/page ${i}.md`, '# Page\n'])
    const server = await serve(t, imported(t, [[['home.md', '# Home\n'], ...pages]]))
    const index = await server.get('/sitemap.xml')
    assert.equal(index.status, 200)
    assert.match(index.text, /<sitemapindex /)
    const parts = [...index.text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(found => new URL(html_decode(found[1])))
    const seen = new Set()
    let names = 0
    for (const url of parts) {
        const part = await server.get(url.pathname + url.search)
        assert.equal(part.status, 200)
        const found = [...part.text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(one => one[1])
        assert.ok(found.length <= 50_000 && part.body.length <= 50 << 20, `${found.length}, ${part.body.length} bytes`)
        for (const one of found)
            seen.add(one)
        names += found.length
    }
    assert.equal(seen.size, COUNT + 1)
    assert.equal(names, COUNT + 1, 'each once')
    assert.ok(parts.length >= 2)
    assert.equal((await server.get('/f7/page%207')).status, 200)
})
