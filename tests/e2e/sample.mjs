// sample - a small wiki with something of everything, and where each type of page is found in it
import { commit, git, repository } from './kit.mjs'

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwAD'
    + 'BwIAMCbHYQAAAABJRU5ErkJggg==', 'base64')
const LONG = 'a-very-long-name-that-nobody-would-ever-give-to-a-page-but-somebody-did-because-a-program-made-it-up'
    + '-0123456789'

const everything = `---
title: Everything
tags: [kitchen, sink]
---
# Everything

A paragraph with **strong**, *stressed*, ~~struck~~, ==marked== words, \`code\`, a [[Apples]] link,
one to [[Nowhere at all]], one [elsewhere](https://example.org/), and
one bare: https://example.org/a/very/long/address/${LONG}

## Lists

- one
- two
  1. first
  2. second
- [x] done
- [ ] to do

## A table

| Name | Kind | Price | What it is good for | How long it keeps | Where it comes from |
|---|:-:|--:|---|---|---|
| Apple | fruit | 1.20 | eating, baking, throwing at people | weeks, in the cellar | the garden behind the house |
| Leek | vegetable | 0.80 | soup | days | the market |

## Code

\`\`\`c
int main(int argc, char **argv) { return printf("%s has %d arguments, and is wide\\n", argv[0], argc); }
\`\`\`

> A quotation
> of two lines

> [!NOTE]
> Something to know.

> [!WARNING]
> Something to fear.

### A deeper heading

#### And a deeper one

***

A note[^1], an abbreviation: HTML, a formula $a^2 + b^2$, ~~gone~~.

[^1]: Said below.
*[HTML]: the language of pages

>| # Folded
>| Words below.

::: info
# For your information
Words in a block.
:::

![a dot](./dot.png) <kbd>Ctrl</kbd> <details><summary>More</summary>Hidden words.</details>

${LONG}
`

const files = {
    'home.md': '# Welcome\n\nSee [[Apples]], [[fruit/pears]], [[Nowhere]] and [everything](/everything).\n',
    'empty.md': '',
    'Names/history.md': '# A reserved name\n\nText.\n',
    'apples.md': '# Apples\n\nRed & round.\n\n## Kinds\n\nMany.\n\n## Taste\n\nSweet.\n',
    'everything.md': everything,
    'everything/dot.png': PNG,
    'everything/notes with a long name that has to go somewhere.txt': 'text\n',
    'fruit/pears.md': '# Pears\n\nGreen.\n',
    'fruit/stone/plums.md': '# Plums\n\nBlue.\n',
    'fruit/stone/cherries.md': '# Cherries\n',
    [`deep/er/and/deeper/${LONG}.md`]: `# ${LONG}\n\nText below a very long name.\n`,
    'Names/<b>"bold"</b> & \'quoted\'.md': '# Markup in a name\n\nText.\n',
}
export { LONG, PNG, files }

// A repository of it with some history.
export function sample(t) {
    const folder = repository(t, files)
    commit(folder, { 'apples.md': files['apples.md'].replace('Red & round.', 'Red, green & round.\n\nAnd a pip.') },
        'apples: green ones too')
    commit(folder, { 'apples.md': '# Apples\n\nRed, green & <i>round</i>.\n\n## Taste\n\nSweet or sour.\n',
        'fruit/pears.md': '# Pears\n\nGreen and yellow.\n' },
        `apples, pears: ${'a message that says a great deal about little '.repeat(3)}\n\nWith a body.\n${LONG}`)
    return folder
}

// Name and address of each type of page that a GET shows; what an address misses of commits is filled in.
export function page_types(folder) {
    const rev = name => git(folder, 'rev-parse', '--short=8', name).trim()
    return [
        ['view', '/everything'], ['home', '/'], ['view-short', '/fruit/pears'],
        ['view-old', `/apples/view/${rev('HEAD~1')}`],
        ['view-long-name', `/deep/er/and/deeper/${LONG}`],
        ['view-markup-name', `/Names/${encodeURIComponent('<b>"bold"</b> & \'quoted\'').replaceAll('%2F', '/')}`],
        ['view-reserved-name', '/Names/history/view'], ['view-empty', '/empty'], ['folder', '/fruit'],
        ['missing', '/no/such/page', 404], ['missing-version', '/fruit/pears/view/0123456', 404],
        ['reserved', '/-/nothing', 404], ['not-understood', '/%ff', 400],
        ['edit', '/everything/edit'], ['edit-new', '/fresh/page/edit'], ['edit-old', `/apples/edit/${rev('HEAD~1')}`],
        ['edit-section', '/apples/edit?section=taste'], ['rename', '/apples/rename'],
        ['create', '/-/create'], ['delete', '/apples/delete'], ['delete-below', '/everything/delete'],
        ['delete-folder', '/fruit/delete'], ['undone-before', '/-/changelog?notice=undone'],
        ['attachments', '/everything/attachments'],
        ['attachment', '/everything/attachment/dot.png'],
        ['attachments-none', '/apples/attachments'], ['source', '/everything/source'],
        ['history', '/apples/history'], ['backlinks', '/apples/backlinks'],
        ['backlinks-none', '/fruit/stone/plums/backlinks'],
        ['diff', `/apples/diff/${rev('HEAD~2')}/${rev('HEAD')}`],
        ['diff-split', `/apples/diff/${rev('HEAD~2')}/${rev('HEAD')}?view=split`], ['blame', '/apples/blame'],
        ['changelog', '/-/changelog'], ['commit', `/-/commit/${rev('HEAD')}`], ['revert', `/-/revert/${rev('HEAD')}`],
        ['commit-split', `/-/commit/${rev('HEAD')}?view=split`],
        ['index', '/-/index'], ['search', '/-/search?q=green'], ['search-none', '/-/search?q=quince'],
        ['search-nothing', '/-/search?q=-words'], ['search-empty', '/-/search'], ['about', '/-/about'],
        ['housekeeping', '/-/housekeeping'], ['orphaned', '/-/housekeeping/orphaned'],
        ['wanted', '/-/housekeeping/wanted'], ['empty-pages', '/-/housekeeping/empty'],
        ['broken', '/-/housekeeping/broken'],
    ]
}
