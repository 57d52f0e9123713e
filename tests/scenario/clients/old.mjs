// old - a client as the MCP server of the reference is one: its calls, its headers and the texts that it makes of
// answers (contract/reference-system.md, 2.3 to 2.6). It knows nothing of what is new here, and checks every answer.
import { check } from './openapi.mjs'

class ApiError extends Error {
    constructor(status, detail, path) {
        super(detail)
        Object.assign(this, { status, path })
    }
}

// As httpx does it: what a path may have stays, also escapes that are there; all else is escaped.
const encode_path = path => encodeURI(path).replace(/%25([0-9A-Fa-f]{2})/g, '%$1').replace(/[?#]/g, encodeURIComponent)
const encode_name = name => encodeURIComponent(name)
    .replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase())
const title = key => key.replaceAll('_', ' ')
    .replace(/[a-z]+/gi, word => word[0].toUpperCase() + word.slice(1).toLowerCase())
const joined = value => Array.isArray(value)? value.join(', '): String(value)
const rev8 = revision => revision.slice(0, 8)
const clamp = (value, low, high) => Math.min(Math.max(value, low), high)

export class OldClient {
    constructor(server, key, document) {
        Object.assign(this, { server, key, document })
    }

    async call(method, path, { query = {}, body } = {}) {
        const words = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined)
            .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%20/g, '+')}`).join('&')
        const target = `/api/v1${path}${words? `?${words}`: ''}`
        const headers = { Authorization: `Bearer ${this.key}`, Accept: '*/*', 'User-Agent': 'python-httpx/0.27.0',
            'Accept-Encoding': 'identity' }
        const bytes = body === undefined? undefined: Buffer.from(JSON.stringify(body))
        if (bytes)
            Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': bytes.length })
        const answer = await this.server.request(method, target, { headers, body: bytes })
        let json
        try {
            json = answer.text === ''? {}: JSON.parse(answer.text)
        } catch {
            throw new ApiError(answer.status, answer.text, `/api/v1${path}`)
        }
        if (this.document)
            check(this.document, method, path, answer.status, answer.text)
        if (answer.status >= 300)
            throw new ApiError(answer.status, json.error ?? answer.text, `/api/v1${path}`)
        return json
    }

    // A tool by its name, as a model calls it: always a text.
    async tool(name, values = {}) {
        try {
            for (const key of ['path', 'new_path'])
                if (values[key] !== undefined)
                    this.validate(values[key])
            return await this[name](values)
        } catch (error) {
            return error instanceof ApiError? this.explain(error): `Could not reach the wiki API: ${error.message}`
        }
    }
    validate(path) {
        const wrong = path === ''? 'must not be empty': path.includes('\0')? 'must not contain null bytes'
            : path.includes('..')? "must not contain '..'": path.startsWith('/')? "must not start with '/'": undefined
        if (wrong)
            throw new Error(`Page path ${wrong}`)
    }
    explain({ status, message, path }) {
        if (status === 404)
            return `Page not found: ${path}. Use write_note to create it, or list_notes to see available pages.`
        if (status === 401)
            return 'Authentication failed. The API key may be misconfigured.'
        if (status === 409)
            return `Conflict: ${message} Read the page again to get the current revision, then retry.`
        if (status === 422)
            return `Invalid request: ${message}`
        const after = status >= 500? '. The server may be restarting. Try again in a few seconds.': ''
        return `Wiki API error (${status}): ${message || 'unknown'}${after}`
    }
    page(path, suffix = '') {
        return `/pages/${encode_path(path)}${suffix}`
    }
    attachment(path, filename) {
        return this.page(path, `/attachments/${encode_name(filename)}`)
    }
    message(text) {
        return text? { commit_message: `[mcp] ${text}` }: {}
    }

    // ---- pages ---------------------------------------------------------------------------------------------------
    async read_note({ path, revision = '', section = '' }) {
        const page = await this.call('GET', this.page(path), { query: { revision } })
        const lines = [`# ${page.name}`, `Path: ${page.path}`]
        if (page.revision)
            lines.push(`Revision: ${page.revision}`)
        let content = page.content
        if (section) {
            const found = find_section(content, section)
            if (found.failure)
                return found.failure
            lines.push(`Section: ${found.path}`)
            content = found.text
        }
        const meta = Object.entries(page.frontmatter ?? {}).filter(([key, value]) => key !== 'title' && is_true(value))
            .map(([key, value]) => `${title(key)}: ${joined(value)}`).join(' | ')
        if (meta)
            lines.push(meta)
        if (page.links_to.length > 0 && !section)
            lines.push(`Links to: ${page.links_to.join(', ')}`)
        if (page.linked_from.length > 0 && !section)
            lines.push(`Linked from: ${page.linked_from.join(', ')}`)
        return [...lines, '', '---', content].join('\n')
    }
    async write_note({ path, content, revision = '', commit_message = '' }) {
        if ([...content].length > 1000000)
            return `Content too large (${[...content].length} bytes). Maximum size is 1000000 bytes.`
        const body = { content, ...this.message(commit_message), ...revision? { revision }: {} }
        const done = await this.call('PUT', this.page(path), { body })
        return `${done.created? 'Created': 'Updated'} ${done.path} (revision: ${rev8(done.revision)})`
    }
    async edit_note({ path, revision, old_string, new_string, commit_message = '' }) {
        const body = { revision, old_string, new_string, ...this.message(commit_message) }
        const done = await this.call('PATCH', this.page(path), { body })
        return `Edited ${done.path} (revision: ${rev8(done.revision)})`
    }
    async delete_note({ path, commit_message = '' }) {
        const body = { commit_message: `[mcp] ${commit_message || `Delete: ${path}`}` }
        return `Deleted ${(await this.call('DELETE', this.page(path), { body })).path}`
    }
    async rename_note({ path, new_path, commit_message = '' }) {
        const done = await this.call('POST', this.page(path, '/rename'),
            { body: { new_path, ...this.message(commit_message) } })
        const first = `Renamed ${done.old_path} -> ${done.new_path} (revision: ${rev8(done.revision)})`
        return done.updated_pages.length === 0? `${first}\nNo backreferences needed updating.`
            : [first, `Updated ${done.updated_pages.length} backreferences:`,
                ...done.updated_pages.map(page => `  - ${page}`)].join('\n')
    }

    // ---- lists ---------------------------------------------------------------------------------------------------
    async list_notes({ prefix = '', category = '', tag = '', updated_since = '' }) {
        const list = await this.call('GET', '/pages', { query: { prefix, category, tag, updated_since } })
        const filters = [['prefix=', prefix], ['category=', category], ['tag=', tag], ['updated since ', updated_since]]
            .filter(([, value]) => value).map(([name, value]) => name + value).join(', ')
        const lines = [`Found ${list.total} notes${filters? ` matching ${filters}`: ''}:`]
        if (list.pages.length > 0)
            lines.push('')
        for (const page of list.pages) {
            const meta = Object.entries(page).filter(([key, value]) => !['name', 'path', 'content_length'].includes(key)
                && is_true(value)).map(([key, value]) => `${key.replaceAll('_', ' ')}: ${joined(value)}`).join(', ')
            lines.push(`- ${page.path} (${meta || 'no metadata'}, ${page.content_length} words)`)
        }
        return lines.join('\n')
    }
    async search_notes({ query }) {
        const found = await this.call('GET', '/search', { query: { q: query } })
        const lines = [`${found.total} results for "${query}":`]
        found.results.forEach((hit, i) => {
            lines.push('', `${i + 1}. ${hit.path} (score: ${hit.score.toFixed(2)})`)
            if (hit.snippet)
                lines.push(`   ${hit.snippet}`)
        })
        return lines.join('\n').trimEnd()
    }
    async semantic_search({ query, n = 5, max_chunks_per_page = 2 }) {
        const found = await this.call('GET', '/semantic-search',
            { query: { q: query, n: clamp(n, 1, 50), max_chunks_per_page: clamp(max_chunks_per_page, 1, 10) } })
        return `${found.total} results for "${query}":`
    }
    async get_links({ path }) {
        const links = await this.call('GET', `/links/${encode_path(path)}`)
        const list = pages => pages.length > 0? pages.map(page => `  - ${page}`): ['  (none)']
        return [`Links for ${links.path}:`, '', `Links to (${links.links_to.length}):`, ...list(links.links_to),
            `Linked from (${links.linked_from.length}):`, ...list(links.linked_from)].join('\n')
    }
    async find_orphaned_notes() {
        const { pages } = await this.call('GET', '/pages')
        const links = await Promise.all(pages.map(page => this.call('GET', `/links/${encode_path(page.path)}`)
            .catch(() => undefined)))
        const orphans = pages.filter((page, i) => links[i]?.linked_from.length === 0 && page.path !== 'Home')
            .map(page => page.path).sort()
        return orphans.length === 0? 'No orphaned notes found. All pages have at least one incoming link.'
            : [`Found ${orphans.length} orphaned notes (no incoming links from any other page):`, '',
                ...orphans.map(page => `- ${page}`)].join('\n')
    }

    // ---- history -------------------------------------------------------------------------------------------------
    async get_recent_changes({ limit = 20 }) {
        const log = await this.call('GET', '/changelog', { query: { limit: clamp(limit, 1, 200) } })
        const lines = [`${log.total} recent changes:`]
        if (log.entries.length > 0)
            lines.push('')
        for (const entry of log.entries) {
            lines.push(`- ${entry.date} | ${entry.author} | ${entry.pages_affected.join(', ')}`)
            if (entry.message)
                lines.push(`  ${entry.message}`)
        }
        return lines.join('\n')
    }
    async get_history({ path, limit = 10 }) {
        const { path: shown, history } = await this.call('GET', this.page(path, '/history'),
            { query: { limit: clamp(limit, 1, 200) } })
        if (history.length === 0)
            return `No history for ${shown}.`
        const lines = [`History for ${shown} (${history.length} revisions):`, '']
        for (const entry of history) {
            lines.push(`- ${rev8(entry.revision)} | ${entry.date} | ${entry.author}`)
            if (entry.message)
                lines.push(`  ${entry.message}`)
        }
        return lines.join('\n')
    }

    // ---- attachments ---------------------------------------------------------------------------------------------
    async list_attachments({ path }) {
        const list = await this.call('GET', this.page(path, '/attachments'))
        const lines = list.attachments.map(one => `- ${one.filename} (${one.size} bytes, ${one.mime_type}`
            + `${one.last_modified? `, modified ${one.last_modified}`: ''})`)
        return [`Attachments for ${list.path} (${list.total}):`, '', ...lines.length? lines: ['  (no attachments)']]
            .join('\n')
    }
    async upload_attachment({ path, filename, content, commit_message = '' }) {
        const done = await this.call('POST', this.page(path, '/attachments'),
            { body: { filename, content, ...this.message(commit_message) } })
        return `Uploaded ${done.filename} to ${done.path} (${done.size} bytes)`
    }
    async download_attachment({ path, filename }) {
        const found = await this.call('GET', this.attachment(path, filename))
        return `Downloaded ${found.filename} (${found.size} bytes, ${found.mime_type})\n`
            + `Content (base64):\n${found.content}`
    }
    async delete_attachment({ path, filename, commit_message = '' }) {
        const body = { commit_message: `[mcp] ${commit_message || `Delete attachment: ${path}/${filename}`}` }
        return `Deleted attachment ${(await this.call('DELETE', this.attachment(path, filename), { body })).filename}`
    }
}

