// changes - what was changed can be looked at, compared and taken back
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { commits, git_show, here, look, press, serve, visit, visitor, with_and_without_scripts } from './kit.mjs'
import { files, sample } from './sample.mjs'

async function history(t, js) {
    const folder = sample(t)
    const server = await serve(t, folder)
    return { folder, server, page: await visitor(t, server, { js }) }
}
const link = (page, name) => page.getByRole('link', { name, exact: true })

with_and_without_scripts('two versions of a page are chosen and compared', async (t, js) => {
    const { page } = await history(t, js)
    await visit(page, '/apples')
    await press(page, link(page, 'History'))
    const rows = page.locator('table.history tbody tr')
    assert.equal(await rows.count(), 3)
    await rows.nth(2).getByRole('radio').first().check()
    await rows.nth(0).getByRole('radio').last().check()
    await press(page, page.getByRole('button', { name: 'Compare' }))
    assert.match(here(page), /^\/apples\/diff\/[0-9a-f]+\/[0-9a-f]+$/)
    assert.match(await page.locator('tr.del, td.del').first().innerText(), /Red & round\./)
    assert.match(await page.locator('main').innerText(), /Red, green & <i>round<\/i>\./)
    await page.goBack()
    await press(page, page.locator('table.history tbody tr').nth(2).locator('a').last())
    assert.match(await page.locator('main').innerText(), /old version/)
    assert.match(await page.locator('article').innerText(), /Red & round\./)
    await press(page, link(page, 'Read the newest one'))
    assert.equal(here(page), '/apples')
})

with_and_without_scripts('a commit is found in the changes, looked at and undone', async (t, js) => {
    const { folder, page } = await history(t, js)
    await visit(page, '/')
    await press(page, link(page, 'Changes'))
    await press(page, page.getByRole('link', { name: /^apples, pears: / }))
    assert.match(here(page), /^\/-\/commit\/[0-9a-f]+$/)
    const text = await page.locator('main').innerText()
    for (const part of ['With a body.', 'apples.md', 'fruit/pears.md', 'Green and yellow.'])
        assert.ok(text.includes(part), part)
    await press(page, link(page, 'Undo this change'))
    await page.getByLabel('Why?').fill('it was wrong')
    await press(page, page.getByRole('button', { name: 'Undo this change' }))
    assert.equal(git_show(folder, 'fruit/pears.md').toString(), files['fruit/pears.md'])
    assert.equal(git_show(folder, 'apples.md', 'HEAD').toString(), git_show(folder, 'apples.md', 'HEAD~2').toString())
    assert.equal(commits(folder), 4)
})

with_and_without_scripts('a page is deleted, and its history still has it', async (t, js) => {
    const { folder, page } = await history(t, js)
    await visit(page, '/apples')
    await press(page, link(page, 'Delete'))
    await page.getByLabel('Why?').fill('eaten')
    await press(page, page.getByRole('button', { name: 'Delete this page' }))
    assert.ok(!fs.existsSync(path.join(folder, 'apples.md')))
    await visit(page, '/apples', 404)
    await press(page, page.locator('main').getByRole('link', { name: 'its history' }))
    assert.match(await page.locator('table.history').innerText(), /eaten/)
    await press(page, page.locator('table.history tbody tr').nth(1).locator('a').last())
    assert.match(await page.locator('article').innerText(), /Sweet or sour\./)
})

with_and_without_scripts('each line is shown with who wrote it, and the source as it is', async (t, js) => {
    const { page } = await look(t, files, { js })
    await visit(page, '/apples')
    await press(page, link(page, 'Authors'))
    assert.match(await page.locator('table.blame').innerText(), /Ada Test[\s\S]*Red & round\./)
    await press(page, link(page, 'Source'))
    assert.match(await page.locator('table.code').innerText(), /## Taste/)
})
