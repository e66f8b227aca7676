import assert from 'node:assert/strict'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../cli/run-program.ts'
import { configDir, flagFile, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { shapeOf, shownCommands, withoutRunner } from './shown-commands.ts'
import { words } from './typed-page.ts'

const root = join(import.meta.dirname, '../..')

/** Pages whose every line is typed by a test of their own, in its order. */
const typed: Readonly<Record<string, string>> = {
  'docs/tutorial-first-canary.md': 'test/docs/tutorial.test.ts',
  'docs/tutorial-shadow.md': 'test/docs/tutorial-shadow.test.ts',
  'docs/tutorial-strangle.md': 'test/docs/tutorial-strangle.test.ts',
}

/** Lines that are not typed here, with the reason, and with who runs them where somebody does. */
const elsewhere: readonly (readonly [line: RegExp, why: string, by: string | null])[] = [
  [/^npm ci$|^npm ci && npm (run demo|test)$|^npm test$/, 'the gate begins with it', '.ci/run'],
  [/^\.ci\/run$/, 'it is the gate', '.ci/run'],
  [/^npm run format$/, 'it writes the files that are tested', null],
  [/^npm run demo$/, 'a process of its own', 'test/cli/demo.test.ts'],
  [/^npm run demo -- --fault errors$/, 'likewise', 'test/cli/demo-faults.test.ts'],
  [/^npm run demo -- --plan fast$/, 'likewise', 'test/cli/demo-plan.test.ts'],
  [/^npm run demo -- --shadow$/, 'likewise', 'test/cli/demo-shadow.test.ts'],
  [/^npm exec -- node --test /, 'it is among the tests', null],
  [/^npm run (-s )?bench:load/, 'a load of minutes', 'test/bench/load-test-runs.test.ts'],
  [/^npm run soak/, 'likewise', 'test/bench/soak-runs.test.ts'],
  [/^npm run chaos/, 'likewise', 'test/bench/chaos-play.test.ts'],
  [/ drill v2_migration /, 'it takes seconds', 'test/cli/drill.test.ts'],
  [/ start -c <dir>$/, 'it goes on until it is told to end', 'test/support/gateway-process.ts'],
  [/^export /, 'it sets a variable of the shell', null],
  [/--admin https:/, 'it wants TLS', 'test/cli/proves-who-asks.test.ts'],
  [/^psql /, 'it wants a database with users', null],
  [/ revoke --jti /, 'its moment is over one day', 'test/docs/revocation.test.ts'],
  [/^ss |^for p in /, 'it looks at processes of a machine', null],
  [/^prometheus /, 'it goes on until it is told to end', 'test/support/prometheus-server.ts'],
  [/^openssl /, 'it wants TLS', null],
  [/^curl -sS .*idp\.example\.com/, 'it wants an identity provider', null],
  [/^np(m|x) (install|switchback) /, 'in a directory of its own', 'test/packages/packages.test.ts'],
  [/^docker /, 'it wants Docker', 'test/packages/packages.test.ts'],
  [/^kubectl /, 'it wants a cluster', 'test/packages/kubernetes.test.ts'],
  [/^(systemctl|journalctl|mkdir|cp) /, 'it wants systemd', 'test/packages/systemd.test.ts'],
  [/^redis-cli /, 'it wants a Redis', 'test/docs/revocation.test.ts'],
]

/** Exit codes that say something of the gateway, beside 0 for done. */
const saying: Readonly<Record<string, readonly number[]>> = {
  diff: [6],
  doctor: [1],
  experiment: [4, 5],
  gate: [4, 5],
  plan: [5, 8],
}

/** Commands that ask no gateway. */
const alone = ['check', 'doctor', 'explain', 'simulate', 'token']

const policy = `auth: public
shadow: {}
testers: [tester-1]
budgets: [{ signal: errors, max: 1% }, { signal: mismatch, max: 0.5% }]
experiments:
  - { name: conversion, of: share, from: header, header: x-converted, value: "1", margin: 0.5% }
  - { name: revenue, of: sum, from: pushed, most: 500, margin: 0.1 }
rollout: { stages: [{ percent: 25, hold: 24h }, { percent: 100 }] }
`

const route = (v1: string, v2: string) => `match: { path: /api/match }
v1: { url: "${v1}" }
v2: { url: "${v2}" }
flag: v2_migration
policy: careful
user: { header: x-user-id }
properties: { segment: { header: x-segment } }
`

test('every command that the docs show is typed by a test, or is known not to be', async t => {
  const shown = await shownCommands()
  assert.ok(shown.length > 80)
  for (const [page, file] of Object.entries(typed)) {
    const source = await readFile(join(root, file), 'utf8')
    assert.ok(source.includes(page.slice('docs/'.length)), `${file} must type ${page}`)
  }
  const shapes = new Set(
    shown.filter(({ page }) => page in typed).map(({ line }) => shapeOf(withoutRunner(line))),
  )
  const used = new Set<RegExp>()
  const left = shown.filter(({ page, line }) => {
    if (page in typed) return false
    const known = elsewhere.find(([pattern]) => pattern.test(line))
    if (known !== undefined) used.add(known[0])
    return known === undefined && !shapes.has(shapeOf(line))
  })
  for (const [pattern, , by] of elsewhere) {
    assert.ok(used.has(pattern), `${pattern} is shown nowhere any more`)
    if (by !== null) await access(join(root, by))
  }

  const [v1, v2] = await Promise.all([startUpstream(t, 'v1'), startUpstream(t, 'v2')])
  const files = {
    'switchback.yaml': `${testProcess}cookieSecret: ${'s'.repeat(32)}\n`,
    'routes/match.yaml': route(v1.url, v2.url),
    'policies/careful.yaml': policy,
    'flags/v2_migration.json': flagFile('v2_migration', 0),
  }
  const gateway = await startGateway(t, files)
  const next = await configDir(t, {
    ...files,
    'flags/v2_migration.json': flagFile('v2_migration', 25),
  })
  const scratch = await configDir(t, { 'users.txt': 'anna\nbert\n' })
  const client = createClient(t)
  for (let user = 0; user < 20; user++) {
    await client(`${gateway.url}/api/match`, { 'x-user-id': String(user) })
  }

  /** What stands in a line for something of the reader's own. */
  const own: Readonly<Record<string, string>> = {
    '<dir>': gateway.dir,
    '/etc/switchback': gateway.dir,
    '.': gateway.dir,
    '../next': next,
    '<flag>': 'v2_migration',
    '<route>': 'match',
    '<id>': '42',
    '<file>': join(scratch, 'users.txt'),
    'users.txt': join(scratch, 'users.txt'),
    'decisions.ndjson': join(scratch, 'decisions.ndjson'),
  }

  async function typeSwitchback(argv: readonly string[]): Promise<string> {
    const [command = ''] = argv
    const asks = alone.includes(command) ? [] : ['--admin', gateway.adminUrl]
    const dir = alone.includes(command) && !argv.some(word => word === gateway.dir)
    // A token wants none, and an argument that is the directory is there already.
    const here = dir && command !== 'token' ? ['-c', gateway.dir] : []
    const { code, out, error } = await runProgram({}, ...argv, ...asks, ...here)
    const right = code === 0 || (saying[command]?.includes(code) ?? false)
    assert.ok(right, `${argv.join(' ')} ends with ${code}: ${error}${out}`)
    return out
  }

  async function typeCurl(argv: readonly string[]): Promise<string> {
    const url = new URL(String(argv.find(word => word.startsWith('http'))))
    const base = url.port === '9900' ? gateway.adminUrl : gateway.url
    const body = argv.includes('-d') ? argv[argv.indexOf('-d') + 1] : undefined
    const headers = argv.flatMap((word, at) =>
      word === '-H' ? [String(argv[at + 1]).split(': ') as [string, string]] : [],
    )
    const answer = await fetch(`${base}${url.pathname}${url.search}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body }),
    })
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      await answer.body?.cancel()
      return ''
    }
    const text = await answer.text()
    // What it asks for makes sense, if not always at this moment.
    const right = answer.ok || answer.status === 409 || text.includes('unknown-difference')
    assert.ok(right, `${argv.join(' ')} is answered ${answer.status}: ${text}`)
    return text
  }

  for (const { page, line } of left) {
    const [before = '', after] = withoutRunner(line).split(/ [|>] /)
    const [program, ...argv] = words(before)
      .filter(word => !/^\[.*\]$/.test(word))
      .map(word => own[word] ?? word)
    const typeIt = program === 'switchback' ? typeSwitchback : program === 'curl' ? typeCurl : null
    assert.ok(typeIt !== null, `${page} shows what no test types: ${line}`)
    const out = await typeIt(argv)
    if (after === undefined) continue
    const file = own[after]
    if (file !== undefined) await writeFile(file, out)
    else {
      const [, pattern = ''] = /^grep (?:-E )?'?([^']+)'?$/.exec(after) ?? []
      assert.match(out, new RegExp(pattern), line)
    }
  }
})
