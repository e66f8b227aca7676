import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { StoreDown } from '../../src/fleet/stores/store-down.ts'
import { startChild } from '../support/child.ts'
import { entry, latch } from './store-states.ts'

async function directory(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-unusable-'))
  t.after(() => rm(dir, { recursive: true }))
  return dir
}

async function filledStore(dir: string): Promise<void> {
  const store = createEmbeddedStore({ dir, clock: systemClock })
  for (let i = 0; i < 50; i++) await store.appendAudit(entry())
  await store.putLatch(latch())
  await store.close()
}

function open(dir: string) {
  return createEmbeddedStore({ dir, clock: systemClock })
}

const must = 'Cannot open the store: store.dir in switchback.yaml must be '

const files: readonly { title: string; make(file: string): Promise<void>; says: string }[] = [
  {
    title: 'another format',
    make: file => writeFile(file, 'latches: none\n'.repeat(500)),
    says: 'a directory with a state.db that can be read and written, received',
  },
  {
    title: 'the SQLite file of another program',
    async make(file) {
      const db = new DatabaseSync(file)
      db.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
      db.close()
    },
    says: "a directory without another program's state.db, received",
  },
  {
    title: 'a file of a later version',
    async make(file) {
      await filledStore(join(file, '..'))
      const db = new DatabaseSync(file)
      db.exec('PRAGMA user_version = 7')
      db.close()
    },
    says: 'a directory with a state.db of version 2, received',
  },
  {
    title: 'a file with pages overwritten',
    async make(file) {
      await filledStore(join(file, '..'))
      const bytes = await readFile(file)
      bytes.fill(0xa5, 8192)
      await writeFile(file, bytes)
    },
    says: 'a directory with an intact state.db, received',
  },
  {
    title: 'a file cut in the middle',
    async make(file) {
      await filledStore(join(file, '..'))
      const bytes = await readFile(file)
      await writeFile(file, bytes.subarray(0, 3 * 4096 + 100))
    },
    says: 'a directory with a',
  },
  {
    title: 'a directory of this name',
    make: async file => void (await mkdir(file)),
    says: 'a directory with a state.db that can be read and written, received',
  },
]

for (const { title, make, says } of files) {
  test(`${title} is refused and left as it is`, async t => {
    const dir = await directory(t)
    const file = join(dir, 'state.db')
    await make(file)
    const before = await readFile(file).catch(({ code }) => code)
    assert.throws(
      () => open(dir),
      ({ message }: Error) => {
        assert.ok(message.startsWith(`${must}${says}`), message)
        assert.ok(message.includes(file), message)
        return true
      },
    )
    assert.deepEqual(await readFile(file).catch(({ code }) => code), before)
  })
}

test('a file in the place of the directory is refused', async t => {
  const dir = await directory(t)
  await writeFile(join(dir, 'state'), '')
  assert.throws(() => open(join(dir, 'state', 'here')), {
    message: new RegExp(`^${must}a directory that can be made and written, received .*ENOTDIR`),
  })
})

test('a file that may not be written is refused', async t => {
  const dir = await directory(t)
  await filledStore(dir)
  await chmod(join(dir, 'state.db'), 0o444)
  await chmod(dir, 0o555)
  const child = startChild(t, 'test/fleet/open-unprivileged.ts', [dir])
  const [said] = await child.until(/(Cannot open.*|opened)\n/)
  await chmod(dir, 0o755)
  const rule = 'a directory with a state.db that can be read and written, received'
  assert.ok(said.startsWith(`${must}${rule} ${join(dir, 'state.db')}: `), said)
})

test('an empty file is a fresh store', async t => {
  const dir = await directory(t)
  await writeFile(join(dir, 'state.db'), '')
  const store = open(dir)
  assert.deepEqual(await store.latches(), [])
  await store.close()
})

test('a file that another process holds for too long is down, and back when it lets go', async t => {
  const dir = await directory(t)
  const told: (string | null)[] = []
  const store = createEmbeddedStore({
    dir,
    clock: systemClock,
    onStatus: ({ error }) => told.push(error),
  })
  t.after(() => store.close())
  const other = new DatabaseSync(join(dir, 'state.db'))
  other.exec('BEGIN IMMEDIATE')
  await assert.rejects(store.putLatch(latch()), StoreDown)
  await assert.rejects(store.appendAudit(entry()), StoreDown)
  assert.equal(store.status().up, false)
  assert.match(store.status().error ?? '', /state\.db: database is locked/)
  other.exec('ROLLBACK')
  other.close()
  assert.deepEqual(await store.putLatch(latch()), latch())
  assert.equal((await store.appendAudit(entry())).seq, 1)
  assert.equal(store.status().up, true)
  assert.deepEqual(
    told.map(error => error === null),
    [false, true],
  )
})
