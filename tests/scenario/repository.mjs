// repository - kinds of folders that are served, and other people's hands in them
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { command, commit, commits, csrf_token, git, git_show, program, repository, serve, temp_folder, topology,
    topology_words, until, write } from './kit.mjs'

const FILES = { 'home.md': '# Home\n', 'notes.md': '# Notes\n\nold text\n', 'other.md': '# Other\n' }
const saved = answer => assert.ok([302, 303].includes(answer.status), `${answer.status}\n${answer.text}`)

test(`[${topology}] a commit made by git shows within a second`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    assert.match((await server.get('/notes')).text, /old text/)
    commit(folder, { 'notes.md': '# Notes\n\nnew text\n' })
    await until('the new text', async () => /new text/.test((await server.get('/notes')).text), 1000)
    git(folder, 'reset', '-q', '--hard', 'HEAD~1')
    await until('the old text, after a reset', async () => /old text/.test((await server.get('/notes')).text), 1000)
    git(folder, 'gc', '-q')
    git(folder, 'pack-refs', '--all')
    assert.match((await server.get('/notes')).text, /old text/)
    saved(await server.edit('/notes', '# Notes\n\nafter gc\n'))
    assert.match((await server.get('/notes')).text, /after gc/)
})

test(`[${topology}] a bare repository is served and written`, async t => {
    const work = repository(t, FILES)
    const bare = temp_folder(t, 'wiki.git')
    git(bare, 'clone', '-q', '--bare', work, '.')
    const server = await serve(t, bare)
    saved(await server.edit('/notes', '# Notes\n\nbare\n'))
    assert.equal(git_show(bare, 'notes.md').toString(), '# Notes\n\nbare\n')
    assert.deepEqual(fs.readdirSync(bare).filter(name => name.endsWith('.md')), [])
    git(bare, 'fsck', '--strict')
})

test(`[${topology}] a file that somebody is working on stays untouched and is reported`, async t => {
    const folder = repository(t, FILES)
    write(folder, { 'notes.md': 'half a thought', 'draft.txt': 'untracked' })
    const server = await serve(t, folder)
    assert.match((await server.get('/notes')).text, /old text/, 'what is read is the commit')
    saved(await server.edit('/notes', '# Notes\n\nfrom the web\n'))
    saved(await server.edit('/other', '# Other\n\nfrom the web\n'))
    assert.equal(fs.readFileSync(path.join(folder, 'notes.md'), 'utf8'), 'half a thought')
    assert.equal(fs.readFileSync(path.join(folder, 'other.md'), 'utf8'), '# Other\n\nfrom the web\n')
    assert.equal(fs.readFileSync(path.join(folder, 'draft.txt'), 'utf8'), 'untracked')
    assert.equal(git_show(folder, 'notes.md').toString(), '# Notes\n\nfrom the web\n')
    assert.match(server.log, /notes\.md/, 'the log names the file that was left alone')
    assert.doesNotMatch(git(folder, 'status', '--porcelain'), /other\.md/)
})

test(`[${topology}] a repository that cannot be written is served read-only`, async t => {
    const folder = repository(t, FILES)
    const base = path.dirname(folder)
    const spawn = {}
    let own = program
    if (process.getuid() === 0) {                   // root may write anywhere: be somebody who may not
        own = path.join(base, 'wikibot')
        fs.copyFileSync(program, own)
        fs.chmodSync(own, 0o755)
        fs.chmodSync(base, 0o755)
        git(folder, 'config', 'safe.directory', '*')
        execFileSync('chown', ['-R', '65534:65534', folder])
        Object.assign(spawn, { uid: 65534, gid: 65534 })
    }
    execFileSync('chmod', ['-R', 'a-w', folder])
    const scratch = temp_folder(t, 'scratch')
    fs.chmodSync(path.dirname(scratch), 0o755)
    fs.chmodSync(scratch, 0o1777)
    const env = { TMPDIR: scratch, HOME: scratch, XDG_RUNTIME_DIR: undefined }    // ours is root's
    const server = await serve(t, folder, { program: own, spawn, env })
    const page = await server.get('/notes')
    assert.equal(page.status, 200)
    assert.match(page.text, /old text/)
    assert.equal((await server.get('/notes/history')).status, 200)
    const token = csrf_token(page.text)
    const head = git(folder, 'rev-parse', 'HEAD').trim()
    const answer = await server.post('/notes/save', { content: 'typed in vain\n', revision: head, csrf_token: token })
    assert.equal(answer.status, 403)
    assert.match(answer.text, /read-only/i)
    assert.match(answer.text, /typed in vain/)
    assert.equal(commits(folder), 1)
    // The index lies where it can, and goes with the program.
    await until('an index', () => /index\.built .*end=done/.test(server.log))
    const place = server.log.match(/index\.folder folder="?([^" ]+)"? goes=1/)[1]
    assert.ok(fs.existsSync(place))
    const search = await server.get('/-/search?query=old')
    assert.equal(search.status, 200)
    assert.match(search.text, /notes/i)
    await server.stop()
    assert.ok(!fs.existsSync(path.dirname(place)), 'nothing is left')
})

