import assert from 'node:assert/strict'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Snapshot } from '../../src/config/snapshot.ts'
import { createFileDoor } from '../../src/pipeline/file-door.ts'

const nothingForbids = () => null

const oneStrategy = `{ "name": "v2", "enabled": true,
  "strategies": [{ "name": "flexibleRollout", "parameters": { "rollout": "10" } }] }
`

async function start(t: TestContext, text: string = oneStrategy) {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-door-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await mkdir(join(dir, 'flags'))
  const file = join(dir, 'flags/v2.json')
  await writeFile(file, text)
  const door = createFileDoor(() => ({ dir, flags: [JSON.parse(text)] }) as unknown as Snapshot)
  return { dir, file, door, files: () => readdir(join(dir, 'flags')) }
}

test('one text of the file changes, and who may read it does not', async t => {
  const { file, door, files } = await start(t)
  await chmod(file, 0o600)
  assert.deepEqual(await door.move('v2', null, 10, 25, nothingForbids), { ok: true })
  assert.equal(await readFile(file, 'utf8'), oneStrategy.replace('"10"', '"25"'))
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(await files(), ['v2.json'])
})

test('a link is left alone, and so is what it leads to', async t => {
  const { dir, file, door, files } = await start(t)
  const kept = join(dir, 'kept.json')
  await rename(file, kept)
  await symlink(kept, file)
  assert.deepEqual(await door.move('v2', null, 10, 25, nothingForbids), {
    ok: false,
    text: 'its file is a link',
  })
  assert.equal(await readFile(kept, 'utf8'), oneStrategy)
  assert.deepEqual(await files(), ['v2.json'])
})

for (const [what, written, why] of [
  ['says another percentage by now', oneStrategy.replace('"10"', '"30"'), /^it says 30 % by now$/],
  ['is half written', oneStrategy.slice(0, 40), /^flags\/v2\.json: .*JSON/],
  ['has its percentage as a number', oneStrategy.replace('"10"', '10'), /^its rollout is no text$/],
] as const) {
  test(`a file that ${what} is left to who wrote it`, async t => {
    const { file, door } = await start(t)
    await writeFile(file, written)
    const moved = await door.move('v2', null, 10, 25, nothingForbids)
    assert.match(moved.ok ? '' : moved.text, why)
    assert.equal(await readFile(file, 'utf8'), written)
  })
}

test('a file that is gone is not made', async t => {
  const { file, door, files } = await start(t)
  await rm(file)
  const moved = await door.move('v2', null, 10, 25, nothingForbids)
  assert.match(moved.ok ? '' : moved.text, /^flags\/v2\.json: ENOENT/)
  assert.deepEqual(await files(), [])
})

const twoStrategies = `{ "name": "v2", "enabled": true, "strategies": [
  { "name": "flexibleRollout", "title": "enterprise", "parameters": { "rollout": "5" } },
  { "name": "flexibleRollout", "title": "beta",  "parameters": { "rollout": "10" } } ] }
`

const titles = ['beta', 'enterprise']

test('several strategies of a file are read by title and change at once', async t => {
  const { file, door } = await start(t, twoStrategies)
  const percent = { beta: 10, enterprise: 5 }
  assert.deepEqual(await door.read('v2', titles), { readable: true, percent })
  const to = { beta: 100, enterprise: 50 }
  assert.deepEqual(await door.move('v2', titles, percent, to, nothingForbids), { ok: true })
  const written = twoStrategies.replace('"10"', '"100"').replace('"5"', '"50"')
  assert.equal(await readFile(file, 'utf8'), written)
})

test('where one of several says another percentage by now none is written', async t => {
  const { file, door } = await start(t, twoStrategies)
  const moved = await door.move(
    'v2',
    titles,
    { beta: 10, enterprise: 0 },
    { beta: 50, enterprise: 10 },
    nothingForbids,
  )
  assert.deepEqual(moved, { ok: false, text: '"enterprise" says 5 % by now' })
  assert.equal(await readFile(file, 'utf8'), twoStrategies)
})

test('of several those that say it already are left alone', async t => {
  const { file, door } = await start(t, twoStrategies)
  const from = { beta: 1, enterprise: 5 }
  const to = { beta: 10, enterprise: 50 }
  assert.deepEqual(await door.move('v2', titles, from, to, nothingForbids), { ok: true })
  assert.equal(await readFile(file, 'utf8'), twoStrategies.replace('"5"', '"50"'))
  assert.deepEqual(await door.move('v2', titles, from, to, nothingForbids), { ok: true })
})
