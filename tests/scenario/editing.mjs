// editing - nothing that somebody typed is lost: saves, merges, conflicts, repeats
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { commit, commits, csrf_token, form_fields, git, git_show, html_decode, repository, serve,
    topology } from './kit.mjs'

const TEN = Array.from({ length: 10 }, (_, line) => `line ${line + 1}`).join('\n') + '\n'
const saved = answer => assert.ok([302, 303].includes(answer.status), `${answer.status}\n${answer.text}`)

test(`[${topology}] a save is one commit, shown at once`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'notes.md': TEN })
    const server = await serve(t, folder)
    const answer = await server.edit('/notes', text => text.replace('line 5', 'line five'), { commit: 'say five' })
    saved(answer)
    assert.match(answer.headers.location, /\/notes$/i)
    assert.match((await server.get('/notes')).text, /line five/)
    assert.match((await server.get('/notes/history')).text, /say five/)
    assert.equal(commits(folder), 2)
    assert.equal(git_show(folder, 'notes.md').toString(), TEN.replace('line 5', 'line five'))
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), 'say five')
    assert.match(git(folder, 'log', '-1', '--format=%B'), /^Client: web$/m)
    assert.equal(git(folder, 'status', '--porcelain'), '')
    assert.equal(fs.readFileSync(path.join(folder, 'notes.md'), 'utf8'), TEN.replace('line 5', 'line five'))
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] trailers are no part of the message that is shown`, async t => {
    const server = await serve(t, repository(t, { 'home.md': '# Home\n' }))
    saved(await server.edit('/home', '# Home\n\nmore\n', { commit: 'more' }))
    for (const url of ['/home/history', '/-/changelog'])
        assert.doesNotMatch((await server.get(url)).text, /Request-Id:|Client: web/, url)
})

test(`[${topology}] a new page is created from the form`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    const form = await server.get('/-/create')
    const token = csrf_token(form.text)
    const field = form.text.match(/<input\b[^>]*name="(pagename|page|path|name)"/)?.[1] ?? 'pagename'
    const made = await server.post('/-/create', { [field]: 'Fruit/Ripe? Pears', csrf_token: token })
    assert.ok([302, 303].includes(made.status), made.text)
    assert.match(made.headers.location, /^(http:\/\/[^/]+)?\/fruit\/ripe%20pears\/edit$/i)
    const page = new URL(made.headers.location, 'http://x').pathname.replace(/\/edit$/, '')
    saved(await server.edit(page, '# Ripe\n'))
    assert.equal(git_show(folder, 'fruit/ripe pears.md').toString(), '# Ripe\n')
})

test(`[${topology}] a save that changes nothing makes no commit`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    saved(await server.edit('/home', text => text))
    assert.equal(commits(folder), 1)
})

test(`[${topology}] changes to other lines are merged`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'notes.md': TEN })
    const server = await serve(t, folder)
    const mine = await server.editor('/notes')
    saved(await server.edit('/notes', TEN.replace('line 2', 'line two')))
    saved(await server.post('/notes/save', { ...mine, content: mine.content.replace('line 9', 'line nine') }))
    assert.equal(git_show(folder, 'notes.md').toString(),
        TEN.replace('line 2', 'line two').replace('line 9', 'line nine'))
    assert.equal(commits(folder), 3)
})

test(`[${topology}] changes to the same line are a conflict that shows all sides`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'notes.md': TEN })
    const server = await serve(t, folder)
    const mine = await server.editor('/notes')
    saved(await server.edit('/notes', TEN.replace('line 5', 'line of <theirs>').replace('line 1\n', 'line one\n')))
    const answer = await server.post('/notes/save', { ...mine, content: TEN.replace('line 5', 'line of <mine>') })
    assert.equal(answer.status, 409)
    assert.equal(commits(folder), 2)
    const shown = html_decode(answer.text)
    for (const text of ['line of <mine>', 'line of <theirs>', '<<<<<<<', '>>>>>>>'])
        assert.ok(shown.includes(text), `the conflict page shows ${text}`)
    assert.ok(shown.includes(TEN.trimEnd()), 'the base is shown')
    assert.doesNotMatch(answer.text, /line of <mine>/, 'and escaped')

    // The form of that page saves the resolution.
    const fields = form_fields(answer.text)
    saved(await server.post('/notes/save', { ...fields, content: TEN.replace('line 5', 'line of both') }))
    assert.equal(git_show(folder, 'notes.md').toString(), TEN.replace('line 5', 'line of both'))
})

test(`[${topology}] a page that somebody deleted meanwhile is a conflict`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'notes.md': TEN })
    const server = await serve(t, folder)
    const mine = await server.editor('/notes')
    git(folder, 'rm', '-q', 'notes.md')
    git(folder, 'commit', '-q', '-m', 'gone')
    const answer = await server.post('/notes/save', { ...mine, content: 'typed with care\n' })
    assert.equal(answer.status, 409)
    assert.match(answer.text, /typed with care/)
})

test(`[${topology}] two people who create the same page do not overwrite each other`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    const [first, second] = [await server.editor('/fresh'), await server.editor('/fresh')]
    saved(await server.post('/fresh/save', { ...first, content: '# One\n\nfirst text\n' }))
    const answer = await server.post('/fresh/save', { ...second, content: '# Two\n\nsecond text\n' })
    assert.equal(answer.status, 409)
    assert.match(answer.text, /first text/)
    assert.match(answer.text, /second text/)
})

test(`[${topology}] a bad or missing token is refused, and the typed text comes back`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    const fields = await server.editor('/home')
    for (const csrf_token of ['', 'wrong', fields.csrf_token.slice(0, -1) + '\u00e9']) {
        const answer = await server.post('/home/save', { ...fields, csrf_token, content: 'words <typed> with care\n' })
        assert.ok([400, 403].includes(answer.status), String(answer.status))
        assert.ok(html_decode(answer.text).includes('words <typed> with care'))
        // The form that came back has a good token: nothing has to be typed again.
        assert.ok(form_fields(answer.text).csrf_token)
    }
    assert.equal(commits(folder), 1)
})

test(`[${topology}] a request that is repeated is one commit`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    let server = await serve(t, folder)
    const fields = { ...await server.editor('/home'), content: '# Home\n\nonce\n' }
    assert.ok(fields.request_id, 'the form has a request_id')
    saved(await server.post('/home/save', fields))
    saved(await server.post('/home/save', fields))
    assert.equal(commits(folder), 2)
    await server.stop()
    server = await serve(t, folder)
    const token = (await server.editor('/home')).csrf_token
    saved(await server.post('/home/save', { ...fields, csrf_token: token }))
    assert.equal(commits(folder), 2)
    assert.equal(git_show(folder, 'home.md').toString(), '# Home\n\nonce\n')
})

test(`[${topology}] line ends and a missing last newline stay as they are`, async t => {
    const folder = repository(t, {
        'home.md': '# Home\n', 'crlf.md': 'one\r\ntwo\r\nthree\r\n', 'bare.md': 'one\ntwo\nthree',
        'blank.md': '\n\nafter two blank lines  \n\n\n',
    })
    const server = await serve(t, folder)
    for (const [page, expected] of [['crlf', 'one\r\n2\r\nthree\r\n'], ['bare', 'one\n2\nthree']]) {
        saved(await server.edit(`/${page}`, text => text.replace('two', '2')))
        assert.equal(git_show(folder, `${page}.md`).toString(), expected, page)
    }
    saved(await server.edit('/blank', text => text))
    saved(await server.edit('/blank', text => text.replace('after', 'behind')))
    assert.equal(git_show(folder, 'blank.md').toString(), '\n\nbehind two blank lines  \n\n\n')
})

test(`[${topology}] a page that is not UTF-8 can be read and not edited`, async t => {
    const latin1 = Buffer.from('# Caf\xe9\n\nna\xefve\n', 'latin1')
    const folder = repository(t, { 'home.md': '# Home\n', 'cafe.md': latin1 })
    const server = await serve(t, folder)
    assert.equal((await server.get('/cafe')).status, 200)
    const form = await server.get('/cafe/edit')
    assert.notEqual(form.status, 500)
    assert.doesNotMatch(form.text, /<textarea\b[^>]*name="content"/)
    const fields = await server.editor('/home')
    const answer = await server.post('/cafe/save', { ...fields, content: 'replaced\n' })
    assert.ok([400, 403, 409, 415].includes(answer.status), String(answer.status))
    assert.deepEqual(git_show(folder, 'cafe.md'), latin1)
})

test(`[${topology}] the preview shows what would be saved, and saves nothing`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    const server = await serve(t, folder)
    const fields = await server.editor('/home')
    const answer = await server.post('/home/preview', { ...fields,
        content: '# New\n\n**bold** <script>alert(1)</script>\n' })
    assert.equal(answer.status, 200)
    assert.match(answer.text, /<strong>bold<(\\)?\/strong>/)
    assert.doesNotMatch(answer.text, /<script>alert/)
    assert.equal(commits(folder), 1)
})

test(`[${topology}] 32 saves at once are 32 commits, each once`, async t => {
    const names = Array.from({ length: 32 }, (_, number) => `page${number}`)
    const files = Object.fromEntries(names.map(name => [`${name}.md`, TEN]))
    const folder = repository(t, { 'home.md': '# Home\n', ...files })
    const server = await serve(t, folder)
    const forms = await Promise.all(names.map(name => server.editor(`/${name}`)))
    const answers = await Promise.all(names.map((name, number) =>
        server.post(`/${name}/save`, { ...forms[number], content: TEN + `${name} was here\n`,
            commit: `save ${name}.` })))
    answers.forEach(saved)
    const log = git(folder, 'log', '--format=%s').trim().split('\n')
    for (const name of names) {
        assert.equal(log.filter(line => line === `save ${name}.`).length, 1, name)
        assert.equal(git_show(folder, `${name}.md`).toString(), TEN + `${name} was here\n`)
    }
    assert.equal(commits(folder), 33)
    assert.equal(git(folder, 'status', '--porcelain'), '')
    git(folder, 'fsck', '--strict')
})

test(`[${topology}] saves of one page at once lose nothing: each is a commit or a conflict`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'notes.md': TEN })
    const server = await serve(t, folder)
    const form = await server.editor('/notes')
    const answers = await Promise.all(Array.from({ length: 10 }, (_, number) => server.post('/notes/save', {
        ...form, request_id: form.request_id && `${form.request_id.slice(0, -1)}${number.toString(16)}`,
        content: TEN.replace(`line ${number + 1}\n`, `LINE ${number + 1}\n`) })))
    const kept = answers.filter(answer => [302, 303].includes(answer.status)).length
    answers.forEach(answer => assert.ok([302, 303, 409].includes(answer.status), `${answer.status} ${answer.text}`))
    assert.ok(kept >= 1)
    assert.equal(commits(folder), kept + 1)
    assert.equal(git_show(folder, 'notes.md').toString().match(/LINE/g).length, kept)
})

test(`[${topology}] an edit on top of somebody's push keeps both`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'notes.md': TEN })
    const server = await serve(t, folder)
    const mine = await server.editor('/notes')
    commit(folder, { 'notes.md': TEN.replace('line 1\n', 'line one\n'), 'other.md': '# Other\n' })
    saved(await server.post('/notes/save', { ...mine, content: TEN.replace('line 10', 'line ten') }))
    assert.equal(git_show(folder, 'notes.md').toString(),
        TEN.replace('line 1\n', 'line one\n').replace('line 10', 'line ten'))
    assert.equal(git_show(folder, 'other.md').toString(), '# Other\n')
})