test(`[${topology}] a plain folder with files is not made a repository unless one says so`, async t => {
    const folder = temp_folder(t)
    write(folder, { 'home.md': '# Home\n', 'sub/page.md': '# Page\n' })
    const refused = await command(['serve', folder, '--port', '0', '--topology', ...topology_words(t)])
    assert.notEqual(refused.status, 0)
    assert.match(refused.err + refused.out, /--init/)
    assert.ok(!fs.existsSync(path.join(folder, '.git')))
    const server = await serve(t, folder, { args: ['--init'] })
    assert.equal((await server.get('/sub/page')).status, 200)
    assert.equal(git(folder, 'status', '--porcelain'), '')
})

test(`[${topology}] our own state lies in the git folder, or where --state says`, async t => {
    const folder = repository(t, FILES)
    const state = temp_folder(t, 'state')
    const server = await serve(t, folder, { args: ['--state', state] })
    saved(await server.edit('/notes', '# Notes\n\nx\n'))
    await server.stop()
    assert.ok(!fs.existsSync(path.join(folder, '.git/wikibot')), 'nothing of ours in the repository')
    assert.equal(git(folder, 'status', '--porcelain', '--ignored'), '')
})

test(`[${topology}] settings have Otterwiki's names`, async t => {
    const folder = repository(t, { 'home.md': '# Home\n', 'Start.md': '# Begin here\n', 'Some_Page.md': '# Some\n' })
    const env = { HOME_PAGE: 'Start', SITE_NAME: 'The Shed & Co', RETAIN_PAGE_NAME_CASE: 'True' }
    const server = await serve(t, folder, { env })
    const home = await server.get('/')
    assert.match(home.text, /Begin here/)
    assert.match(home.text, /The Shed &amp; Co/)
    assert.equal((await server.get('/Start')).status, 200)
    saved(await server.edit('/Mixed/Case', '# M\n'))
    assert.equal(git_show(folder, 'Mixed/Case.md').toString(), '# M\n')
})

test(`[${topology}] what cannot be served is refused with a word of what to do`, async t => {
    const folder = temp_folder(t)
    write(folder, { file: 'x' })
    const wrong = [[path.join(folder, 'file')], [folder, '--port', 'x'], [folder, '--nonsense'],
        [folder, '--topology', 'nowhere']]
    for (const args of wrong) {
        const answer = await command(['serve', ...args])
        assert.ok(answer.status > 0, args.join(' '))
        assert.ok((answer.err + answer.out).length > 20, args.join(' '))
        assert.doesNotMatch(answer.err, /Sanitizer|runtime error/)
    }
})

test(`[${topology}] many packs are served, and concatenated without a fault`, async t => {
    const folder = repository(t, FILES)
    const server = await serve(t, folder)
    for (let number = 0; number < 80; number++)
        saved(await server.edit('/notes', `# Notes\n\nedit ${number}\n`))
    const pack_folder = path.join(folder, '.git/objects/pack')
    // Those that were concatenated stay for a minute, for readers that know only them.
    const sizes = () => fs.readdirSync(pack_folder).filter(name => name.endsWith('.pack'))
        .map(name => fs.statSync(path.join(pack_folder, name)).size).sort((a, b) => a - b)
    await until('a pack that holds many saves', () => sizes().at(-1) > 10 * sizes()[sizes().length >> 1])
    assert.match((await server.get('/notes')).text, /edit 79/)
    assert.equal(commits(folder), 81)
    git(folder, 'fsck', '--strict', '--full')
    await server.stop()
    assert.deepEqual(fs.readdirSync(pack_folder).filter(name => name.startsWith('tmp_')), [])
})
