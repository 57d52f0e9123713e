// real-wiki - a real Otterwiki repository with a long history, walked as a visitor would, and edited
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { commits, fixtures, git, git_show, html_decode, serve, temp_folder, topology } from './kit.mjs'

const bundle = path.join(fixtures, 'wikis/otterwiki-documentation.bundle')
const skip = !fs.existsSync(bundle) && 'no otterwiki-documentation.bundle among the fixtures'
const url_of = file => '/' + file.replace(/\.md$/, '').split('/').map(encodeURIComponent).join('/')

async function start(t) {
    const folder = temp_folder(t)
    git(path.dirname(folder), 'clone', '-q', bundle, folder)
    const files = git(folder, 'ls-tree', '-r', '-z', '--name-only', 'HEAD').split('\0').filter(Boolean)
    return { folder, server: await serve(t, folder), pages: files.filter(name => name.endsWith('.md')),
        attachments: files.filter(name => !name.endsWith('.md') && !/(^|\/)\./.test(name)) }
}

test(`[${topology}] real wiki: all pages and attachments answer, to the byte`, { skip }, async t => {
    const { folder, server, pages, attachments } = await start(t)
    assert.ok(pages.length > 10)
    for (const page of pages) {
        const answer = await server.get(url_of(page))
        assert.equal(answer.status, 200, page)
        assert.match(answer.text, /<\/html>\s*$/, page)
        for (const view of ['source', 'history', 'edit'])
            assert.equal((await server.get(`${url_of(page)}/${view}`)).status, 200, `${page} ${view}`)
    }
    for (const file of attachments) {
        const { dir, base } = path.parse(file)
        const url = dir? `${url_of(dir)}/a/${encodeURIComponent(base)}`: url_of(file)
        const answer = await server.get(url)
        assert.equal(answer.status, 200, url)
        assert.ok(answer.body.equals(git_show(folder, file)), `${file} to the byte`)
        assert.equal((await server.get(url_of(file))).status, 200, file)
    }
})

test(`[${topology}] real wiki: every link inside leads to a page or is marked missing`, { skip }, async t => {
    const { folder, server, pages } = await start(t)
    const checked = new Map()
    const pages_text = page => git_show(folder, page).toString()
    const lost = []
    let marked = 0
    for (const page of pages) {
        const base = `http://wiki${url_of(page)}`
        const html = (await server.get(url_of(page))).text
        for (const [tag] of html.matchAll(/<(?:a|img|link|script)\b[^>]*>/gi)) {
            const target = tag.match(/\s(?:href|src)="([^"]*)"/i)?.[1]
            if (target === undefined || target === '')
                continue
            const url = new URL(html_decode(target), base)
            if (url.host !== 'wiki' || !url.protocol.startsWith('http'))
                continue
            if (/class="[^"]*\bmissing\b[^"]*"/.test(tag)) {
                marked++
                continue
            }
            if (url.pathname.startsWith('/static/') && pages_text(page).includes(url.pathname))
                continue                    // a picture of the program that served this wiki before, not of the wiki
            const goal = url.pathname + url.search
            if (!checked.has(goal)) {
                const answer = await server.get(goal)
                checked.set(goal, answer.status)
            }
            if (![200, 302].includes(checked.get(goal)))
                lost.push(`${page}: ${tag} -> ${checked.get(goal)}`)
        }
    }
    assert.deepEqual(lost, [])
    assert.ok(checked.size > pages.length)
    t.diagnostic(`${checked.size} links lead somewhere, ${marked} are marked missing`)
})

test(`[${topology}] real wiki: the history is what git says`, { skip }, async t => {
    const { folder, server, pages } = await start(t)
    for (const page of pages) {
        const html = html_decode((await server.get(`${url_of(page)}/history`)).text)
        // A merge that changed nothing by itself is no change of the page.
        const log = git(folder, 'log', '-z', '-50', '--format=%H%x01%an%x01%s', '--', page).split('\0').filter(Boolean)
        for (const row of log) {
            const [commit, author, subject] = row.split('\x01')
            assert.ok(html.includes(commit.slice(0, 6)), `${page}: ${commit.slice(0, 6)}`)
            assert.ok(html.includes(author), `${page}: ${author}`)
            assert.ok(html.replace(/\s+/g, ' ').includes(subject.replace(/\s+/g, ' ').slice(0, 40)),
                `${page}: ${subject}`)
        }
    }
    const newest = git(folder, 'log', '-100', '--format=%H').trim().split('\n')
    const changelog = (await server.get('/-/changelog')).text
    for (const commit of newest.slice(0, 50))
        assert.ok(changelog.includes(commit.slice(0, 6)), commit)
    for (const commit of newest.slice(0, 10))
        assert.equal((await server.get(`/-/commit/${commit}`)).status, 200)
})

test(`[${topology}] real wiki: an edit through the form is one clean commit`, { skip }, async t => {
    const { folder, server, pages } = await start(t)
    const before = commits(folder)
    const page = pages.find(name => git_show(folder, name).includes('\n\n')) ?? pages[0]
    const old = git_show(folder, page).toString()
    const answer = await server.edit(url_of(page), text => `${text}\nOne more line by a visitor.\n`,
        { commit: 'a visit' })
    assert.ok([302, 303].includes(answer.status), answer.text)
    assert.equal(commits(folder), before + 1)
    assert.equal(git(folder, 'status', '--porcelain'), '')
    assert.equal(git(folder, 'diff', '--name-only', 'HEAD~1', 'HEAD').trim(), page)
    assert.ok(git_show(folder, page).toString().startsWith(old))
    git(folder, 'fsck', '--strict')
    assert.match((await server.get(url_of(page))).text, /One more line by a visitor/)
    // A clone of what we wrote is what we wrote.
    const copy = temp_folder(t, 'copy')
    git(copy, 'clone', '-q', `file://${folder}`, '.')
    assert.equal(git(copy, 'rev-parse', 'HEAD'), git(folder, 'rev-parse', 'HEAD'))
})
