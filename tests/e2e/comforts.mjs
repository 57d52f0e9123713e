// comforts - what scripts add: a preview that follows, where one is, and colours for code
import assert from 'node:assert/strict'
import test from 'node:test'
import { look, press, visit, here } from './kit.mjs'

const section = name => `## ${name}\n\n${'words and words\n\n'.repeat(30)}`
const LONG = `# Long\n\n${['one', 'two', 'three', 'four'].map(section).join('')}`
const CODE = `# Code

\`\`\`python
def hello(name):  # greets
    return "hello <b>" + name
\`\`\`

\`\`\`no-such-language
plain <i>text</i>
\`\`\`
`

test('the preview follows the typing, and older answers never come after newer ones', async t => {
    const { page } = await look(t, { 'a.md': '# A\n\nold words\n' })
    await visit(page, '/a/edit')
    const preview = page.locator('.desk .preview .text')
    await preview.getByText('old words').waitFor()
    const text = page.locator('textarea[name=content]')
    for (const number of [1, 2, 3, 4, 5, 6])
        await text.fill(`# A\n\nnew **words** ${number} & <script>alert(1)</script>`)
    await preview.getByText('words').and(page.locator('strong')).waitFor()
    await preview.getByText('new words 6').waitFor()
    assert.equal(await preview.locator('script').count(), 0)
    await press(page, page.getByRole('button', { name: 'Save' }))
    assert.equal(here(page), '/a')
})

test('the contents mark the heading that was passed last', async t => {
    const { page } = await look(t, { 'long.md': LONG }, { width: 1400 })
    await visit(page, '/long')
    const current = page.locator('nav.toc a[aria-current]')
    for (const name of ['three', 'two', 'four']) {
        await page.evaluate(id => document.getElementById(id).scrollIntoView(), name)
        await current.and(page.getByText(name, { exact: true })).waitFor()
        assert.equal(await current.count(), 1)
    }
})

test('code is coloured by the language that it says, and stays the same text', async t => {
    const { page } = await look(t, { 'code.md': CODE, 'plain.md': '# Plain\n\n    int x;\n' })
    const asked = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    await visit(page, '/code')
    await page.locator('.token.keyword').first().waitFor()
    const python = page.locator('code.language-python')
    assert.equal(await python.textContent(), 'def hello(name):  # greets\n    return "hello <b>" + name\n')
    assert.equal(await page.locator('code').nth(1).locator('*').count(), 0)
    assert.deepEqual(asked.filter(path => path.includes('prism')), ['/static/prism-core.min.js',
        '/static/prism-python.min.js'])
    asked.length = 0
    await visit(page, '/plain')
    assert.ok(!asked.some(path => /prism|code/.test(path)), asked.join(' '))
})
