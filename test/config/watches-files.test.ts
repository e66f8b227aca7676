import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { watchConfig } from '../../src/config/watch.ts'
import { configDir, put } from './config-dir.ts'

/** A watch whose next report can be awaited. */
function watching(t: TestContext, dir: string) {
  let next = Promise.withResolvers<void>()
  let count = 0
  const watch = watchConfig({
    dir,
    clock: systemClock,
    quietMs: 20,
    onChange: () => {
      count++
      next.resolve()
    },
  })
  t.after(() => watch.close())
  return {
    count: () => count,
    async after(change: () => Promise<unknown>): Promise<void> {
      next = Promise.withResolvers()
      await change()
      await next.promise
    },
  }
}

test('an edit in place, a replacement by rename, a new and a removed file are noticed', async t => {
  const dir = await configDir(t, { 'switchback.yaml': '' })
  const watch = watching(t, dir)
  await watch.after(() => put(dir, 'routes/match.yaml', 'a'))
  await watch.after(() => put(dir, 'switchback.yaml', 'name: a\n'))
  await watch.after(async () => {
    await put(dir, 'new.json', '{}')
    await rename(join(dir, 'new.json'), join(dir, 'flags/v2_migration.json'))
  })
  await watch.after(() => put(dir, 'policies/new.yaml', 'a'))
  await watch.after(() => rm(join(dir, 'policies/new.yaml')))
})

test('a folder that appears later, or is replaced, is watched from then on', async t => {
  const dir = await configDir(t)
  await rm(join(dir, 'flags'), { recursive: true })
  const watch = watching(t, dir)
  await watch.after(() => mkdir(join(dir, 'flags')))
  await watch.after(() => put(dir, 'flags/a.json', '{}'))
  await mkdir(join(dir, 'staged'))
  await watch.after(async () => {
    await rename(join(dir, 'flags'), join(dir, 'old'))
    await rename(join(dir, 'staged'), join(dir, 'flags'))
  })
  await watch.after(() => put(dir, 'flags/b.json', '{}'))
})

test('the swap of a Kubernetes ConfigMap is noticed, in a folder and above it', async t => {
  const dir = await configDir(t)
  const folder = join(dir, 'routes')
  const version = async (at: string, name: string) => {
    await mkdir(join(at, name))
    await symlink(name, join(at, '..data_tmp'))
    await rename(join(at, '..data_tmp'), join(at, '..data'))
  }
  await version(folder, '..2026_01')
  await version(dir, '..2026_01')
  await mkdir(join(dir, '..2026_01/flags'))
  await rm(join(dir, 'flags'), { recursive: true })
  await symlink('..data/flags', join(dir, 'flags'))

  const watch = watching(t, dir)
  await watch.after(() => version(folder, '..2026_02'))
  await watch.after(async () => {
    await mkdir(join(dir, '..2026_02'))
    await mkdir(join(dir, '..2026_02/flags'))
    await symlink('..2026_02', join(dir, '..data_tmp'))
    await rename(join(dir, '..data_tmp'), join(dir, '..data'))
  })
  await watch.after(() => writeFile(join(dir, '..2026_02/flags/a.json'), '{}'))
})

test('a burst of changes is one report, and other files beside the folders are none', async t => {
  const dir = await configDir(t)
  const watch = watching(t, dir)
  await watch.after(async () => {
    for (let i = 0; i < 20; i++) await put(dir, 'routes/match.yaml', `${i}`)
  })
  const before = watch.count()
  await put(dir, 'access.log', 'x')
  await watch.after(() => put(dir, 'routes/match.yaml', 'last'))
  assert.equal(watch.count(), before + 1)
  assert(before <= 20)
})
