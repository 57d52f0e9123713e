// wiki - makes the repositories that are measured: the same bytes every time
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

export const FOLDERS = 200
const PAGE_BYTES = 4096
const WORDS = `page wiki save merge commit branch actor message store render gateway folder history change line text
    word reader writer agent reason answer question market river garden window morning paper letter number`.split(/\s+/)

export const page_name = number => `f${String(number % FOLDERS).padStart(3, '0')}/p${String(number).padStart(5, '0')}`

// Numbers that look random and are the same every time (a linear congruential generator).
function numbers(seed) {
    let state = BigInt(seed) * 2654435761n + 1n
    return below => {
        state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
        return Number((state >> 33n) % BigInt(below))
    }
}

// A page as people write them: headings, emphasis, lists, a table, code and links, 4 KB.
export function page_text(number, pages) {
    const next = numbers(number + 1)
    const words = count => Array.from({ length: count }, () => WORDS[next(WORDS.length)]).join(' ')
    const link = () => page_name(next(pages))
    let text = `# Page ${number}\n\n${words(12)}, see [[${link()}]] and [[Some words|/${link()}]].\n`
    for (let section = 1; text.length < PAGE_BYTES - 300; section++) {
        text += `\n## ${words(3)} ${section}\n\n${words(30)} **${words(2)}** ${words(20)} \`${words(1)}\`.\n`
        text += `A [link](/${link()}), and one to [[nowhere ${number} ${section}]].\n\n`
        text += [
            () => `| a | b |\n|---|---|\n| ${words(2)} | ${words(2)} |\n| ${words(1)} | ${words(3)} |\n`,
            () => `- ${words(6)}\n- ${words(5)}\n- [x] ${words(4)}\n`,
            () => `\`\`\`c\nint ${words(1)} = ${next(1000)};\n\`\`\`\n`,
        ][section % 3]()
    }
    return text.padEnd(PAGE_BYTES - 1, ' .').slice(0, PAGE_BYTES - 1) + '\n'
}

const blob = text => `data ${Buffer.byteLength(text)}\n${text}\n`
const person = when => `committer Bench <bench@example.org> ${1700000000 + when} +0000\n`

// `depth`: of delta chains. Pages that share forty words would all be deltas of one another; what people write is not.
function import_stream(folder, depth, write) {
    const file = `${folder}.stream`
    const out = fs.openSync(file, 'w')
    write(text => fs.writeSync(out, text))
    fs.closeSync(out)
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', folder])
    const back = fs.openSync(file, 'r')
    const args = ['-C', folder, 'fast-import', '--quiet', `--depth=${depth}`]
    execFileSync('git', args, { stdio: [back, 'ignore', 'inherit'] })
    fs.closeSync(back)
    fs.rmSync(file)
}

// A bare repository of so many pages in one commit; kept in `base` for the next time.
export function make_pages(base, pages) {
    const folder = `${base}/pages-${pages}.git`
    if (fs.existsSync(`${folder}/complete`))
        return folder
    fs.rmSync(folder, { recursive: true, force: true })
    import_stream(folder, 0, emit => {
        emit(`commit refs/heads/main\n${person(0)}${blob('import')}`)
        emit(`M 644 inline home.md\n${blob('# Home\n\n[[f000/p00000]]\n')}`)
        for (let number = 0; number < pages; number++)
            emit(`M 644 inline ${page_name(number)}.md\n${blob(page_text(number, pages))}`)
    })
    fs.writeFileSync(`${folder}/complete`, '')
    return folder
}

// 10,000 pages, then 10,000 commits of which every tenth changes page 0.
export function make_history(base) {
    const folder = `${base}/history.git`
    const commits = 10000
    if (fs.existsSync(`${folder}/complete`))
        return folder
    fs.rmSync(folder, { recursive: true, force: true })
    import_stream(folder, 50, emit => {
        const next = numbers(7)
        emit(`commit refs/heads/main\n${person(0)}${blob('import')}M 644 inline home.md\n${blob('# Home\n')}`)
        for (let number = 0; number < 10000; number++)
            emit(`M 644 inline ${page_name(number)}.md\n${blob(`# Page ${number}\n`)}`)
        for (let number = 1; number < commits; number++) {
            const page = number % 10 === 5? 0: 1 + next(9999)
            emit(`commit refs/heads/main\n${person(number * 60)}${blob(`change ${number}`)}`)
            emit(`M 644 inline ${page_name(page)}.md\n${blob(`# Page ${page}\n\nchange ${number}\n`)}`)
        }
    })
    fs.writeFileSync(`${folder}/complete`, '')
    return folder
}

// A page with words of which one is on no other page, one on every hundredth, and one on all of them.
export function wiki_text(number, pages, change) {
    const words = `only${number} ${number % 100 === 0? 'hundredth ': ''}everywhere ${change? `change${change}`: ''}`
    return page_text(number, pages).slice(0, PAGE_BYTES - 300).trimEnd() + `\n\n## Words\n\n${words.trim()}\n`
}

// So many pages of 4 KB, and so many commits: the first brings them in, every tenth of the others changes page 0.
export function make_wiki(base, pages, commits) {
    const folder = `${base}/wiki-${pages}-${commits}.git`
    if (fs.existsSync(`${folder}/complete`))
        return folder
    fs.rmSync(folder, { recursive: true, force: true })
    import_stream(folder, 50, emit => {
        const next = numbers(11)
        emit(`commit refs/heads/main\n${person(0)}${blob('import')}M 644 inline home.md\n${blob('# Home\n')}`)
        for (let number = 0; number < pages; number++)
            emit(`M 644 inline ${page_name(number)}.md\n${blob(wiki_text(number, pages))}`)
        for (let number = 1; number < commits; number++) {
            const page = number % 10 === 5? 0: 1 + next(pages - 1)
            emit(`commit refs/heads/main\n${person(number * 60)}${blob(`change ${number}`)}`)
            emit(`M 644 inline ${page_name(page)}.md\n${blob(wiki_text(page, pages, number))}`)
        }
    })
    fs.writeFileSync(`${folder}/complete`, '')
    return folder
}
