// move - pages and files get other names, come and go; what would happen is shown before
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { commits, editor, expect_status, git, git_show, here, look, press, serve, temp_folder, visit, visitor,
    with_and_without_scripts } from './kit.mjs'
import { files, PNG, sample } from './sample.mjs'

const press_button = (page, name) => press(page, page.getByRole('button', { name, exact: true }))
const link = (page, name) => page.getByRole('link', { name, exact: true })
const has = (folder, file) => fs.existsSync(path.join(folder, file))

with_and_without_scripts('a rename is shown first, then done, and the links lead to the new place', async (t, js) => {
    const { folder, page } = await look(t, { ...files, 'apples/core.md': '# Core\n', 'apples/pip.png': PNG }, { js })
    await visit(page, '/apples')
    await press(page, link(page, 'Rename'))
    await page.getByLabel('New name').fill('Fruit/Red & <round>')
    await page.getByLabel('Why?').fill('they are fruit')
    await press_button(page, 'Show what would change')
    const plan = await page.locator('.preview').innerText()
    for (const part of ['nothing has been done yet', 'apples.md', 'fruit/red & <round>.md', 'apples/core.md',
        'apples/pip.png', 'home: links changed: 1', 'everything: links changed: 1'])
        assert.ok(plan.includes(part), `${part} in ${plan}`)
    assert.equal(commits(folder), 1)
    assert.equal(await page.getByLabel('Why?').inputValue(), 'they are fruit')
    await press_button(page, 'Rename')
    assert.equal(here(page), '/fruit/red & <round>')
    assert.match(await page.locator('article').innerText(), /Red & round\./)
    assert.equal(commits(folder), 2)
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), 'they are fruit')
    assert.ok(!has(folder, 'apples.md') && !has(folder, 'apples'))
    await visit(page, '/')
    await press(page, page.locator('article p a').first())
    assert.equal(here(page), '/fruit/red & <round>')
    await press(page, link(page, 'History'))
    assert.match(await page.locator('table.history').innerText(), /they are fruit/)
    await visit(page, '/apples', 404)
})

with_and_without_scripts('a name that is taken or impossible gives the form back', async (t, js) => {
    const { folder, page } = await look(t, files, { js })
    await visit(page, '/apples/rename')
    expect_status(page, 400, 409)
    for (const [name, answer] of [['Everything', /exists already/], ['apples', /has this name already/],
        ['what?', /Not every character/]]) {
        await page.getByLabel('New name').fill(name)
        await page.getByLabel('Why?').fill('because')
        await press_button(page, 'Rename')
        assert.match(await page.getByRole('alert').innerText(), answer)
        assert.equal(await page.getByLabel('Why?').inputValue(), 'because')
    }
    assert.equal(await page.getByLabel('New name').inputValue(), 'what')
    await press_button(page, 'Rename')
    assert.equal(here(page), '/what')
    assert.equal(commits(folder), 2)
})

with_and_without_scripts('a page is deleted alone, or with what is below it', async (t, js) => {
    const { folder, page } = await look(t, { ...files, 'fruit.md': '# Fruit\n' }, { js })
    await visit(page, '/everything')
    await press(page, link(page, 'Delete'))
    await press_button(page, 'Delete this page')
    assert.ok(!has(folder, 'everything.md') && has(folder, 'everything/dot.png'))
    await visit(page, '/fruit/delete')
    const text = await page.locator('main').innerText()
    for (const file of ['fruit/pears.md', 'fruit/stone/plums.md', 'fruit/stone/cherries.md'])
        assert.ok(text.includes(file), file)
    await page.getByLabel(/Delete these too/).check()
    await page.getByLabel('Why?').fill('eaten')
    await press_button(page, 'Delete this page')
    assert.ok(!has(folder, 'fruit.md') && !has(folder, 'fruit'))
    assert.equal(commits(folder), 3)
    await visit(page, '/fruit/pears', 404)
    await press(page, link(page, 'its history'))
    assert.match(await page.locator('table.history').innerText(), /eaten/)
})

