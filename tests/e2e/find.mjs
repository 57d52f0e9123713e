// find - pages by what they say: the page of the search, the box in the header, and what links to what
import assert from 'node:assert/strict'
import test from 'node:test'
import { barriers, commit, editor, here, look, press, repository, serve, until, visit, visitor,
    with_and_without_scripts } from './kit.mjs'
import { PWN } from './hostile_table.mjs'

const files = {
    'home.md': '# Welcome\n\nSee [[Orchard]] and [[Quince]].\n',
    'orchard.md': '---\ntags: [garden]\n---\n# Orchard\n\nTrees in rows.\n\n## Old trees\n\n'
        + 'A russet grows beside the wall.\n\n## Young trees\n\nA [quince](/quince) is planned; '
        + 'so is [a bench](/orchard/bench#back).\n',
    'orchard/bench.md': '# Bench\n\nTo sit on, in the [[Orchard]].\n',
    'cellar.md': '# Cellar\n\nThe russet keeps until April.\n',
    'blank.md': '',
}
const box = page => page.locator('form.find input')
const offers = page => page.locator('form.find [role=option]')
const marked = page => page.evaluate(() => {
    const id = document.activeElement.getAttribute('aria-activedescendant')
    return id? document.getElementById(id).textContent: ''
})

with_and_without_scripts('texts are searched: marks, the section it stands in, and the line', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/')
    await box(page).fill('russet')
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    assert.equal(here(page), '/-/search')
    const hits = page.locator('.hits li')
    assert.equal(await hits.count(), 2)
    assert.deepEqual((await hits.locator('.hit a').allInnerTexts()).sort(), ['Cellar', 'Orchard'])
    assert.ok((await hits.locator('mark').allInnerTexts()).every(text => /^russet/i.test(text)))
    const orchard = hits.filter({ hasText: 'Orchard' })
    assert.match(await orchard.innerText(), /A russet grows beside the wall/)
    assert.match(await orchard.innerText(), /line \d+ · changed \d{4}-/)
    await press(page, orchard.getByRole('link', { name: /Old trees/ }))
    assert.equal(here(page), '/orchard')
    assert.match(page.url(), /#old-trees$/)
})

with_and_without_scripts('filters work, are explained, and what is not found can be written', async (t, js) => {
    const { page } = await look(t, files, { js })
    const found = async query => {
        await visit(page, `/-/search?q=${encodeURIComponent(query)}`)
        return (await page.locator('.hit a').allInnerTexts()).sort()
    }
    assert.deepEqual(await found('russet -april'), ['Orchard'])
    assert.deepEqual(await found('"keeps until"'), ['Cellar'])
    assert.deepEqual(await found('russ*'), ['Cellar', 'Orchard'])
    assert.deepEqual(await found('russet path:cellar'), ['Cellar'])
    assert.deepEqual(await found('trees tag:garden'), ['Orchard'])
    await page.locator('details.help summary').click()
    assert.ok(await page.getByText('"apple pie"').isVisible())
    assert.deepEqual(await found('Medlar'), [])
    await press(page, page.getByRole('link', { name: 'Write it' }))
    assert.equal(here(page), '/medlar/edit')
    assert.match(await editor(page).inputValue(), /^# Medlar/)
})

with_and_without_scripts('a page is found by its name, and comes first', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/-/search?q=bench')
    assert.equal(await page.locator('.hit a').first().innerText(), 'Orchard/Bench')
    await page.locator('.hit a').first().focus()
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    assert.equal(here(page), '/orchard/bench')
})

test('hits come while one types, and the arrow keys walk through them', async t => {
    const { page } = await look(t, files)
    await visit(page, '/cellar')
    await box(page).pressSequentially('russ')
    await offers(page).filter({ hasText: 'beside the wall' }).waitFor()
    assert.equal(await box(page).getAttribute('role'), 'combobox')
    assert.equal(await box(page).getAttribute('aria-expanded'), 'true')
    assert.ok(await offers(page).locator('mark').count() >= 2)
    assert.deepEqual(await barriers(page), [])
    await box(page).fill('benc')
    await offers(page).filter({ hasText: 'Orchard/Bench' }).first().waitFor()
    await page.keyboard.press('ArrowDown')
    assert.match(await marked(page), /^Orchard\/Bench/)
    await page.keyboard.press('ArrowUp')
    assert.equal(await marked(page), '')
    await page.keyboard.press('Escape')
    assert.equal(await offers(page).first().isVisible(), false)
    assert.equal(await box(page).getAttribute('aria-expanded'), 'false')
    await box(page).fill('bench')
    await offers(page).filter({ hasText: 'Orchard/Bench' }).first().waitFor()
    await page.keyboard.press('ArrowDown')
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    assert.equal(here(page), '/orchard/bench')
})

test('an older answer never comes after a newer one, and the field is left by Tab', async t => {
    const { page } = await look(t, files)
    await visit(page, '/cellar')
    let held
    await page.route('**/-/search.json?*', async route => {
        if (/q=russet$/.test(route.request().url()))
            held = route
        else
            await route.continue()
    })
    await box(page).fill('russet')
    await page.waitForRequest(/q=russet$/)
    await box(page).fill('bench')
    await offers(page).filter({ hasText: 'Bench' }).first().waitFor()
    await held.continue().catch(() => {})
    await page.waitForTimeout(300)
    assert.equal(await offers(page).filter({ hasText: 'wall' }).count(), 0)
    await page.keyboard.press('Tab')
    assert.equal(await offers(page).first().isVisible(), false)
})