// What Python takes for true, of what JSON has.
function is_true(value) {
    return Array.isArray(value)? value.length > 0: value !== null && typeof value === 'object'
        ? Object.keys(value).length > 0: Boolean(value)
}

// The sections as 2.6 finds them, in the text and by lines.
function find_section(text, query) {
    const headings = [], stack = []
    let fence, at = 0
    for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
        const mark = line.match(/^\s*(`{3,}|~{3,})/)?.[1]
        const heading = fence? null: line.match(/^(#{1,6})\s+(.+)/)
        if (!fence && mark)
            fence = mark
        else if (fence && mark && mark[0] === fence[0] && mark.length >= fence.length)
            fence = undefined
        else if (heading) {
            const level = heading[1].length
            while (stack.length > 0 && stack.at(-1).level >= level)
                stack.pop()
            stack.push({ level, name: heading[2].trim().replace(/\s+#+$/, '') })
            headings.push({ level, at, path: stack.map(one => one.name).join(' > ') })
        }
        at += line.length
    }
    const wanted = query.trim().toLowerCase()
    const fits = headings.filter(({ path }) => path.toLowerCase() === wanted
        || path.toLowerCase().endsWith(` > ${wanted}`))
    if (fits.length === 1) {
        const next = headings.find(one => one.at > fits[0].at && one.level <= fits[0].level)
        return { path: fits[0].path, text: text.slice(fits[0].at, next?.at) }
    }
    const paths = (fits.length > 1? fits: headings).map(one => `  - ${one.path}`)
    return { failure: paths.length === 0? `Section not found: '${query}'. This page has no sections.`
        : [`Section not found: '${query}'. Available sections:`, ...paths].join('\n') }
}
