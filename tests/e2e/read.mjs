// read - what a reader finds on a page
import assert from 'node:assert/strict'
import { editor, here, look, press, visit, visitor, with_and_without_scripts } from './kit.mjs'
import { files, LONG } from './sample.mjs'

with_and_without_scripts('a page has a title, its text, where it is, its pages beside it and a list of its headings',
    async (t, js) => {
        const { page } = await look(t, files, { js })
        await visit(page, '/everything')
        assert.match(await page.title(), /^Everything – /)
        assert.equal(await page.locator('h1').innerText(), 'Everything')
        assert.equal(await page.locator('nav.crumbs').innerText(), 'Everything')
        assert.ok(await page.locator('nav.tree').getByRole('link', { name: 'Apples' }).isVisible())
        assert.equal(await page.locator('nav.tree a[aria-current=page]').innerText(), 'Everything')
        await page.locator('nav.toc').getByRole('link', { name: 'A table' }).click()
        const place = await page.getByRole('heading', { name: 'A table' }).boundingBox()
        assert.ok(place.y >= 0 && place.y < 800, `the heading is at ${place.y}`)
    })

with_and_without_scripts('links lead to pages, and those that lead nowhere look different', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/')
    const colour = name => page.locator('article').getByRole('link', { name })
        .evaluate(one => getComputedStyle(one).color)
    assert.notEqual(await colour('Nowhere'), await colour('Apples'))
    await press(page, page.locator('article').getByRole('link', { name: 'fruit/pears' }))
    assert.equal(here(page), '/fruit/pears')
    assert.equal(await page.locator('h1').innerText(), 'Pears')
    await press(page, page.locator('nav.crumbs').getByRole('link', { name: 'Fruit' }))
    assert.equal(here(page), '/fruit')
    await press(page, page.locator('article, main').getByRole('link', { name: /Plums/ }).first())
    assert.equal(await page.locator('h1').innerText(), 'Plums')
})

with_and_without_scripts('a page that does not exist says so and can be written at once', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/fruit/quince', 404)
    assert.match(await page.locator('main').innerText(), /no page of this name/)
    await press(page, page.getByRole('link', { name: 'Write this page' }))
    assert.equal(here(page), '/fruit/quince/edit')
    await editor(page).fill('# Quince\n\nHard.\n')
    await press(page, page.getByRole('button', { name: 'Save' }))
    assert.equal(here(page), '/fruit/quince')
    assert.match(await page.locator('article').innerText(), /Hard\./)
})

with_and_without_scripts('the index lists every page, and files beside a page are shown', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/')
    await press(page, page.getByRole('link', { name: 'All pages' }))
    for (const name of ['Apples', 'Fruit/Pears', 'Fruit/Stone/Plums', 'Names/<B>"Bold"</B> & \'Quoted\''])
        assert.ok(await page.locator('main').getByRole('link', { name, exact: true }).isVisible(), name)
    await visit(page, '/everything')
    const dot = page.locator('article img')
    assert.equal(await dot.getAttribute('alt'), 'a dot')
    assert.equal(await dot.evaluate(one => one.complete && one.naturalWidth), 1)
    await press(page, page.getByRole('link', { name: 'Attachments' }))
    assert.ok(await page.locator('main').getByRole('link', { name: 'dot.png', exact: true }).isVisible())
})

with_and_without_scripts('on a telephone the tree is folded, and opens', async (t, js) => {
    const { server, page: wide } = await look(t, files, { js })
    await visit(wide, '/everything')
    const shown = page => page.locator('nav.tree').getByRole('link', { name: 'Apples' }).isVisible()
    assert.ok(await shown(wide), 'beside the page there is room for it')
    const page = await visitor(t, server, { js, width: 390 })
    await visit(page, '/everything')
    assert.ok(!await shown(page))
    await page.locator('nav.tree summary').click()
    assert.ok(await shown(page))
    await page.locator('nav.tree summary').click()
    assert.ok(!await shown(page))
    await visit(page, `/deep/er/and/deeper/${LONG}`)
    assert.ok(await page.locator('h1').isVisible())
})
