// pages - every type of page: no barriers in light and in dark, nothing wider than a telephone; and a picture of each
import assert from 'node:assert/strict'
import test from 'node:test'
import { barriers, editor, expect_status, press, screenshot, serve, sticking_out, visit, visitor } from './kit.mjs'
import { page_types, sample } from './sample.mjs'

// One at a time, because a person would be told of all faults at once and not of the first.
async function each_page(t, folder, page, ask) {
    const faults = []
    for (const [name, target, status] of page_types(folder)) {
        await visit(page, target, status)
        for (const fault of await ask(name))
            faults.push(`${name} ${target}: ${fault}`)
    }
    assert.ok(faults.length === 0, faults.join('\n'))
}

// Pages that only a POST shows.
const TYPED = '# Apples\n\nTyped here.\n\n```\n' + 'wide '.repeat(60) + '\n```\n'
async function each_answer(page, other, ask) {
    const faults = []
    await visit(page, '/apples/edit')
    await editor(page).fill(TYPED)
    await press(page, page.getByRole('button', { name: 'Preview' }))
    faults.push(...(await ask('preview')).map(fault => `preview: ${fault}`))
    await visit(other, '/apples/edit')
    await editor(other).fill(`# Apples\n\nTyped by another, ${Date.now()}.\n`)
    await press(other, other.getByRole('button', { name: 'Save' }))
    expect_status(page, 409)
    await press(page, page.getByRole('button', { name: 'Save' }))
    faults.push(...(await ask('conflict')).map(fault => `conflict: ${fault}`))
    assert.ok(faults.length === 0, faults.join('\n'))
}

for (const scheme of ['light', 'dark'])
    test(`axe finds no barrier on any page, ${scheme}`, async t => {
        const folder = sample(t)
        const server = await serve(t, folder)
        const page = await visitor(t, server, { scheme })
        const ask = async name => {
            await screenshot(page, `${name}-1280${scheme === 'dark'? '-dark': ''}`)
            return barriers(page)
        }
        await each_page(t, folder, page, ask)
        await each_answer(page, await visitor(t, server), ask)
    })

test('no page is wider than a telephone', async t => {
    const folder = sample(t)
    const server = await serve(t, folder)
    const page = await visitor(t, server, { width: 390 })
    const ask = async name => {
        await screenshot(page, `${name}-390`)
        return sticking_out(page)
    }
    await each_page(t, folder, page, ask)
    await each_answer(page, await visitor(t, server), ask)
})
