// pages - every type of page: no barriers in light and in dark, nothing wider than a telephone, nothing too small for a
// finger; and a picture of each, which is to be looked at
import assert from 'node:assert/strict'
import test from 'node:test'
import { barriers, editor, expect_status, press, screenshot, serve, small_targets, sticking_out, visit, visitor }
    from './kit.mjs'
import { page_types, sample } from './sample.mjs'

// What is wrong with what the browser shows. One load serves both widths and themes: they differ by CSS alone.
async function faults_of(page, name) {
    const faults = []
    for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 })
        for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme })
            const full = `${name}-${width}${colorScheme === 'dark'? '-dark': ''}`
            await screenshot(page, full)
            if (width === 1280 || colorScheme === 'light')      // a theme is the same at every width
                faults.push(...(await barriers(page)).map(fault => `${full}: ${fault}`))
        }
        faults.push(...(await sticking_out(page)).map(fault => `${name}-${width} sticks out: ${fault}`))
    }
    faults.push(...(await small_targets(page)).map(fault => `${name}-390 is small: ${fault}`))
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.emulateMedia({ colorScheme: 'light' })
    return faults
}
const button = (page, name) => press(page, page.getByRole('button', { name, exact: true }))

test('every page that is read', async t => {
    const folder = sample(t)
    const page = await visitor(t, await serve(t, folder))
    const faults = []                               // all of them, not the first alone
    for (const [name, target, status] of page_types(folder)) {
        await visit(page, target, status)
        faults.push(...await faults_of(page, name))
    }
    assert.ok(faults.length === 0, faults.join('\n'))
})

// Pages that only a form leads to: name, and how a person comes there.
const TYPED = '# Apples\n\nTyped here.\n\n```\n' + 'wide '.repeat(60) + '\n```\n'
const answers = [
    ['preview', async page => {
        await visit(page, '/apples/edit')
        await editor(page).fill(TYPED)
        await button(page, 'Preview')
    }],
    ['conflict', async (page, other) => {
        for (const [one, text] of [[page, TYPED], [other, '# Apples\n\nTyped by another.\n']]) {
            await visit(one, '/apples/edit')
            await editor(one).fill(text)
        }
        await button(other, 'Save')
        expect_status(page, 409)
        await button(page, 'Save')
    }],
    ['form-too-old', async page => {
        await visit(page, '/apples/edit')
        await page.locator('form.edit [name=csrf_token]').evaluate(one => { one.value = 'old' })
        expect_status(page, 400, 403)               // the preview beside it is refused as well
        await button(page, 'Save')
    }],
    ['unchanged', async page => {
        await visit(page, '/apples/edit')
        await button(page, 'Save')
    }],
    ['rename-plan', async page => {
        await visit(page, '/everything/rename')
        await page.getByLabel('New name').fill('Fruit/Everything that there is')
        await button(page, 'Show what would change')
    }],
    ['rename-refused', async page => {
        await visit(page, '/everything/rename')
        await page.getByLabel('New name').fill('apples')
        expect_status(page, 409)
        await button(page, 'Rename')
    }],
    ['create-refused', async page => {
        await visit(page, '/-/create')
        await page.getByLabel('Name of the page').fill('apples')
        expect_status(page, 400, 409, 422)
        await button(page, 'Write this page')
    }],
    ['compare-refused', async page => {
        await visit(page, '/everything/history')
        for (const at of ['first', 'last'])
            await page.locator('table.history tbody tr').first().getByRole('radio')[at]().check()
        await button(page, 'Compare the chosen versions')
    }],
    ['undo-refused', async page => {
        await visit(page, '/apples/history')
        await press(page, page.locator('.what').last().getByRole('link'))
        await press(page, page.getByRole('link', { name: 'Undo this change' }))
        expect_status(page, 409)
        await button(page, 'Undo this change')
    }],
    ['stored', async page => {
        await visit(page, '/apples/attachments')
        await page.locator('input[type=file]').setInputFiles([{ name: 'a file of Ada.txt', mimeType: 'text/plain',
            buffer: Buffer.from('text') }])
        await button(page, 'Store')
    }],
]
test('every page that answers a form', async t => {
    const server = await serve(t, sample(t))
    const page = await visitor(t, server), other = await visitor(t, server)
    const faults = []
    for (const [name, come] of answers) {
        await come(page, other)
        faults.push(...await faults_of(page, name))
    }
    assert.ok(faults.length === 0, faults.join('\n'))
})

test('on paper stands the text, and nothing to press', async t => {
    const page = await visitor(t, await serve(t, sample(t)), { scheme: 'dark' })
    await visit(page, '/everything')
    await page.emulateMedia({ media: 'print' })
    const style = (part, name) => page.locator(part).first().evaluate((one, name) => getComputedStyle(one)[name], name)
    assert.equal(await style('body', 'backgroundColor'), 'rgb(255, 255, 255)')
    assert.equal(await style('article a[href="/apples"]', 'color'), 'rgb(11, 87, 164)', 'the link of the light theme')
    assert.ok(await page.locator('article pre').first().evaluate(one => one.scrollWidth <= one.clientWidth))
    assert.ok(await page.getByText('Hidden words.').isVisible())
    for (const part of ['header.site', 'footer.site', 'nav.tree', 'nav.toc', 'nav.actions', '.pencil'])
        assert.ok(!await page.locator(part).first().isVisible(), part)
    assert.ok(await page.getByRole('heading', { name: 'A deeper heading' }).isVisible())
    assert.match(await page.locator('article a[href^="https://example.org/"]').first()
        .evaluate(one => getComputedStyle(one, '::after').content), /https:\/\/example\.org\//)
    await screenshot(page, 'view-print')
})
