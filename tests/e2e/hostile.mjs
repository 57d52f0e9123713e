// hostile - nothing that stands in a page, a name, a field or an address runs, and nothing is fetched from elsewhere
//
// The kit watches: a word in the console, a dialog, a window or a request to another address fails the test.
import assert from 'node:assert/strict'
import test from 'node:test'
import { commit, editor, here, press, repository, serve, visit, visitor, with_and_without_scripts } from './kit.mjs'
import { addresses, markup, names, PWN, typed } from './hostile_table.mjs'

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="${PWN}"><script>${PWN}</script>`
    + '<image href="http://127.0.0.2/i"/></svg>'
const SAFE = 'a, abbr, article, b, blockquote, br, code, dd, del, details, div, dl, dt, em, h1, h2, h3, h4, h5, h6, '
    + 'hr, i, img, ins, kbd, li, mark, ol, p, pre, q, s, small, span, strong, sub, summary, sup, table, tbody, td, th, '
    + 'thead, tr, ul'

// What the browser made of the page: of tags and addresses only those that cannot run, and the frame around it whole.
const judge = page => page.evaluate(safe => {
    const faults = []
    const text = document.querySelector('main article')
    for (const one of text?.querySelectorAll('*') ?? []) {
        if (!one.matches(safe))
            faults.push(`<${one.localName}>`)
        for (const { name, value } of one.attributes)
            if (/^on|^style$|^srcdoc$|^formaction$|^ping$/i.test(name)
                    || /^(href|src)$/.test(name) && /^[\0-\x20]*(javascript|vbscript|data):/i.test(value))
                faults.push(`${name}=${value}`)
        if (one.href && !/^(https?|mailto|tel|ftp):/.test(one.href))
            faults.push(one.href)
    }
    if (document.querySelectorAll('script:not([src^="/static/"])').length > 0)
        faults.push('a script that is not ours')
    if (document.body.lastElementChild?.className !== 'site' || document.querySelectorAll('main').length !== 1)
        faults.push('the frame is broken')
    if (document.querySelector('[onmouseover], [onerror], [onclick], [onload], [onfocus]'))
        faults.push('a handler')
    return faults
}, SAFE)
const REFUSED = /status of 404 |Content Security Policy|Mixed Content/      // pictures that are not there, or not ours
const seen = async page => (await page.locator('main article').innerText()).replace(/\s+/g, ' ')

test('the kit does notice what runs', async t => {
    const page = await visitor(t, await serve(t, repository(t, { 'home.md': '# Home\n' })))
    await page.setContent(`<script>${PWN}</script><p onclick="x">p</p>`)
    assert.deepEqual(page.complaints.splice(0), ['console: ran', 'dialog: 1'])
    assert.ok((await judge(page)).length >= 3)
})

with_and_without_scripts('nothing in a page runs, fetches or breaks the frame', async (t, js) => {
    const folder = repository(t, { 'home.md': '# Home\n' })
    commit(folder, Object.fromEntries(markup.map(([name, text]) => [`x/${name}.md`, text])))
    const page = await visitor(t, await serve(t, folder), { js })
    page.expected = REFUSED
    for (const [name, text, must] of markup) {
        await visit(page, `/x/${name}`)
        assert.deepEqual(await judge(page), [], `${name}: ${text}`)
        assert.ok((await seen(page)).includes(must), `${name}: ${await seen(page)}`)
    }
})

with_and_without_scripts('the text of a page is shown as it is by whatever shows text', async (t, js) => {
    const all = markup.map(([, text]) => text.replaceAll(/(.)\1{200,}/g, '$1')).join('\n\n')
    const folder = repository(t, { 'home.md': '# Home\n', 'all.md': '# All\n' })
    commit(folder, { 'all.md': all }, `<script>${PWN}</script> "quoted' <img src=x onerror=${PWN}>`)
    const page = await visitor(t, await serve(t, folder), { js })
    page.expected = REFUSED
    await visit(page, '/-/changelog')
    await press(page, page.locator('ol.log a').first())
    const rev = here(page).split('/').at(-1)
    const views = ['/all/source', '/all/blame', '/all/history', `/-/commit/${rev}`, `/-/revert/${rev}`, '/all/edit']
    for (const view of views) {
        await visit(page, view)
        assert.deepEqual(await judge(page), [], view)
        const shown = /history|revert/.test(view)? '&lt;script&gt;': '&lt;/article&gt;'
        assert.ok((await page.content()).includes(shown), view)
    }
    assert.equal((await editor(page).inputValue()).trim(), all.trim())
    await press(page, page.getByRole('button', { name: 'Preview' }))
    assert.deepEqual(await judge(page), [])
    assert.equal((await editor(page).inputValue()).trim(), all.trim())
})

