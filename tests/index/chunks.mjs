// Writes chunks.txt: random pages, and how they are cut by an algorithm written from contract/reference-system.md 3.2
// alone, apart from actors/index/index_chunk.c. Run by hand after a change of the contract:
//   node tests/index/chunks.mjs > tests/index/chunks.txt
// Lines: T title, S source, H start level text (each heading), P section TAB path TAB text (each passage); \n \t \\.
let seed = 12345
const random = n => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % 65536 % n
const pick = list => list[random(list.length)]

// ---- the contract --------------------------------------------------------------------------------------------------
const count = text => text.split(/\s+/).filter(Boolean).length

function sectionsOf(body, title) {
    const sections = [{ level: 0, name: '', path: title, lines: [] }], stack = []
    let fence = null
    for (const line of body.split('\n')) {
        const mark = line.match(/^\s*(`{3,}|~{3,})/)?.[1]
        const heading = line.match(/^(#{1,6})\s+(.+)$/)
        if (fence) {
            if (mark && mark[0] === fence[0] && mark.length >= fence.length) fence = null
        } else if (mark) {
            fence = mark
        } else if (heading) {
            const level = heading[1].length, name = heading[2].trim()
            while (stack.length && stack.at(-1).level >= level) stack.pop()
            stack.push({ level, name })
            sections.push({ level, name, path: [title, ...stack.slice(0, 3).map(h => h.name)].join(' > '), lines: [] })
            continue
        }
        sections.at(-1).lines.push(line)
    }
    return sections.map(s => ({ ...s, text: s.lines.join('\n').trim() }))
}

function mergeStubs(sections) {
    const out = []
    let run = []
    const stub = s => s.level > 0 && count(s.text) < 50
    for (const section of sections) {
        if (stub(section)) {
            run.push(section)
            continue
        }
        const text = [...run.map(s => s.text), section.text].filter(Boolean).join('\n\n')
        out.push({ ...section, own: count(section.text), text })
        run = []
    }
    const last = out.findLast(s => s.level > 0 && s.own >= 50)
    if (last) last.text = [last.text, ...run.map(s => s.text)].filter(Boolean).join('\n\n')
    else out.push(...run)
    return out.filter(s => s.text)
}

function pack(parts, glue) {
    const packed = []
    let now = []
    for (const part of parts) {
        if (now.length && count(now.join(' ')) + count(part) > 150) {
            packed.push(now.join(glue))
            now = []
        }
        now.push(part)
    }
    return now.length ? [...packed, now.join(glue)] : packed
}

function cut(text) {
    const chunks = []
    let small = []
    for (const paragraph of text.split(/\n\s*\n/).map(p => p.trim()).filter(Boolean)) {
        if (count(paragraph) <= 300) {
            small.push(paragraph)
            continue
        }
        chunks.push(...pack(small, '\n\n'))
        small = []
        const sentences = paragraph.split(/(?<=[.!?])\s+(?=[A-Z])|\n/).map(s => s.trim()).filter(Boolean)
        chunks.push(...pack(sentences, ' '))
    }
    chunks.push(...pack(small, '\n\n'))
    return chunks.map((chunk, k) => k === 0 ? chunk
        : chunks[k - 1].split(/\s+/).filter(Boolean).slice(-35).join(' ') + '\n\n' + chunk)
}

function passages(body, title) {
    body = body.trim()
    if (!body) return []
    const all = []
    for (const section of mergeStubs(sectionsOf(body, title))) {
        const whole = count(body) < 300 || count(section.text) < 300
        for (const text of whole ? [section.text] : cut(section.text))
            all.push({ section: section.name, path: section.path, text: `[${section.path}] ${text}` })
    }
    return all
}

// ---- pages ---------------------------------------------------------------------------------------------------------
let serial = 0
const word = () => pick(['a', 'of', 'the', 'Wiki', 'page', 'x', 'n', 'é']) + (serial++ % 97)
const words = n => Array.from({ length: n }, word)
const SIZES = [0, 0, 3, 20, 49, 50, 51, 90, 149, 150, 151, 299, 300, 301, 420, 700]

function paragraph(n) {
    const style = random(4)
    return words(n).map((w, i) => {
        const stop = style && i % (7 + 20 * style) === 6
        return w + (stop ? pick(['. ', '! ', '? ', '.\n', '.  ', ' ']) : random(30) ? ' ' : '\n')
    }).join('').trim().replace(/([.!?] +)([a-z])/g, (all, stop, c) => stop + (random(4) ? c.toUpperCase() : c))
}

function text(n) {
    const parts = []
    while (n > 0) {
        const size = Math.min(n, pick([5, 30, 60, 100, 149, 151, 200, 301, 450]))
        parts.push(random(12) ? paragraph(size) : '```\n# none\n' + words(size).join(' ') + '\n\n## none\n```')
        n -= size
    }
    return parts.join(pick(['\n\n', '\n\n\n', '\n \n']))
}

function page() {
    let out = pick(['', '\n', '  \n']) + text(pick(SIZES.slice(0, 12)))
    for (let i = random(7); i > 0; i--)
        out += '\n\n' + '#'.repeat(1 + random(6)) + ' '
            + pick(['Alpha', 'Beta #', 'C# of D ##', 'Über  uns']) + (random(3) ? ' ' + random(9) : '')
            + pick(['\n', '\n\n', ' \n']) + text(pick(SIZES))
    return out + pick(['', '\n', '\n\n'])
}

const escape = text => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\t/g, '\\t')
const rows = []
for (let i = 0; i < 30; i++) {
    const source = page(), title = pick(['Home', 'A/B c', 'Ä'])
    rows.push(`T ${title}`, `S ${escape(source)}`)
    let at = 0, fenced = false
    for (const line of source.split('\n')) {
        if (line.startsWith('```')) fenced = !fenced
        const heading = fenced ? null : line.match(/^(#{1,6}) +(.*)$/)
        const name = heading?.[2].replace(/ +#+ *$/, '').trim()
        if (heading) rows.push(`H ${Buffer.byteLength(source.slice(0, at))} ${heading[1].length} ${name}`)
        at += line.length + 1
    }
    for (const p of passages(source, title)) rows.push('P ' + [p.section, p.path, p.text].map(escape).join('\t'))
}
console.log(rows.join('\n'))
