// palette - the box of Ctrl-K: pages, headings and actions with keys alone, and the theme that somebody chose
import assert from 'node:assert/strict'
import test from 'node:test'
import { barriers, here, look, screenshot, small_targets, sticking_out, visit, visitor } from './kit.mjs'
import { files } from './sample.mjs'

const field = page => page.locator('dialog.palette input')
const options = page => page.locator('dialog.palette [role=option]')
const best = page => page.locator('dialog.palette [aria-selected=true]')
async function open(page) {
    await page.keyboard.press('Control+k')
    await options(page).first().waitFor()
}
async function go(page, words, name) {
    await open(page)
    await page.keyboard.type(words)
    await best(page).filter({ hasText: name }).waitFor()
    await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')])
}

test('a page, a heading and an action are reached with keys alone', async t => {
    const { page } = await look(t, files)
    await visit(page, '/')
    await go(page, 'plums', 'Plums')
    await page.waitForURL('**/fruit/stone/plums')
    await go(page, 'kinds', 'Kinds')
    await page.waitForURL('**/apples#kinds')
    await go(page, 'authors', 'Authors')
    await page.waitForURL('**/apples/blame')
    await go(page, 'changes', 'Changes')
    await page.waitForURL('**/-/changelog')
    await open(page)
    await page.keyboard.type('green')
    await options(page).filter({ hasText: 'Search for “green”' }).waitFor()
    await page.keyboard.press('ArrowUp')
    if (!/Search for/.test(await best(page).innerText().catch(() => '')))
        await page.keyboard.press('ArrowUp')
    assert.match(await best(page).innerText(), /Search for “green”/)
    await Promise.all([page.waitForURL('**/-/search?q=green'), page.keyboard.press('Enter')])
})

test('it is a dialog with a combobox, without barriers, and gives the focus back', async t => {
    const { page } = await look(t, files)
    await visit(page, '/apples')
    await page.locator('nav.actions').getByRole('link', { name: 'Edit' }).focus()
    await open(page)
    assert.equal(await page.evaluate(() => document.activeElement.closest('dialog')?.open), true)
    assert.equal(await field(page).getAttribute('role'), 'combobox')
    for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        for (const width of [1280, 390]) {
            await page.setViewportSize({ width, height: 800 })
            await screenshot(page, `palette-${width}${colorScheme === 'dark'? '-dark': ''}`)
            assert.deepEqual(await sticking_out(page), [])
        }
        assert.deepEqual(await barriers(page), [])
    }
    assert.deepEqual(await small_targets(page), [])
    await page.keyboard.press('Tab')                // nothing behind it is reached
    await page.keyboard.press('Tab')
    assert.ok(await page.evaluate(() => document.activeElement === document.body
        || document.activeElement.closest('dialog') !== null))
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('dialog.palette').isVisible(), false)
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Edit')
})

test('on a telephone a button opens it, and a tap chooses', async t => {
    const { server } = await look(t, files)
    const page = await visitor(t, server, { width: 390 })
    await visit(page, '/')
    await page.getByRole('button', { name: 'Go to…' }).click()
    await field(page).fill('pear')
    await options(page).filter({ hasText: 'Fruit/Pears' }).first().click()
    await page.waitForURL('**/fruit/pears')
})

test('it is loaded when it is wanted, and not before', async t => {
    const { page } = await look(t, files)
    const asked = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    await visit(page, '/apples')
    assert.ok(!asked.includes('/static/palette.js'))
    await open(page)
    await page.keyboard.press('Escape')
    await open(page)
    assert.equal(asked.filter(path => path === '/static/palette.js').length, 1)
})

test('the theme is chosen, and stays chosen', async t => {
    const { page } = await look(t, files)
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await visit(page, '/')
    const light = await paper()
    await open(page)
    await page.keyboard.type('dark')
    await best(page).filter({ hasText: 'Dark theme' }).waitFor()
    await page.keyboard.press('Enter')
    assert.notEqual(await paper(), light)
    await visit(page, '/apples')
    assert.notEqual(await paper(), light)
    assert.deepEqual(await barriers(page), [])
    await open(page)
    await page.keyboard.type('light')
    await best(page).filter({ hasText: 'Light theme' }).waitFor()
    await page.keyboard.press('Enter')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.reload()
    assert.equal(await paper(), light, 'what was chosen goes before what the system says')
    assert.equal(here(page), '/apples')
})
