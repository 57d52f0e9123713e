// searching - how good a search is, by queries whose answers are known
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { command, repository, serve, temp_folder, topology } from './kit.mjs'

const FILES = { 'printing.md': '# Printing\n\nHow to print pages on the printer.\n',
    'Cooking.md': '# Cooking\n\nSoup and bread. Print it.\n', 'sub/soup.md': '# Soups\n\nSoup.\n' }

function queries(t, text) {
    const file = path.join(temp_folder(t, 'queries'), 'queries.tsv')
    fs.writeFileSync(file, text)
    return file
}

test(`[${topology}] search-eval prints figures of a wiki that nobody serves, and leaves it as it is`, async t => {
    const folder = repository(t, FILES)
    const file = queries(t, '# a comment\n\nprinter\tprinting\nsoup\tsub/soup.md,cooking\nnothing\tprinting\n')
    const { status, out, err } = await command(['search-eval', folder, file])
    assert.equal(status, 0, out + err)
    assert.equal(out, '3 queries  nDCG@10  recall@5\nlexical   0.667  0.667\n' +
        'semantic  none: there is no embedding provider yet\nhybrid    none: there is no embedding provider yet\n')
    assert.ok(!fs.existsSync(path.join(folder, '.git/wikibot/index.db')))
})

test(`[${topology}] search-eval goes on beside who serves the wiki`, async t => {
    const folder = repository(t, FILES)
    await serve(t, folder)
    const { status, out, err } = await command(['search-eval', folder, queries(t, 'soup\tcooking\n')])
    assert.equal(status, 0, out + err)
    assert.match(out, /^lexical {3}0\.631 {2}1\.000$/m)
})

test(`[${topology}] search-eval says what is wrong with a line`, async t => {
    const folder = repository(t, FILES)
    for (const [text, why] of [['soup\n', /queries\.tsv:1: a line is a query, a tab/],
        ['soup\tcooking\nsoup\tno page\n', /queries\.tsv:2: there is no page no page/],
        ['', /there is no query in the file/]]) {
        const { status, err } = await command(['search-eval', folder, queries(t, text)])
        assert.equal(status, 1)
        assert.match(err, why)
    }
    assert.equal((await command(['search-eval', folder])).status, 2)
})
