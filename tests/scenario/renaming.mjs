// renaming - a page, what is below it and the links that lead to it become one commit
import assert from 'node:assert/strict'
import test from 'node:test'
import { commits, csrf_token, git, git_show, repository, serve, topology } from './kit.mjs'

test(`[${topology}] a rename with links is one commit, shown before`, async t => {
    const folder = repository(t, {
        'home.md': '# Home\n\n[[Notes/Plan]], [it](/notes/plan#x "t") and `[[Notes/Plan]]`\r\n',
        'notes/plan.md': '# Plan\n\n![](./p.png) [o](other)\n', 'notes/plan/p.png': 'PNG',
        'notes/plan/part.md': '[up](../plan)\n', 'notes/other.md': '[p]\n\n[p]: plan?revision=HEAD\n',
        'far.md': 'no link\n',
    })
    const server = await serve(t, folder)
    const form = (await server.get('/notes/plan/rename')).text
    const fields = { csrf_token: csrf_token(form), new_pagename: 'Archive/Old Plan', update_backlinks: 'y',
        message: 'put it away', revision: form.match(/name="revision" value="([0-9a-f]*)"/)[1] }
    const shown = await server.post('/notes/plan/rename', { ...fields, task: 'preview' })
    assert.equal(shown.status, 200)
    for (const text of ['notes/plan/p.png', 'archive/old plan/p.png', '<code>home</code>: links changed: 2'])
        assert.ok(shown.text.includes(text), text)
    assert.equal(commits(folder), 1)
    const done = await server.post('/notes/plan/rename', { ...fields, task: 'rename' })
    assert.equal(done.status, 303, done.text)
    assert.equal(commits(folder), 2)
    assert.equal(git_show(folder, 'home.md').toString(),
        '# Home\n\n[[Archive/Old Plan]], [it](/archive/old%20plan#x "t") and `[[Notes/Plan]]`\r\n')
    assert.equal(git_show(folder, 'archive/old plan.md').toString(), '# Plan\n\n![](./p.png) [o](../notes/other)\n')
    assert.equal(git_show(folder, 'archive/old plan/part.md').toString(), '[up](../old%20plan)\n')
    assert.equal(git_show(folder, 'notes/other.md').toString(), '[p]\n\n[p]: ../archive/old%20plan?revision=HEAD\n')
    assert.equal(git(folder, 'log', '-1', '--format=%s').trim(), 'put it away')
    assert.equal(git(folder, 'status', '--porcelain'), '')
    assert.equal((await server.get('/archive/old%20plan/a/p.png')).text, 'PNG')
    assert.equal((await server.get('/notes/plan')).status, 404)
})
