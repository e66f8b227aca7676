import assert from 'node:assert/strict'
import { watch } from 'node:fs'
import { chmod, cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { lookEveryMs, watchConfig } from '../../src/config/watch.ts'
import { configDir, put } from './config-dir.ts'

/** A watch whose next report can be awaited, and which looks around when the test says so. */
function watching(t: TestContext, dir: string, files: () => readonly string[] = () => []) {
  let next = Promise.withResolvers<void>()
  let look = () => {}
  let changes = 0
  const watch = watchConfig({
    dir,
    clock: {
      ...systemClock,
      every(periodMs, tick) {
        if (periodMs !== lookEveryMs) {
          changes++
          return systemClock.every(periodMs, tick)
        }
        look = tick
        return () => {}
      },
    },
    files,
    quietMs: 20,
    onChange: () => next.resolve(),
  })
  t.after(() => watch.close())
  return {
    /** Looks, and says whether it found a change. */
    look(): boolean {
      const before = changes
      look()
      return changes > before
    },
    async after(change: () => Promise<unknown>): Promise<void> {
      next = Promise.withResolvers()
      // A watch of what is gone keeps no process alive.
      const alive = setInterval(() => {}, 1000)
      await change()
      await next.promise
      clearInterval(alive)
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

test('a configuration directory that is a swapped link is followed', async t => {
  const dir = await configDir(t)
  await cp(join(dir, 'routes'), join(dir, 'r1/routes'), { recursive: true })
  await cp(join(dir, 'routes'), join(dir, 'r2/routes'), { recursive: true })
  const current = join(dir, 'current')
  await symlink('r1', current)
  const watch = watching(t, current)
  await watch.after(() => put(dir, 'r1/routes/a.yaml', 'a'))
  assert(!watch.look())
  await watch.after(async () => {
    await symlink('r2', join(dir, 'next'))
    await rename(join(dir, 'next'), current)
    watch.look()
  })
  assert(!watch.look())
  await watch.after(() => put(dir, 'r2/routes/a.yaml', 'a'))
  await watch.after(() => put(dir, 'r2/switchback.yaml', 'name: a'))
})

test('a configuration directory that is removed is waited for', async t => {
  const parent = await configDir(t)
  const dir = join(parent, 'conf')
  const copy = () => cp(join(parent, 'routes'), join(dir, 'routes'), { recursive: true })
  await copy()
  const watch = watching(t, dir)
  await watch.after(async () => {
    await rm(dir, { recursive: true })
    watch.look()
  })
  assert(!watch.look())
  await watch.after(async () => {
    await copy()
    watch.look()
  })
  await watch.after(() => put(dir, 'routes/match.yaml', 'a'))
  // At once there again, it may have got the number of the one before.
  await watch.after(async () => {
    await rm(dir, { recursive: true })
    await copy()
    watch.look()
  })
  await watch.after(() => put(dir, 'routes/match.yaml', 'b'))
})

test('a file that the configuration names is followed wherever it stands', async t => {
  const dir = await configDir(t, { 'elsewhere/v1/key.pem': 'a', 'elsewhere/v2/key.pem': 'a' })
  const elsewhere = join(dir, 'elsewhere')
  const key = join(elsewhere, 'current/key.pem')
  await symlink('v1', join(elsewhere, 'current'))
  let named = [key]
  const watch = watching(t, dir, () => named)
  assert(!watch.look())

  await put(elsewhere, 'v1/key.pem', 'b')
  assert(watch.look(), 'an edit in place')
  assert(!watch.look())
  await symlink('v2', join(elsewhere, 'next'))
  await rename(join(elsewhere, 'next'), join(elsewhere, 'current'))
  assert(watch.look(), 'a swapped link above it')
  await chmod(key, 0o600)
  assert(watch.look(), 'a permission given')
  await rm(key)
  assert(watch.look(), 'its removal')
  assert(!watch.look())
  await put(elsewhere, 'v2/key.pem', 'a')
  assert(watch.look(), 'its return')

  await put(elsewhere, 'other.pem', 'a')
  named = [join(elsewhere, 'other.pem')]
  assert(watch.look(), 'a file named since, which may have changed since it was read')
  assert(!watch.look())
  await put(elsewhere, 'v2/key.pem', 'c')
  assert(!watch.look(), 'a file that is named no more')
})

/** A clock whose timers end when the test says so; looks are not counted. */
function manualClock() {
  let armed = 0
  let looking = 0
  let tick: (() => void) | null = null
  let arm = Promise.withResolvers<void>()
  const clock: Clock = {
    ...systemClock,
    every(periodMs, next) {
      if (periodMs === lookEveryMs) {
        looking++
        return () => {
          looking--
        }
      }
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
    looking: () => looking,
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
  const { clock, armed, looking, nextArm } = manualClock()
  const watch = watchConfig({ dir, clock, onChange: () => {} })
  const arming = nextArm()
  await put(dir, 'routes/a.yaml', 'a')
  await arming
  assert.equal(looking(), 1)
  watch.close()
  assert.equal(armed(), 0)
  assert.equal(looking(), 0)
  const noticed = heard(t, join(dir, 'routes'), 'b.yaml')
  await put(dir, 'routes/b.yaml', 'a')
  await noticed
  assert.equal(armed(), 0)
})