with_and_without_scripts('what links to a page is told at its foot and on a page', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/orchard')
    await page.locator('details.linked summary').click()
    if (js) {
        await page.locator('details.linked').getByRole('link', { name: 'Orchard/Bench' }).waitFor()
        assert.deepEqual(await page.locator('details.linked a').allInnerTexts(), ['Home', 'Orchard/Bench'])
        assert.deepEqual(await barriers(page), [])
    } else {
        await press(page, page.locator('details.linked').getByRole('link', { name: 'Backlinks' }))
        assert.equal(here(page), '/orchard/backlinks')
        assert.deepEqual(await page.locator('ul.found a').allInnerTexts(), ['Home', 'Orchard/Bench'])
    }
    await visit(page, '/cellar/backlinks')
    assert.match(await page.locator('main').innerText(), /No other page links here/)
})

with_and_without_scripts('a link to nothing leads to a page that can be written at once', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/')
    const red = page.locator('article a.missing')
    assert.deepEqual(await red.allInnerTexts(), ['Quince'])
    page.expected = /status of 404/
    await press(page, red)
    await press(page, page.getByRole('link', { name: 'Write this page' }))
    assert.equal(await editor(page).inputValue(), '# Quince\n\n')
})

with_and_without_scripts('what somebody who looks after the pages looks at', async (t, js) => {
    const { folder, page } = await look(t, files, { js })
    await visit(page, '/')
    await press(page, page.getByRole('link', { name: 'Housekeeping' }))
    const open = async name => {
        await press(page, page.locator('nav.views').getByRole('link', { name }))
        return page.locator('main .log').innerText()
    }
    assert.match(await open('Orphaned pages'), /Blank[^]*Cellar/)
    const wanted = await open('Wanted pages')
    assert.match(wanted, /Quince\s+2 pages[^]*Home[^]*Orchard/)
    assert.match(await open('Empty pages'), /^Blank/)
    const broken = await open('Broken links')
    assert.match(broken, /Home, line 3\s+quince · there is no such page/)
    assert.match(broken, /Orchard, line 14\s+orchard\/bench#back · the page has no such heading/)
    await press(page, page.locator('nav.views').getByRole('link', { name: 'Wanted pages' }))
    await press(page, page.getByRole('link', { name: '2 pages' }))
    assert.equal(here(page), '/quince/backlinks')
    commit(folder, { 'quince.md': '# Quince\n\nHere. To [[Cellar]].\n' })
    await until('git is as good as the form', async () => {
        await visit(page, '/-/housekeeping/wanted')
        return !/Quince/.test(await page.locator('main').innerText())
    })
})

// Titles, headings, tags, texts, links and names that are markup; the kit notices whatever runs.
const BAD = `<script>${PWN}</script><img src=x onerror=${PWN}>`
const hostile = {
    'home.md': '# Home\n',
    'Names/<img src=x onerror=alert(1)>.md': `---\ntitle: "${BAD}"\ntags: ["${BAD}"]\n---\n# ${BAD} russet\n\n`
        + `A russet ${BAD} in text, and \u0002marks\u0003 of its own. See [[<b>nowhere</b>]] `
        + `and [x](/home#<i>y</i>).\n\n`
        + `## ${BAD} russet part\n\nrusset ${BAD}\n`,
}
const judge = page => page.evaluate(() => [...document.querySelectorAll('script:not([src^="/static/"]), main img, '
    + '[onerror], .find img, dialog img, main i, main b')].map(one => one.outerHTML))

with_and_without_scripts('nothing that is found runs', async (t, js) => {
    const page = await visitor(t, await serve(t, repository(t, hostile)), { js })
    await visit(page, '/-/index')
    const name = await page.locator('.letter a').filter({ hasText: 'onerror' }).getAttribute('href')
    for (const target of ['/-/search?q=russet', `/-/search?q=${encodeURIComponent(`russet ${BAD}`)}`,
        `/-/search?q=${encodeURIComponent(`"${BAD}"`)}`, `/-/search?q=tag:${encodeURIComponent(BAD)}`,
        `/-/search?q=changed:${encodeURIComponent(BAD)}`, `/-/search?q=russet&cursor=${encodeURIComponent(BAD)}`,
        `/-/search/${encodeURIComponent('<script>alert(1)<x>')}`, '/-/housekeeping', '/-/housekeeping/orphaned',
        '/-/housekeeping/wanted', '/-/housekeeping/broken', '/home/backlinks', `${name}/backlinks`]) {
        page.expected = /status of 400/
        const answer = await page.goto(target)
        assert.ok([200, 400].includes(answer.status()), `${target}: ${answer.status()}`)
        assert.deepEqual(await judge(page), [], target)
    }
    if (!js)
        return
    await visit(page, '/')
    await box(page).pressSequentially('russet')
    await offers(page).filter({ hasText: 'onerror' }).first().waitFor()
    assert.deepEqual(await judge(page), [])
    await page.keyboard.press('Escape')
    await page.locator('details.linked summary').click()
    await page.locator('details.linked ul').waitFor()
    assert.deepEqual(await judge(page), [])
    await page.keyboard.press('Control+k')
    await page.locator('dialog [role=option]').first().waitFor()
    await page.keyboard.type('russet')
    await page.locator('dialog [role=option]').filter({ hasText: 'onerror' }).first().waitFor()
    assert.deepEqual(await judge(page), [])
})
