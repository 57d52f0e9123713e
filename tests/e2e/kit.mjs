// kit - a real browser before a real server; what the scenarios' kit has, and pages that are watched
//
// Debian's Chromium is driven by playwright-core. Every page that is opened here is watched: no word in the console, no
// fault in a script, no dialog and no request to anywhere but our server may happen, unless a test says so beforehand.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { chromium } from 'playwright-core'
import { at_end, repository, serve, until } from '../scenario/kit.mjs'

export * from '../scenario/kit.mjs'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync']
const PATIENCE_MS = 30000                           // for whatever must come, under sanitizers, on a busy machine
const executablePath = process.env.WIKIBOT_CHROMIUM ?? '/usr/bin/chromium'
const axe_source = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let started                                         // one browser a test file; it is closed when the file has ended
test.after(async () => (await started)?.close())
function browser() {
    started ??= chromium.launch({ executablePath, args: FLAGS, timeout: PATIENCE_MS,
        env: { ...process.env, HOME: os.tmpdir() } })       // who runs the tests may have no home
    return started
}

// Declares a test twice: `run(t, js)` with scripts and without.
export function with_and_without_scripts(name, run) {
    test(`[scripts] ${name}`, t => run(t, true))
    test(`[no scripts] ${name}`, t => run(t, false))
}

// A server over these files, and a browser's page that looks at it.
export async function look(t, files, options = {}) {
    const folder = repository(t, files)
    const server = await serve(t, folder)
    return { folder, server, page: await visitor(t, server, options) }
}

// The index is built after the start; until then pages say so, and show less.
async function indexed(origin) {
    await until('the index holds the head', async () =>
        /, the newest one\./.test(await (await fetch(`${origin}/-/about`)).text()))
}

// A person with a browser of their own: nothing is shared between two of them. `js`, `width`, `scheme` as told.
// page.complaints is what happened that must not; it is looked at when the test ends.
export async function visitor(t, server, { js = true, width = 1280, scheme = 'light' } = {}) {
    const origin = `http://127.0.0.1:${server.port}`
    await indexed(origin)
    const context = await (await browser()).newContext({ baseURL: origin, javaScriptEnabled: js, colorScheme: scheme,
        viewport: { width, height: 800 }, deviceScaleFactor: 1, reducedMotion: 'reduce' })
    context.setDefaultTimeout(PATIENCE_MS)
    const page = await context.newPage()
    page.origin = origin
    page.complaints = []
    page.expected = /^$/                            // what a test knows will be said in the console
    page.on('console', message => page.expected.test(message.text())
        || page.complaints.push(`console: ${message.text()}`))
    page.on('pageerror', error => page.complaints.push(`script: ${error.message}`))
    page.on('dialog', dialog => {
        if (dialog.type() !== 'beforeunload')
            page.complaints.push(`dialog: ${dialog.message()}`)
        page.dialogs = (page.dialogs ?? 0) + 1
        return dialog.accept().catch(() => {})
    })
    // A request that the browser itself refuses, because our headers say so, never leaves it.
    const elsewhere = new Set()
    page.on('request', request => request.url().startsWith(`${origin}/`) || request.url().startsWith('data:')
        || elsewhere.add(request))
    page.on('requestfailed', request => request.failure()?.errorText === 'csp' && elsewhere.delete(request))
    context.on('page', other => other === page || page.complaints.push(`window: ${other.url()}`))
    at_end(t, async () => {
        await context.close()
        assert.deepEqual([...page.complaints, ...[...elsewhere].map(request => `request: ${request.url()}`)], [])
    })
    return page
}

// A page that is answered with a status of failure is said in the console; that is no complaint.
export function expect_status(page, ...statuses) {
    page.expected = new RegExp(`Failed to load resource: .* status of (${statuses.join('|')}) `)
}
export async function visit(page, target, status = 200) {
    if (status >= 400)
        expect_status(page, status)
    const answer = await page.goto(target)
    assert.equal(answer.status(), status, target)
    return answer
}
// Presses what leads to another page, and waits for that.
export async function press(page, locator) {
    await Promise.all([page.waitForEvent('load'), locator.click()])
}
export const editor = page => page.locator('textarea[name=content]')
export const here = page => decodeURIComponent(new URL(page.url()).pathname)

// What axe finds of barriers, in words.
export async function barriers(page) {
    await page.evaluate(axe_source)
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
    return found.violations.map(({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.slice(0, 3).map(node => `${node.html.slice(0, 160)} ${
            [...node.any, ...node.all].map(check => check.message).join('; ')}`).join(' | ')}`)
}
// Elements that stick out of the window, the widest first; a reader would have to scroll sideways.
export function sticking_out(page) {
    return page.evaluate(() => {
        const room = document.documentElement.clientWidth
        if (document.documentElement.scrollWidth <= room)
            return []
        return [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > room + 1)
            .map(one => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`).slice(0, 8)
    })
}
// What a finger would miss: buttons, fields and links less than 44 pixels high. Links in running text are as high as
// their line, and so are those of tables and of code.
export function small_targets(page) {
    return page.evaluate(() => {
        const running = 'p, td, article li, ul.small, .notice, pre, .attached, label'
        return [...document.querySelectorAll('a, button, input, summary, textarea')].filter(one => {
            const { width, height } = one.getBoundingClientRect()
            const least = one.matches('[type=radio], [type=checkbox]')? 24: 44
            return one.checkVisibility() && width > 1 && height > 1 && !one.disabled && !one.closest('.skip')
                && (one.matches('button, input') || !one.closest(running)) && !one.matches('.copy, article *')
                && height < least - .5
        }).map(one => `${one.outerHTML.slice(0, 90)} ${Math.round(one.getBoundingClientRect().height)}`).slice(0, 8)
    })
}

const top = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..')
export async function screenshot(page, name) {
    const folder = process.env.WIKIBOT_SCREENSHOTS ?? path.join(top, 'build/test/screenshots')
    fs.mkdirSync(folder, { recursive: true })
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, animations: 'disabled' })
}
