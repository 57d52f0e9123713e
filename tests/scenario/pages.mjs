// pages - what a person reads: Otterwiki's URLs over real HTTP
import assert from 'node:assert/strict'
import test from 'node:test'
import { commit, csrf_token, git, html_decode, repository, serve, temp_folder, topology } from './kit.mjs'

const PAGES = {
    'home.md': '# Home\n\nSee [[Apples]], [[Nowhere]] and [the list](/fruit/list).\n',
    'apples.md': '# Apples\n\nRed & <b>round</b>.\n',
    'fruit/list.md': '# List\n\n- [x] pear\n- [ ] fig\n\n![leaf](./leaf.svg)\n',
    'fruit/list/leaf.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>',
}

test(`[${topology}] an empty folder becomes a repository with a first page`, async t => {
    const folder = temp_folder(t)
    const server = await serve(t, folder)
    const home = await server.get('/')
    assert.equal(home.status, 200)
    assert.match(home.headers['content-type'], /^text\/html/)
    assert.match(home.text, /<h1/)
    assert.equal(git(folder, 'rev-list', '--count', 'HEAD').trim(), '1')
    assert.equal(git(folder, 'status', '--porcelain'), '')
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] a page, its source and its raw text`, async t => {
    const server = await serve(t, repository(t, PAGES))
    const page = await server.get('/apples')
    assert.equal(page.status, 200)
    assert.match(page.text, /Red &amp; <b>round<\/b>/)
    assert.match(page.text, /<title>[^<]*Apples/)
    const source = await server.get('/apples/source')
    assert.equal(source.status, 200)
    assert.match(source.text, /Red &amp;(amp;)? &lt;b&gt;/)
    const raw = await server.get('/apples/source?raw')
    assert.equal(raw.status, 200)
    assert.match(raw.headers['content-type'], /^text\/plain/)
    assert.ok(raw.text.startsWith(PAGES['apples.md']))
    assert.equal((await server.get('/apples/view')).status, 200)
})

test(`[${topology}] every spelling of a name is the same page`, async t => {
    const folder = repository(t, { ...PAGES, 'Camel Case/Some Page.md': '# Some\n' })
    const server = await serve(t, folder)
    for (const url of ['/apples', '/Apples', '/APPLES', '/apples.md', '/apples/', '/camel%20case/some%20page',
        '/Camel%20Case/Some%20Page', '/CAMEL%20CASE/SOME%20PAGE'])
        assert.equal((await server.get(url)).status, 200, url)
    const saved = await server.edit('/CAMEL%20case/some%20PAGE', '# Some\n\nmore\n')
    assert.ok([302, 303].includes(saved.status), saved.text)
    assert.equal(git(folder, 'ls-tree', '-r', '--name-only', 'HEAD', 'Camel Case').trim(), 'Camel Case/Some Page.md',
        'the file that existed was written, and no second one made')
})

test(`[${topology}] links that lead nowhere are marked, others are not`, async t => {
    const server = await serve(t, repository(t, PAGES))
    const home = (await server.get('/')).text
    const link = target => home.match(new RegExp(`<a [^>]*href="/${target}"[^>]*>`, 'i'))?.[0] ?? ''
    assert.match(link('nowhere'), /class="missing"/)
    assert.doesNotMatch(link('apples'), /class="missing"/)
    assert.doesNotMatch(link('fruit/list'), /class="missing"/)
})

test(`[${topology}] a missing page is 404 and offers to create it`, async t => {
    const server = await serve(t, repository(t, PAGES))
    const missing = await server.get('/not/there')
    assert.equal(missing.status, 404)
    assert.match(missing.text, /href="[^"]*\/not\/there\/edit"|\/-\/create/i)
    for (const url of ['/not/there/history', '/not/there/source', '/apples?revision=0123456789abcdef',
        '/apples/view/zzzz', '/-/commit/0123456789', '/-/no-such-thing'])
        assert.equal((await server.get(url)).status, 404, url)
})

test(`[${topology}] attachments come with their type, and a folder shows its pages`, async t => {
    const server = await serve(t, repository(t, PAGES))
    for (const url of ['/fruit/list/a/leaf.svg', '/fruit/list/leaf.svg']) {
        const leaf = await server.get(url)
        assert.equal(leaf.status, 200, url)
        assert.match(leaf.headers['content-type'], /svg/)
        assert.equal(leaf.headers['x-content-type-options'], 'nosniff')
        assert.equal(leaf.text, PAGES['fruit/list/leaf.svg'])
    }
    const index = await server.get('/fruit')
    assert.equal(index.status, 200)
    assert.match(index.text, /href="\/fruit\/list"/i)
})

test(`[${topology}] history, an old revision and a diff`, async t => {
    const folder = repository(t, PAGES)
    commit(folder, { 'apples.md': '# Apples\n\nGreen & <b>round</b>.\n' }, 'they are green')
    const server = await serve(t, folder)
    const history = await server.get('/apples/history')
    assert.equal(history.status, 200)
    assert.match(history.text, /they are green/)
    assert.match(history.text, /Ada Test/)
    const [now, before] = git(folder, 'log', '--format=%H').trim().split('\n')
    assert.match((await server.get(`/apples?revision=${before.slice(0, 8)}`)).text, /Red/)
    assert.match((await server.get(`/apples/view/${before}`)).text, /Red/)
    const diff = await server.get(`/apples/diff/${before.slice(0, 6)}/${now.slice(0, 6)}`)
    assert.equal(diff.status, 200)
    assert.match(diff.text, /Red/)
    assert.match(diff.text, /Green/)
    const token = csrf_token(history.text)
    const compare = await server.post('/apples/history', { rev_a: before, rev_b: now, csrf_token: token })
    assert.ok([302, 303].includes(compare.status), compare.text)
    assert.match(compare.headers.location, /\/apples\/diff\//i)
})

test(`[${topology}] changelog, index and commit`, async t => {
    const folder = repository(t, PAGES)
    commit(folder, { 'fruit/fig.md': '# Fig\n' }, 'add a fig <script>alert(1)</script>')
    const server = await serve(t, folder)
    for (const url of ['/-/changelog', '/-/log']) {
        const log = await server.get(url)
        assert.equal(log.status, 200, url)
        assert.match(log.text, /add a fig &lt;script/)
        assert.doesNotMatch(log.text, /<script>alert/)
    }
    const index = await server.get('/-/index')
    assert.equal(index.status, 200)
    for (const page of ['/apples', '/fruit/fig', '/fruit/list'])
        assert.match(index.text, new RegExp(`href="${page}"`, 'i'))
    const head = git(folder, 'rev-parse', 'HEAD').trim()
    const shown = await server.get(`/-/commit/${head}`)
    assert.equal(shown.status, 200)
    assert.match(shown.text, /add a fig/)
})

test(`[${topology}] a changelog longer than a page can be walked to its end`, async t => {
    const folder = repository(t, PAGES)
    for (let number = 0; number < 230; number++)
        git(folder, 'commit', '-q', '--allow-empty', '-m', `step ${number}`)
    const server = await serve(t, folder)
    const seen = new Set()
    let next = '/-/changelog'
    for (let page = 0; page < 10 && next; page++) {
        const answer = await server.get(next)
        assert.equal(answer.status, 200, next)
        for (const [, number] of answer.text.matchAll(/step (\d+)/g))
            seen.add(number)
        const link = answer.text.match(/<a\b[^>]*rel="next"[^>]*>/)?.[0].match(/href="([^"]+)"/)?.[1]
        next = link && new URL(html_decode(link), `http://wiki${next}`).href.replace('http://wiki', '')
    }
    assert.equal(seen.size, 230)
})

