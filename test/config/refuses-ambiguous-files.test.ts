import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { configDir, faultLines, put, snapshotOf } from './config-dir.ts'

const withoutReceived = (lines: string[]) =>
  lines.map(line => line.replace(/( \(auth, .*\))?, received .*/, ''))

for (const { title, text, fault } of [
  {
    title: 'a key written twice',
    text: 'auth: public\nauth: public\n',
    fault: '2:1 auth must be written once only',
  },
  {
    title: 'a key written twice further down',
    text: 'auth: public\nretry:\n  attempts: 1\n  attempts: 2\n',
    fault: '4:3 retry.attempts must be written once only',
  },
  {
    title: 'an alias',
    text: 'auth: &a public\norigins: [*a]\n',
    fault: '2:11 origins[0] must be written out in full, without an alias',
  },
  {
    title: 'broken YAML',
    text: 'auth: public\nretry: a: b\n',
    fault: '2:8 must be valid YAML (Nested mappings are not allowed in compact mappings)',
  },
  {
    title: 'a tab as indentation',
    text: 'retry:\n\tattempts: 1\n',
    fault: '2:1 must be valid YAML (Tabs are not allowed as indentation)',
  },
  {
    title: 'a tag',
    text: 'auth: !env public\n',
    fault: '1:7 must be valid YAML (Unresolved tag: !env)',
  },
  {
    title: 'two documents',
    text: 'auth: public\n---\nauth: public\n',
    fault:
      '2:1 must be valid YAML (Source contains multiple documents; please use YAML.parseAllDocuments())',
  },
  { title: 'an empty file', text: '', fault: '1:1 must be an object' },
  { title: 'a list', text: '- auth\n', fault: '1:1 must be an object' },
  {
    title: 'nesting that overflows a stack',
    text: `auth: ${'['.repeat(5000)}\n`,
    fault: null,
  },
  {
    title: 'nesting beyond sense',
    text: `auth: ${'['.repeat(70)}${']'.repeat(70)}\n`,
    fault: '1:71 auth[0][0] must be nested at most 64 deep',
  },
  {
    title: 'a huge file',
    text: `# ${'x'.repeat(1024 * 1024)}\nauth: public\n`,
    fault: '1:1 must be a file of at most 1048576 bytes',
  },
  {
    title: 'a key that is a prototype',
    text: 'auth: public\nretry:\n  __proto__: { a: 1 }\n',
    fault:
      '3:3 retry.__proto__ must be left out: it is no field of retry, whose fields are attempts, budgetPercent',
  },
]) {
  test(`${title} is refused`, async t => {
    const dir = await configDir(t, { 'policies/careful.yaml': text })
    const lines = withoutReceived(await faultLines(dir))
    assert.equal(lines.length, 1)
    if (fault !== null) assert.deepEqual(lines, [`policies/careful.yaml:${fault}`])
  })
}

for (const { title, text, fault } of [
  {
    title: 'a trailing comma',
    text: '{\n  "name": "f",\n}',
    fault: '3:1 must be valid JSON (Expected double-quoted property name)',
  },
  { title: 'an end too early', text: '{\n  "name": "f"\n', fault: /^3:1 must be valid JSON/ },
  { title: 'a comment', text: '{\n  # no\n  "name": "f" }', fault: /^2:3 must be valid JSON/ },
  {
    title: 'a key written twice',
    text: '{"name": "f",\n "name": "f",\n "enabled": true, "strategies": []}',
    fault: '2:2 name must be written once only',
  },
]) {
  test(`${title} in a flag is refused`, async t => {
    const dir = await configDir(t, { 'flags/f.json': text })
    const [line = '', ...more] = withoutReceived(await faultLines(dir))
    assert.deepEqual(more, [])
    const rest = line.replace('flags/f.json:', '')
    if (typeof fault === 'string') assert.equal(rest, fault)
    else assert.match(rest, fault)
  })
}

test('JSON with tabs and escaped characters is read as written', async t => {
  const text =
    '{\n\t"name": "f",\n\t"description": "\\ud83d\\ude00 \\/ \\u00e4",\n\t"enabled": true,\n\t"strategies": []\n}\n'
  const { flags } = await snapshotOf(await configDir(t, { 'flags/f.json': text }))
  assert.equal(flags[0]?.description, '😀 / ä')
})

test('a file of 20,000 unknown keys is refused without telling each', async t => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')
  const dir = await configDir(t, { 'policies/many.yaml': keys })
  assert.equal((await faultLines(dir)).length, 200)
})

test('bytes that are not UTF-8 are refused', async t => {
  const dir = await configDir(t)
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(dir, 'policies/careful.yaml'), Buffer.from('auth: publ\xefc', 'latin1'))
  assert.deepEqual(await faultLines(dir), [
    'policies/careful.yaml:1:1 must be UTF-8 text, received other bytes',
  ])
})

test('files that would be ignored by their names are refused', async t => {
  const dir = await configDir(t, {
    'routes/x.yml': 'a',
    'routes/has space.yaml': 'a',
    'policies/y.json': '{}',
    'flags/z.yaml': 'a',
    'switchback.yml': 'a',
  })
  await mkdir(join(dir, 'routes/folder.yaml'))
  assert.deepEqual(await faultLines(dir), [
    'flags/z.yaml:1:1 must be named *.json, received "z.yaml"',
    'policies/y.json:1:1 must be named *.yaml, received "y.json"',
    'routes/folder.yaml:1:1 must be a regular file, received something else',
    'routes/has space.yaml:1:1 must be named with letters, digits and . _ ~ - only, received "has space.yaml"',
    'routes/x.yml:1:1 must be named *.yaml, received "x.yml"',
    'switchback.yml:1:1 must be named switchback.yaml, received "switchback.yml"',
  ])
})

test('dotfiles, notes and leftovers of editors are not configuration', async t => {
  const dir = await configDir(t, {
    'routes/.match.yaml.swp': 'x',
    'routes/..data/match.yaml': 'x',
    'routes/README.md': 'x',
    'routes/match.yaml~': 'x',
    'routes/#match.yaml#': 'x',
    'package.json': '{}',
  })
  assert.equal((await snapshotOf(dir)).routes.length, 1)
})

test('a dangling link, a missing directory and one without routes are refused', async t => {
  const dir = await configDir(t)
  await symlink('nowhere.yaml', join(dir, 'policies/lost.yaml'))
  assert.deepEqual(await faultLines(dir), [
    'policies/lost.yaml:1:1 must be a readable file, received no such file',
  ])
  assert.deepEqual(await faultLines(join(dir, 'none')), [
    `${join(dir, 'none')} must be a readable directory, received none`,
  ])
  assert.deepEqual(await faultLines(join(dir, 'routes/match.yaml')), [
    `${join(dir, 'routes/match.yaml')} must be a readable directory, received a file`,
  ])
  await put(dir, 'empty/switchback.yaml', '')
  assert.deepEqual(await faultLines(join(dir, 'empty')), [
    'routes must be a folder with at least one route, such as routes/search.yaml, received none',
  ])
})
