// sections - one section of a page is edited, and the rest of the page is left to others
import assert from 'node:assert/strict'
import test from 'node:test'
import { commits, form_fields, git_show, repository, serve, topology } from './kit.mjs'

const PAGE = '# Top\n\nintro\n\n## One\n\nfirst\n\n## Two\n\nsecond\n'

test(`[${topology}] the pencil of a heading leads to its section, and two sections can be saved at once`, async t => {
    const folder = repository(t, { 'notes.md': PAGE })
    const server = await serve(t, folder)
    const links = [...(await server.get('/notes')).text.matchAll(/"pencil" href="([^"]+)"/g)].map(one => one[1])
    assert.deepEqual(links, ['top', 'one', 'two'].map(id => `/notes/edit?section=${id}`))
    const one = form_fields((await server.get(links[1])).text), two = form_fields((await server.get(links[2])).text)
    assert.equal(one.content, '## One\n\nfirst\n\n')
    assert.equal(two.content, '## Two\n\nsecond\n')
    for (const [fields, content] of [[one, '## One\r\n\r\n1st'], [two, '## Two\r\n\r\n2nd\r\n']]) {
        const answer = await server.post('/notes/save', { ...fields, content })
        assert.equal(answer.status, 303, answer.text)
        assert.match(answer.headers.location, /#(one|two)$/)
    }
    assert.equal(git_show(folder, 'notes.md').toString(), PAGE.replace('first', '1st').replace('second', '2nd'))
    assert.equal(commits(folder), 3)
})
