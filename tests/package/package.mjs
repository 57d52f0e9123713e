// package - the Debian package, as a host gets it: lintian, its units, its completions, its man page
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'

const top = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..')
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'wikibot-package-'))
test.after(() => fs.rmSync(root, { recursive: true, force: true }))

const run = (program, ...words) => execFileSync(program, words, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
const there = program => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const installed = (...parts) => path.join(root, 'usr', ...parts)
const deb = execFileSync(path.join(top, 'deploy/deb'), { encoding: 'utf8' }).trim().split('\n').pop()
run('dpkg-deb', '-x', path.join(top, deb), root)
const commands = [...run(installed('bin/wikibot'), '--help').matchAll(/^  wikibot ([a-z-]+)/gm)].map(found => found[1])

test('lintian has nothing to say', { skip: !there('lintian') && 'no lintian here' }, () => {
    const said = spawnSync('lintian', ['--no-tag-display-limit', '--allow-root', path.join(top, deb)],
        { encoding: 'utf8' })
    assert.equal(said.stdout.trim(), '')
    assert.equal(said.status, 0)
})

test('the units expose little', { skip: !there('systemd-analyze') && 'no systemd-analyze here' }, () => {
    const units = fs.readdirSync(installed('lib/systemd/system'))
    assert.ok(units.length > 0)
    for (const unit of units) {
        const file = installed('lib/systemd/system', unit)
        const said = run('systemd-analyze', 'security', '--offline=true', file)
        const level = Number(/Overall exposure level for \S+ ([0-9.]+)/.exec(said.replace(/: /g, ' '))?.[1])
        assert.ok(level <= 2.0, `${unit}: ${level}`)
    }
})

// Names of system calls that the filter of a unit lets through, sets taken apart.
function allowed_calls(unit) {
    const allowed = new Set()
    const members = set => run('systemd-analyze', 'syscall-filter', set).split('\n').slice(1).map(line => line.trim())
        .filter(line => line && !line.startsWith('#')).flatMap(line => line.startsWith('@')? members(line): [line])
    for (const [, not, names] of fs.readFileSync(unit, 'utf8').matchAll(/^SystemCallFilter=(~?)(.*)$/gm))
        for (const name of names.split(' ').flatMap(word => word.startsWith('@')? members(word): [word]))
            not? allowed.delete(name): allowed.add(name)
    return allowed
}

test('the filter of the service lets through what the program calls', {
    skip: !(there('strace') && there('systemd-analyze')) && 'no strace or systemd-analyze here' }, async () => {
    const log = path.join(root, 'calls'), wiki = path.join(root, 'wiki')
    const child = spawn('strace', ['-f', '-qq', '-o', log, installed('bin/wikibot'), 'serve', wiki, '--port', '0',
        '--topology', 'split'], { stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, WIKIBOT_RUN: `${root}/run` } })
    const ended = new Promise(resolve => child.on('close', resolve))
    const ready = await new Promise(resolve => child.stdout.once('data', resolve))
    const base = String(ready).match(/http:\S+\//)[0]
    const form = await (await fetch(`${base}notes/edit`)).text()
    const field = name => form.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? ''
    const names = [...form.matchAll(/<input type="hidden" name="([^"]+)"/g)].map(found => found[1])
    const body = new URLSearchParams([...names.map(name => [name, field(name)]), ['content', '# Notes\n']])
    const saved = await fetch(`${base}notes/save`, { method: 'POST', body, redirect: 'manual' })
    assert.ok([302, 303].includes(saved.status), String(saved.status))
    process.kill(Number(fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')), 'SIGTERM')
    await ended
    const called = new Set([...fs.readFileSync(log, 'utf8').matchAll(/^\d+ +([a-z0-9_]+)\(/gm)].map(found => found[1]))
    assert.ok(called.has('fsync') && called.has('epoll_wait'), [...called].join(' '))
    for (const unit of ['wikibot.service', 'wikibot@.service']) {
        const allowed = allowed_calls(installed('lib/systemd/system', unit))
        assert.deepEqual([...called].filter(name => !allowed.has(name)), [], unit)
    }
})

test('the program is small, stripped, and says its version', () => {
    assert.match(run(installed('bin/wikibot'), '--version'), /^wikibot \d+\.\d+\.\d+\n$/)
    assert.doesNotMatch(run('readelf', '-S', installed('bin/wikibot')), /\.debug_info/)
})

test('the settings of the service are settings that the program knows', () => {
    const settings = path.join(root, 'etc/wikibot/wikibot.cfg')
    const said = spawnSync(installed('bin/wikibot'), ['config', 'show', '--config', settings], { encoding: 'utf8' })
    assert.equal(said.status, 0, said.stderr)
    assert.doesNotMatch(said.stderr, /unknown/)
    assert.match(said.stdout, /REPOSITORY = '\/var\/lib\/wikibot\/wiki'/)
})

test('bash completes commands and options, as the help names them', () => {
    const complete = (...words) => run('bash', '-c', `PATH=${installed('bin')}:$PATH
        source ${installed('share/bash-completion/completions/wikibot')}
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _wikibot; printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', ...words)
        .trim().split('\n')
    assert.ok(commands.includes('serve'))
    for (const command of commands)
        assert.ok(complete('wikibot', '').includes(command), command)
    assert.deepEqual(complete('wikibot', 'ser'), ['serve'])
    assert.deepEqual(complete('wikibot', 'serve', '--por'), ['--port'])
    assert.deepEqual(complete('wikibot', 'serve', '--topology', 's'), ['single', 'split'])
})

test('the man page names every command and every option', () => {
    const page = run('sh', '-c', `gzip -dc ${installed('share/man/man1/wikibot.1.gz')}`).replaceAll('\\-', '-')
    for (const command of commands) {
        assert.match(page, new RegExp(`^\\.B[RI]? "?(wikibot )?${command}\\b`, 'm'), command)
        for (const [, option] of run(installed('bin/wikibot'), command, '--help').matchAll(/^  (--[a-z-]+)/gm))
            assert.ok(page.includes(option), `${command} ${option}`)
    }
})
