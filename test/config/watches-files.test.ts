import assert from 'node:assert/strict'
import { watch } from 'node:fs'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { watchConfig } from '../../src/config/watch.ts'
import { configDir, put } from './config-dir.ts'

/** A watch whose next report can be awaited. */
function watching(t: TestContext, dir: string) {
  let next = Promise.withResolvers<void>()
  const watch = watchConfig({
    dir,
    clock: systemClock,
    quietMs: 20,
    onChange: () => next.resolve(),
  })
  t.after(() => watch.close())
  return {
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

/** A clock whose timers end when the test says so. */
function manualClock() {
  let armed = 0
  let tick: (() => void) | null = null
  let arm = Promise.withResolvers<void>()
  const clock: Clock = {
    ...systemClock,
    every(_periodMs, next) {
      armed++
      tick = next
      arm.resolve()
      return () => {
        armed--
        tick = null
      }
    },
  }
  return {
    clock,
    armed: () => armed,
    nextArm() {
      arm = Promise.withResolvers()
      return arm.promise
    },
    fire: () => tick?.(),
  }
}

/** Resolves when the system tells of `name` in `dir`, and every watch of it has heard. */
function heard(t: TestContext, dir: string, name: string): Promise<void> {
  return new Promise(resolve => {
    const watcher = watch(dir, (_, changed) => {
      if (changed === name) setImmediate(resolve)
    })
    t.after(() => watcher.close())
  })
}

test('a burst of changes is one report, after the quiet that follows it', async t => {
  const dir = await configDir(t)
  const { clock, armed, nextArm, fire } = manualClock()
  let reports = 0
  const watch = watchConfig({ dir, clock, onChange: () => reports++ })
  t.after(() => watch.close())
  for (let i = 0; i < 5; i++) {
    const arming = nextArm()
    await put(dir, `routes/${i}.yaml`, 'a')
    await arming
    assert.equal(armed(), 1)
  }
  assert.equal(reports, 0)
  fire()
  assert.equal(reports, 1)
  assert.equal(armed(), 0)
})

test('other files beside the folders are no change', async t => {
  const dir = await configDir(t)
  const { clock, armed } = manualClock()
  const watch = watchConfig({ dir, clock, onChange: () => {} })
  t.after(() => watch.close())
  const noticed = heard(t, dir, 'access.log')
  await put(dir, 'access.log', 'x')
  await noticed
  assert.equal(armed(), 0)
})

test('a closed watch reports nothing more', async t => {
  const dir = await configDir(t)
  const { clock, armed, nextArm } = manualClock()
  const watch = watchConfig({ dir, clock, onChange: () => {} })
  const arming = nextArm()
  await put(dir, 'routes/a.yaml', 'a')
  await arming
  watch.close()
  assert.equal(armed(), 0)
  const noticed = heard(t, join(dir, 'routes'), 'b.yaml')
  await put(dir, 'routes/b.yaml', 'a')
  await noticed
  assert.equal(armed(), 0)
})
