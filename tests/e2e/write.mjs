// write - what a person types arrives, or stays where it was typed
import assert from 'node:assert/strict'
import test from 'node:test'
import { commits, expect_status, git, git_show, here, look, press, visit, visitor, with_and_without_scripts }
    from './kit.mjs'
import { files } from './sample.mjs'

const press_button = (page, name) => press(page, page.getByRole('button', { name }))

with_and_without_scripts('an edit is previewed, goes on, and is saved', async (t, js) => {
    const { folder, page } = await look(t, files, { js })
    await visit(page, '/apples')
    await press(page, page.getByRole('link', { name: 'Edit', exact: true }))
    assert.equal((await page.locator('#text').inputValue()), files['apples.md'])
    await page.locator('#text').fill('# Apples\n\nTyped **here** <with> "care" & 🍏.\n')
    await page.getByLabel('What did you change?').fill('say <why> & "how"')
    await press_button(page, 'Preview')
    assert.equal(await page.locator('.preview strong').innerText(), 'here')
    assert.equal(await page.locator('#text').inputValue(), '# Apples\n\nTyped **here** <with> "care" & 🍏.\n')
    assert.equal(await page.getByLabel('What did you change?').inputValue(), 'say <why> & "how"')
    assert.equal(commits(folder), 1)
    await page.locator('#text').fill(`${await page.locator('#text').inputValue()}\nAnd more.\n`)
    await press_button(page, 'Save')
    assert.equal(here(page), '/apples')
    assert.match(await page.locator('article').innerText(), /And more\./)
    assert.equal(git_show(folder, 'apples.md').toString(),
        '# Apples\n\nTyped **here** <with> "care" & 🍏.\n\nAnd more.\n')
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), 'say <why> & "how"')
})

with_and_without_scripts('a conflict shows what both typed, and the proposal can be saved', async (t, js) => {
    const { folder, server, page } = await look(t, files, { js })
    const other = await visitor(t, server, { js })
    for (const one of [page, other])
        await visit(one, '/apples/edit')
    await other.locator('#text').fill(files['apples.md'].replace('Red & round.', 'Yellow, says <another>.'))
    await press_button(other, 'Save')
    await page.locator('#text').fill(files['apples.md'].replace('Red & round.', 'Green, say <I>.'))
    expect_status(page, 409)
    await press_button(page, 'Save')
    assert.ok(await page.getByRole('alert').isVisible())
    assert.equal(await page.getByLabel('What you typed').inputValue(),
        files['apples.md'].replace('Red & round.', 'Green, say <I>.'))
    assert.match(await page.getByLabel('The page as it is now').inputValue(), /Yellow, says <another>\./)
    const proposal = await page.locator('#text').inputValue()
    for (const part of ['Green, say <I>.', 'Yellow, says <another>.', '## Taste'])
        assert.ok(proposal.includes(part), part)
    await page.locator('#text').fill(proposal.replace(/^(<{7}|={7}|>{7}|\|{7}).*\n/gm, ''))
    await press_button(page, 'Save')
    assert.equal(here(page), '/apples')
    const text = git_show(folder, 'apples.md').toString()
    assert.match(text, /Green, say <I>\./)
    assert.match(text, /Yellow, says <another>\./)
    assert.doesNotMatch(text, /^(<<<<|====|>>>>)/m)
    assert.equal(commits(folder), 3)
})

with_and_without_scripts('what two people change in different places is merged', async (t, js) => {
    const { folder, server, page } = await look(t, files, { js })
    const other = await visitor(t, server, { js })
    for (const one of [page, other])
        await visit(one, '/apples/edit')
    await other.locator('#text').fill(files['apples.md'].replace('Sweet.', 'Sour.'))
    await press_button(other, 'Save')
    await page.locator('#text').fill(files['apples.md'].replace('Red & round.', 'Green.'))
    await press_button(page, 'Save')
    assert.equal(here(page), '/apples')
    assert.equal(git_show(folder, 'apples.md').toString(),
        files['apples.md'].replace('Sweet.', 'Sour.').replace('Red & round.', 'Green.'))
})

with_and_without_scripts('a page is created by its name', async (t, js) => {
    const { folder, page } = await look(t, files, { js })
    await visit(page, '/')
    await press(page, page.getByRole('link', { name: 'New page' }))
    await page.getByLabel('Name of the page').fill('Fruit/"Ripe" <pears> & \'figs\'')
    await press_button(page, 'Write this page')
    assert.match(here(page), /^\/fruit\/.*\/edit$/i)
    await page.locator('#text').fill('Soft.\n')
    await press_button(page, 'Save')
    assert.match(await page.locator('article').innerText(), /Soft\./)
    assert.equal(commits(folder), 2)
    assert.equal(await page.locator('main b, main pears').count(), 0)
    await visit(page, '/-/create')
    await page.getByLabel('Name of the page').fill('apples')
    expect_status(page, 409, 422, 400)
    await press_button(page, 'Write this page')
    assert.ok(await page.getByRole('alert').isVisible(), 'a name that is taken is said')
})

test('who leaves a text that is not saved is asked, who saves is not', async t => {
    const { page } = await look(t, files)
    await visit(page, '/apples/edit')
    await page.locator('#text').pressSequentially('x')
    await press(page, page.getByRole('link', { name: 'Cancel' }))
    assert.equal(page.dialogs, 1)
    await visit(page, '/apples/edit')
    await page.locator('#text').pressSequentially('x')
    await Promise.all([page.waitForURL('**/apples'), page.keyboard.press('Control+s')])
    assert.equal(page.dialogs, 1)
})
