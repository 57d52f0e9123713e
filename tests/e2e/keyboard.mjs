// keyboard - everything is reached without a pointing device, and one sees where one is
import assert from 'node:assert/strict'
import test from 'node:test'
import { editor, git_show, here, look, visit, with_and_without_scripts } from './kit.mjs'
import { files } from './sample.mjs'

// What has the focus, and whether one can see that.
const focus = page => page.evaluate(() => {
    const one = document.activeElement
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    const { x, y, width, height } = one.getBoundingClientRect()
    return { name: (one.innerText || one.getAttribute('aria-label') || one.id).trim(), tag: one.tagName, id: one.id,
        outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
        inside: x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight && height > 0 }
})

with_and_without_scripts('the first stop leads past everything to the text', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/everything')
    if (js)                                         // the contents say where one is, and do not take the focus there
        await page.locator('nav.toc [aria-current]').waitFor()
    await page.keyboard.press('Tab')
    const first = await focus(page)
    assert.equal(first.name, 'Skip to the text')
    assert.ok(first.outlined && first.inside, JSON.stringify(first))
    await page.keyboard.press('Enter')
    await page.waitForURL('**#frame.text')
    assert.equal((await focus(page)).tag, 'MAIN')
    await page.keyboard.press('Tab')
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)))
})

with_and_without_scripts('the stops are in the order of the page, all of them visible', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/')
    const stops = []
    for (let left = 60; left > 0 && stops.at(-1)?.name !== 'About this wiki'; left--) {
        await page.keyboard.press('Tab')
        const stop = await focus(page)
        assert.ok(stop.outlined, `one sees where the focus is: ${JSON.stringify(stop)}`)
        stops.push(stop)
    }
    const names = stops.map(stop => stop.name)
    const places = ['Skip to the text', 'All pages', 'Everything', 'Read', 'Edit', 'fruit/pears', 'About this wiki']
        .map(name => names.indexOf(name))
    assert.ok(places.every((place, nth) => place >= 0 && (nth === 0 || place > places[nth - 1])), names.join(', '))
})

test('a page is edited and saved with keys alone', async t => {
    const { page } = await look(t, files)
    await visit(page, '/apples')
    const tab_to = async name => {
        for (let left = 60; left > 0; left--) {
            await page.keyboard.press('Tab')
            if ((await focus(page)).name === name || (await focus(page)).id === name)
                return
        }
        assert.fail(`no stop is called ${name}`)
    }
    await tab_to('Edit')
    await Promise.all([page.waitForURL('**/apples/edit'), page.keyboard.press('Enter')])
    await tab_to('edit.text')
    await page.keyboard.press('Control+End')
    await page.keyboard.type('Typed with keys.')
    await tab_to('Save')
    await Promise.all([page.waitForURL('**/apples'), page.keyboard.press('Enter')])
    assert.equal(here(page), '/apples')
    assert.match(await page.locator('article').innerText(), /Typed with keys\./)
})

with_and_without_scripts('Enter in a field does what the first button says', async (t, js) => {
    const { folder, page } = await look(t, files, { js })
    await visit(page, '/apples/edit')
    await editor(page).fill('# Apples\n\nTyped.\n')
    await page.getByLabel('What did you change?').fill('typed')
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    assert.equal(here(page), '/apples')
    assert.equal(git_show(folder, 'apples.md').toString(), '# Apples\n\nTyped.\n')
    await visit(page, '/-/create')
    await page.getByLabel('Name of the page').fill('figs')
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    assert.equal(here(page), '/figs/edit')
})

test('what is too wide for the window is scrolled with keys', async t => {
    const { page } = await look(t, files, { width: 390 })
    await visit(page, '/everything')
    const table = page.locator('article table').last()
    await table.focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => [...document.querySelectorAll('article table')].some(one => one.scrollLeft > 0))
    assert.ok((await focus(page)).outlined)
})
