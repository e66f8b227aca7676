import assert from 'node:assert/strict'
import { readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { createAssigner } from '../../src/cohort/assign.ts'
import type { FlagSource } from '../../src/cohort/flag-source.ts'
import { startUnleash, type UnleashServer } from '../support/unleash-server.ts'
import { caller, flag, flagName, request, rollout, route, sessionIds, share } from './parts.ts'
import { emptyDir, listening, open } from './unleash-parts.ts'

/** What Unleash's admin API tells of an hour. */
interface Usage {
  readonly appName: string
  readonly yes: number
}

/** A hundred users stand for everybody: who of them gets V2. */
function canaries(flags: FlagSource, segment = 'none'): string[] {
  const assign = createAssigner({ route: route(), flags, seen: null, newId: sessionIds() })
  return Array.from({ length: 100 }, (_, i) => `user-${i}`).filter(
    user => assign(request(), caller(user, { segment })).variant === 'v2',
  )
}

describe('a real Unleash', () => {
  let unleash: UnleashServer
  before(async () => {
    unleash = await startUnleash()
  })
  after(() => unleash.stop())

  const openLive = async (
    t: TestContext,
    backupDir?: string,
    appName = 'switchback',
    streaming = false,
  ) => {
    const told = listening()
    const config = {
      url: unleash.url,
      token: unleash.clientToken,
      appName,
      streaming,
      refreshIntervalMs: 100,
    }
    const dir = backupDir ?? (await emptyDir(t))
    const parts = { clock: systemClock, told }
    return { told, flags: await open(t, { ...config, backupDir: dir }, parts) }
  }

  it('that is open source offers no stream, and is polled', async t => {
    await unleash.setFlag(flag([rollout(10)]))
    const { flags, told } = await openLive(t, undefined, 'switchback', true)
    while (flags.status().stream === 'opening') await new Promise(setImmediate)
    assert.equal(flags.status().stream, 'not-offered')
    const changed = told.next('changed')
    await unleash.setFlag(flag([rollout(20)]))
    assert.deepEqual((await changed).flags, [flagName])
  })

  it('moves callers when the percentage is changed in its admin API', async t => {
    await unleash.setFlag(flag([rollout(10)]))
    const { flags, told } = await openLive(t)
    await until(told, () => flags.feature(flagName)?.strategies?.[0]?.parameters?.rollout === '10')
    const few = canaries(flags)
    assert.deepEqual(few, canaries(share(10)))

    const changed = told.next('changed')
    await unleash.setFlag(flag([rollout(60)]))
    assert.deepEqual((await changed).flags, [flagName])
    const many = canaries(flags)
    assert.deepEqual(many, canaries(share(60)))
    assert.ok(few.every(user => many.includes(user)))

    const stopped = told.next('changed')
    await unleash.setFlag(flag([rollout(60)], false))
    await stopped
    assert.deepEqual(canaries(flags), [])
    assert.equal(flags.feature(flagName)?.enabled, false)
  })

  it('gives segments their own shares', async t => {
    await unleash.setFlag(flag([rollout(100, 'beta_users'), rollout(50, 'api_partners')]))
    const { flags, told } = await openLive(t)
    await until(told, () => canaries(flags, 'beta_users').length === 100)
    assert.deepEqual(canaries(flags, 'enterprise'), [])
    assert.deepEqual(canaries(flags, 'api_partners'), canaries(share(50)))
  })

  it('hears how often the flag was asked for', async t => {
    await unleash.setFlag(flag([rollout(100)]))
    const { flags, told } = await openLive(t, undefined, 'counted')
    await until(told, () => canaries(flags).length === 100)
    await flags.close()
    const metrics = `/client-metrics/features/${flagName}/raw`
    // Unleash writes the counts it was sent to its database every five seconds.
    let counted = 0
    while (counted === 0) {
      const answer = (await unleash.admin('GET', metrics)) as { data: Usage[] }
      const ours = answer.data.filter(({ appName }) => appName === 'counted')
      counted = ours.reduce((sum, { yes }) => sum + yes, 0)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    assert.ok(counted >= 100)
  })

  it('may die: evaluation goes on, a new source boots from the backup, and it comes back', async t => {
    await unleash.setFlag(flag([rollout(30)]))
    const backupDir = await emptyDir(t)
    const { flags, told } = await openLive(t, backupDir)
    await until(told, () => canaries(flags).join() === canaries(share(30)).join())

    const failed = told.next('refresh-failed')
    await unleash.kill()
    await failed
    assert.deepEqual(canaries(flags), canaries(share(30)))

    const restarted = await openLive(t, backupDir)
    assert.ok(restarted.told.types.includes('ready-from-backup'))
    assert.deepEqual(canaries(restarted.flags), canaries(share(30)))

    const [file] = await readdir(backupDir)
    await truncate(join(backupDir, file as string), 40)
    const empty = await openLive(t, backupDir)
    assert.ok(empty.told.types.includes('started-empty'))
    assert.deepEqual(canaries(empty.flags), [])

    const all = [told, restarted.told, empty.told]
    const recovered = Promise.all(all.map(each => each.next('refresh-recovered')))
    await unleash.restart()
    await recovered
    for (const source of [flags, restarted.flags, empty.flags]) {
      assert.deepEqual(canaries(source), canaries(share(30)))
      assert.equal(source.status().from, 'server')
    }
    const again = await openLive(t, backupDir)
    assert.deepEqual(again.told.types, ['ready-from-server'])
  })
})

/** Unleash answers polls from a state up to a second old, so wait for the change that brings it. */
async function until(told: ReturnType<typeof listening>, holds: () => boolean): Promise<void> {
  while (!holds()) await told.next('changed')
}
