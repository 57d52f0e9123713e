// hostile - nothing that stands in a page, in its name or in a message runs, and nothing is fetched from elsewhere
//
// The kit watches: a word in the console, a dialog, a window or a request to another address fails the test.
import assert from 'node:assert/strict'
import test from 'node:test'
import { commit, here, press, repository, serve, visit, visitor, with_and_without_scripts } from './kit.mjs'

const PWN = "console.log('ran'),alert(1)"
const BODIES = {
    'script': `<script>${PWN}</script><script src="http://127.0.0.2/x.js"></script><scr<script>ipt>${PWN}</script>`,
    'handlers': `<img src="/static/none.png" onerror="${PWN}"><p onclick="${PWN}" onmouseover=${PWN}>p</p>`
        + `<details open ontoggle="${PWN}"><summary>s</summary></details><body onload="${PWN}"><b onfocus=${PWN} tabindex=1 autofocus>b</b>`,
    'addresses': `[one](javascript:${encodeURIComponent(PWN)}) [two](JaVa\tScript:alert(1)) <javascript:alert(1)> `
        + `<a href="javascript:alert(1)">three</a> <a href=" jav&#x09;ascript:alert(1)">four</a> `
        + `<a href="data:text/html,<script>alert(1)</script>">five</a> <a href="vbscript:x">six</a> [[javascript:alert(1)]]`,
    'svg': `<svg onload="${PWN}"><script>${PWN}</script><animate onbegin="${PWN}" attributeName=x dur=1s /></svg>\n\n`
        + `<math><mtext><mglyph><style><img src=x onerror="${PWN}"></style></mglyph></mtext></math>\n\n![x](./evil.svg)`,
    'frames': '<iframe src="http://127.0.0.2/"></iframe><object data="http://127.0.0.2/x"></object>'
        + '<embed src="http://127.0.0.2/y"><link rel="stylesheet" href="http://127.0.0.2/z.css">'
        + '<base href="http://127.0.0.2/"><meta http-equiv="refresh" content="0;url=http://127.0.0.2/">',
    'style': '<style>body { background: url(http://127.0.0.2/a) }</style><p style="background:url(http://127.0.0.2/b);'
        + 'position:fixed;inset:0">p</p>',
    'forms': '<form action="http://127.0.0.2/"><input name=csrf_token><button formaction="javascript:alert(1)">go</button>'
        + '</form><textarea></article></main></body>',
    'broken': `"><script>${PWN}</script> <!-- <p --!><img src=x onerror="${PWN}"> <![CDATA[<script>${PWN}</script>]]> <a href='`,
    'code': `\`\`\`"><script>${PWN}</script>\n</code></pre><script>${PWN}</script>\n\`\`\`\n\n\`</code><script>${PWN}</script>\``,
    'meta': `---\ntitle: "</title><script>${PWN}</script>"\n"<b onclick=x>": ["</details><script>${PWN}</script>"]\n---\ntext`,
    'heading': `# <img src=x onerror="${PWN}"> "quoted' <script>${PWN}</script>\n\n## </a><script>${PWN}</script>\n\ntext\n\n`
        + `## "onmouseover="${PWN}\n\n## third\n\ntext`,
}
const NAMES = ['<script>alert(1)<script>', '"onmouseover="alert(1)', "'><img src=x onerror=alert(1)>", '&lt;b&gt;&quot;',
    '{{title}}', 'javascript:alert(1)', '..%2f..%2fx', '%3Cscript%3E', '\u202Egnp.exe', 'a b + c # d']
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="${PWN}"><script>${PWN}</script>`
    + '<image href="http://127.0.0.2/i"/></svg>'

test('the kit does notice what runs', async t => {
    const page = await visitor(t, await serve(t, repository(t, { 'home.md': '# Home\n' })))
    await page.setContent(`<script>${PWN}</script>`)
    assert.deepEqual(page.complaints.splice(0), ['console: ran', 'dialog: 1'])
})

with_and_without_scripts('nothing in a page runs or fetches', async (t, js) => {
    const folder = repository(t, { 'home.md': '# Home\n', 'svg/evil.svg': SVG, 'svg/evil.html': `<script>${PWN}</script>` })
    commit(folder, Object.fromEntries(Object.entries(BODIES).map(([name, text]) => [`${name}.md`, text])),
        `<script>${PWN}</script> "quoted" 'and' <img src=x onerror=${PWN}>`)
    const server = await serve(t, folder)
    const page = await visitor(t, server, { js })
    page.expected = /Failed to load resource: .* status of 404 /     // pictures that do not exist
    for (const name of Object.keys(BODIES)) {
        for (const view of ['', '/edit', '/source', '/blame', '/history']) {
            const answer = await page.goto(`/${name}${view}`, { waitUntil: 'load' })
            assert.equal(answer.status(), 200, `/${name}${view}`)
            assert.ok(await page.locator('footer.site').isVisible(), `/${name}${view} has its end where it belongs`)
        }
        await visit(page, `/${name}`)
        for (const one of await page.locator('article a:visible').all())
            assert.doesNotMatch(await one.evaluate(a => a.href), /^(javascript|data|vbscript):/i, name)
        assert.equal(await page.locator('article').locator('script, iframe, object, embed, style, base, form').count(), 0, name)
        await visit(page, `/${name}/edit`)
        await press(page, page.getByRole('button', { name: 'Preview' }))
        assert.ok(await page.locator('footer.site').isVisible())
    }
    await visit(page, '/-/changelog')
    await press(page, page.locator('ol.log a').first())
    assert.match(here(page), /^\/-\/commit\//)
})

with_and_without_scripts('attachments run nothing in our origin', async (t, js) => {
    const folder = repository(t, { 'home.md': '# Home\n', 'svg/evil.svg': SVG, 'svg/evil.html': `<script>${PWN}</script>` })
    const page = await visitor(t, await serve(t, folder), { js })
    page.expected = /Content.Security.Policy|sandboxed/i            // the browser says what it has refused
    for (const file of ['evil.svg', 'evil.html']) {
        // Some browsers show it, some keep it as a file; in neither case does it run.
        await page.goto(`/svg/a/${file}`).catch(error => assert.match(error.message, /Download is starting|ERR_ABORTED/))
        await page.goto('/')
    }
})

with_and_without_scripts('no name of a page is taken for markup', async (t, js) => {
    const safe = NAMES.filter(name => !name.includes('/'))
    const folder = repository(t, Object.fromEntries([['home.md', '# Home\n'],
        ...safe.map(name => [`names/${name}.md`, 'Plain text, and a [[Nowhere]] link.\n'])]))
    const page = await visitor(t, await serve(t, folder), { js })
    await visit(page, '/-/index')
    const links = page.locator('main .letter a')
    const targets = await links.evaluateAll(all => all.map(one => one.getAttribute('href')))
    assert.equal(targets.length, safe.length + 1)
    for (const target of targets)
        for (const view of ['', '/edit', '/history', '/attachments', '/delete']) {
            await visit(page, `${target}${view}`.replace(/^\/\//, '/'))
            assert.ok(await page.locator('footer.site').isVisible(), target)
            assert.equal(await page.locator('main img, main script').count(), 0, target)
            assert.equal(await page.locator('[onmouseover], [onerror]').count(), 0, target)
        }
})