with_and_without_scripts('an old version of a page is brought back', async (t, js) => {
    const folder = sample(t)
    const page = await visitor(t, await serve(t, folder), { js })
    await visit(page, '/apples/history')
    await press(page, page.locator('table.history tbody tr').nth(2).locator('a').last())
    await press(page, page.getByRole('link', { name: 'start an edit from this one' }))
    assert.match(await page.locator('.notice').innerText(), /Saving it replaces the page as it is now/)
    assert.equal(await editor(page).inputValue(), files['apples.md'])
    await press_button(page, 'Save')
    assert.equal(here(page), '/apples')
    assert.equal(git_show(folder, 'apples.md').toString(), files['apples.md'])
    assert.equal(commits(folder), 4)
})

with_and_without_scripts('a change that later ones stand on is not undone, and why is said', async (t, js) => {
    const folder = sample(t)
    const page = await visitor(t, await serve(t, folder), { js })
    await visit(page, `/-/commit/${git(folder, 'rev-parse', 'HEAD~1').trim()}`)
    await press(page, link(page, 'Undo this change'))
    expect_status(page, 409)
    await press_button(page, 'Undo this change')
    assert.match(await page.locator('main').innerText(), /Later changes touch the same lines/)
    assert.equal(commits(folder), 3)
})

// Files on the disk of the person, with these names.
function upload(t, named) {
    const folder = temp_folder(t, 'mine')
    return Object.entries(named).map(([name, bytes]) => {
        fs.writeFileSync(path.join(folder, name), bytes)
        return path.join(folder, name)
    })
}

with_and_without_scripts('files are stored, shown, replaced, renamed and deleted', async (t, js) => {
    const { folder, page } = await look(t, { 'home.md': '# Home\n', 'cake.md': '# Cake\n\n![a slice](./slice.png)\n' },
        { js })
    page.expected = /status of 404 /                // the picture that is not there yet
    const [first, second] = upload(t, { 'slice.png': PNG, 'recipe "<b>" & more.txt': 'flour\n' })
    await visit(page, '/cake')
    await press(page, link(page, 'Attachments'))
    assert.match(await page.locator('main').innerText(), /no files beside this page/)
    await page.locator('input[type=file]').setInputFiles([first, second])
    await page.getByLabel('What is it for?').fill('to eat')
    await press_button(page, 'Store')
    assert.equal(here(page), '/cake/attachments')
    assert.match(await page.getByRole('status').innerText(), /Stored/)
    assert.equal(commits(folder), 2)
    assert.deepEqual(git_show(folder, 'cake/slice.png'), PNG)
    const thumb = page.locator('.thumb img')
    await thumb.scrollIntoViewIfNeeded()
    assert.ok(await thumb.evaluate(one => one.decode().then(() => one.naturalWidth)) >= 1)
    assert.ok(await link(page, 'recipe "<b>" & more.txt').isVisible())
    assert.equal(await page.locator('main b').count(), 0)

    await press(page, page.getByRole('link', { name: /Versions, replace.* of slice\.png/ }))
    await page.locator('input[type=file]').setInputFiles(upload(t, { 'other.png': Buffer.concat([PNG, PNG]) }))
    await press_button(page, 'Replace')
    assert.deepEqual(git_show(folder, 'cake/slice.png'), Buffer.concat([PNG, PNG]))
    await press(page, page.getByRole('link', { name: /Versions, replace.* of slice\.png/ }))
    assert.equal(await page.locator('table.list tbody tr').count(), 2)
    await page.getByLabel('New name').fill('piece.png')
    await press_button(page, 'Rename')
    assert.ok(has(folder, 'cake/piece.png') && !has(folder, 'cake/slice.png'))
    await visit(page, '/cake')
    assert.match(await page.locator('article img').getAttribute('src'), /piece\.png$/)
    await visit(page, '/cake/attachment/piece.png')
    await page.getByRole('region', { name: 'Delete' }).getByLabel('Why?').fill('eaten')
    await press_button(page, 'Delete this file')
    assert.ok(!has(folder, 'cake/piece.png'))
    assert.equal(await link(page, 'piece.png').count(), 0)
    assert.equal(commits(folder), 5)
})