with_and_without_scripts('attachments run nothing in our origin', async (t, js) => {
    const folder = repository(t, { 'home.md': '# Home\n',
        'svg/evil.svg': SVG, 'svg/evil.html': `<script>${PWN}</script>`,
        'svg/evil.xml': `<x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>${PWN}</h:script></x>`,
        'svg/evil.png': `<script>${PWN}</script>`, 'svg.md': '![x](./evil.svg) ![y](./evil.png)\n' })
    const page = await visitor(t, await serve(t, folder), { js })
    page.expected = /Content.Security.Policy|sandboxed/i            // the browser says what it has refused
    await visit(page, '/svg')
    for (const file of ['evil.svg', 'evil.html', 'evil.xml', 'evil.png']) {
        // Some browsers show it, some keep it as a file; in neither case does it run.
        await page.goto(`/svg/a/${file}`)
            .catch(error => assert.match(error.message, /Download is starting|ERR_ABORTED/))
        await page.goto('/')
    }
})

with_and_without_scripts('no name of a page is taken for markup or for an address', async (t, js) => {
    const folder = repository(t, Object.fromEntries([['home.md', '# Home\n'],
        ...names.filter(name => !name.includes('/')).map(name => [`names/${name}.md`, 'Text, and [[Nowhere]].\n'])]))
    const page = await visitor(t, await serve(t, folder), { js })
    await visit(page, '/-/index')
    const targets = await page.locator('main .letter a').evaluateAll(all => all.map(one => one.getAttribute('href')))
    assert.ok(targets.length >= names.length - 2, `${targets.length} of ${names.length}`)
    for (const target of targets.filter(one => one !== '/home')) {
        await visit(page, target)
        assert.deepEqual(await judge(page), [], target)
        assert.ok((await seen(page)).includes('Text, and Nowhere.'), target)
    }
    for (const target of targets.slice(1, 7))
        for (const view of ['edit', 'history', 'backlinks', 'source', 'attachments', 'rename', 'delete']) {
            await visit(page, `${target}/${view}`.replace('//', '/'))
            assert.deepEqual(await judge(page), [], `${target}/${view}`)
        }
})

with_and_without_scripts('what is typed comes back as it was, and is nothing but text', async (t, js) => {
    const page = await visitor(t, await serve(t, repository(t, { 'home.md': '# Home\n', 'apples.md': '# Apples\n' })),
        { js })
    page.expected = /status of (400|404|409|422) /
    for (const text of typed) {
        await visit(page, '/apples/edit')
        await editor(page).fill(text)
        await page.getByLabel('What did you change?').fill(text)
        const [content, message] = [await editor(page).inputValue(),
            await page.getByLabel('What did you change?').inputValue()]
        await press(page, page.getByRole('button', { name: 'Preview' }))
        assert.deepEqual(await judge(page), [], text)
        assert.equal(await editor(page).inputValue(), content)
        assert.equal(await page.getByLabel('What did you change?').inputValue(), message)
        await visit(page, '/-/create')
        await page.getByLabel('Name of the page').fill(text)
        await press(page, page.getByRole('button', { name: 'Write this page' }))
        assert.deepEqual(await judge(page), [], text)
        await visit(page, '/apples/rename')
        await page.getByLabel('New name').fill(text)
        await page.getByLabel('Why?').fill(text)
        await press(page, page.getByRole('button', { name: 'Show what would change' }))
        assert.deepEqual(await judge(page), [], text)
    }
    // As the message of a commit it is shown by the changes, the history, the commit and the form that undoes it.
    for (const text of typed.slice(0, 4)) {
        await visit(page, '/apples/edit')
        await editor(page).fill(`# Apples\n\n${text}\n`)
        await page.getByLabel('What did you change?').fill(text)
        await press(page, page.getByRole('button', { name: 'Save' }))
        await press(page, page.getByRole('link', { name: 'History', exact: true }))
        assert.deepEqual(await judge(page), [], text)
        await press(page, page.getByRole('link', { name: text, exact: true }).first())
        assert.ok((await page.locator('pre.message').innerText()).includes(text))
        assert.deepEqual(await judge(page), [], text)
    }
    await visit(page, '/-/changelog')
    assert.deepEqual(await judge(page), [])
})

with_and_without_scripts('no address that somebody is given does harm', async (t, js) => {
    const page = await visitor(t, await serve(t, repository(t, { 'home.md': '# Home\n', 'apples.md': '# Apples\n' })),
        { js })
    page.expected = /status of (400|404) /
    for (const [address, status] of addresses) {
        const answer = await page.goto(page.origin + address)
        assert.equal(answer.status(), status, address)
        assert.equal(answer.headers()['set-cookie'], undefined, address)
        assert.deepEqual(await judge(page), [], address)
    }
})