test(`[${topology}] every page carries its token, its policy and working assets`, async t => {
    const server = await serve(t, repository(t, PAGES))
    for (const url of ['/', '/apples', '/apples/edit', '/apples/history', '/-/index', '/-/changelog', '/-/create']) {
        const page = await server.get(url)
        assert.equal(page.status, 200, url)
        assert.match(page.text, /<meta name="csrf-token" content="[^"]+"/, url)
        assert.equal(page.headers['x-content-type-options'], 'nosniff', url)
        const assets = /(?:<link\b[^>]*rel="stylesheet"[^>]*href|<script\b[^>]*src)="([^"]+)"/g
        for (const [, asset] of page.text.matchAll(assets))
            assert.equal((await server.get(asset)).status, 200, asset)
    }
    assert.equal((await server.get('/favicon.ico')).status, 200)
    assert.match((await server.get('/robots.txt')).headers['content-type'], /^text\/plain/)
})

test(`[${topology}] HEAD is GET without the body, and health is plain`, async t => {
    const server = await serve(t, repository(t, PAGES))
    const get = await server.get('/apples')
    const head = await server.request('HEAD', '/apples')
    assert.equal(head.status, 200)
    assert.equal(head.body.length, 0)
    assert.equal(head.headers['content-length'], String(get.body.length))
    assert.equal((await server.get('/healthz')).status, 200)
    assert.equal((await server.get('/readyz')).status, 200)
    assert.equal((await server.get('/-/healthz')).status, 200)
    assert.equal((await server.request('DELETE', '/apples')).status, 405)
})
