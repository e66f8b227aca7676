import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startUnleash } from 'unleash-client'
import { createAssigner } from '../../src/cohort/assign.ts'
import { createFileFlags } from '../../src/cohort/file-flags.ts'
import type { FlagSource } from '../../src/cohort/flag-source.ts'
import { createSeenCookie } from '../../src/cohort/seen-cookie.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import { caller, flag, flagName, request, rollout, route, sessionIds, share } from './parts.ts'

const keys = 100_000
const users = Array.from({ length: keys }, (_, i) => `user-${i}`)

/** One bit per user: who gets V2. */
function canaries(
  flags: FlagSource,
  properties: Record<string, string> = {},
  changes: Partial<LinkedRoute> = {},
): Uint8Array {
  const assign = createAssigner({
    route: route(changes),
    flags,
    seen: null,
    newId: sessionIds(),
  })
  const plain = request()
  return Uint8Array.from(users, user =>
    assign(plain, caller(user, properties)).variant === 'v2' ? 1 : 0,
  )
}

const count = (bits: Uint8Array) => bits.reduce((sum, bit) => sum + bit, 0)

describe('over 100,000 users', () => {
  it('raising the percentage takes V2 from nobody, and lowering gives it to nobody', () => {
    const steps = [0, 1, 2, 5, 10, 25, 50, 75, 99, 100].map(percent => canaries(share(percent)))
    for (const [step, higher] of steps.entries()) {
      const lower = steps[step - 1]
      assert.equal(lower?.findIndex((bit, i) => bit > (higher[i] as number)) ?? -1, -1)
    }
    assert.equal(count(steps[0] as Uint8Array), 0)
    assert.equal(count(steps.at(-1) as Uint8Array), keys)
  })

  /*
   * A user's bucket is a hash, so this is a statistical bound: the share of 100,000 random keys has
   * a standard deviation of at most 0.158 points, and 0.5 points are 3.2 of them at 50 %. With these
   * fixed keys the answer is always the same; a few hundred keys may stray by several points.
   */
  for (const percent of [1, 5, 10, 25, 33, 50, 75, 90, 99]) {
    it(`the share at ${percent} % is within half a point`, () => {
      const received = (count(canaries(share(percent))) / keys) * 100
      assert.ok(Math.abs(received - percent) <= 0.5, `received ${received} %`)
    })
  }

  it('visitors with a cookie are shared out as well as users are', () => {
    const newId = sessionIds()
    const assign = createAssigner({ route: route(), flags: share(25), seen: null, newId })
    const ids = Array.from({ length: keys }, newId)
    const v2 = ids.filter(
      id => assign(request(['cookie', `sb_sid=${id}`]), caller(null)).variant === 'v2',
    )
    assert.ok(Math.abs((v2.length / keys) * 100 - 25) <= 0.5, `received ${v2.length}`)
  })

  it('two sources and a source built again give the same answers', async () => {
    const first = share(30)
    const before = canaries(first)
    assert.deepEqual(canaries(share(30)), before)
    await first.close()
    assert.deepEqual(canaries(share(30)), before)
  })

  it('the answer is that of a client of Unleash that was given the same flags', async () => {
    const strategies = [rollout(40, 'api_partners'), rollout(10)]
    const unleash = await startUnleash({
      url: 'http://127.0.0.1:9/api',
      appName: 'judge',
      refreshInterval: 0,
      skipInstanceCountWarning: true,
      disableMetrics: true,
      bootstrap: { data: [{ name: flagName, enabled: true, strategies }] as never },
      storageProvider: { get: async () => undefined, set: async () => {} },
    })
    for (const segment of ['api_partners', 'other']) {
      const ours = canaries(createFileFlags({ flags: [flag(strategies)] }), { segment })
      const theirs = Uint8Array.from(users, userId =>
        unleash.isEnabled(flagName, { userId, properties: { segment } }) ? 1 : 0,
      )
      assert.deepEqual(ours, theirs)
    }
    unleash.destroy()
  })

  it('each segment has its own share', () => {
    const flags = createFileFlags({
      flags: [flag([rollout(100, 'beta_users'), rollout(50, 'api_partners')])],
    })
    assert.equal(count(canaries(flags, { segment: 'beta_users' })), keys)
    assert.equal(count(canaries(flags, { segment: 'enterprise' })), 0)
    const partners = (count(canaries(flags, { segment: 'api_partners' })) / keys) * 100
    assert.ok(Math.abs(partners - 50) <= 0.5, `received ${partners} %`)
  })

  it('the cookie decides where the route puts it before the user', () => {
    const id = sessionIds()()
    const flags = share(50)
    const assign = createAssigner({
      route: route({ stickyKey: ['cookie', 'user'] }),
      flags,
      seen: null,
      newId: sessionIds(),
    })
    const same = request(['cookie', `sb_sid=${id}`])
    const variants = new Set(users.map(user => assign(same, caller(user)).variant))
    assert.equal(variants.size, 1)
  })

  it('seen-v2 keeps V2 below a lowered percentage, until the flag is off', () => {
    const sticky = route({ sticky: 'seen-v2' })
    const seen = createSeenCookie(sticky, 'a secret of thirty-two characters')
    const assigner = (flags: FlagSource) =>
      createAssigner({ route: sticky, flags, seen, newId: sessionIds() })
    const high = assigner(share(50))
    const low = assigner(share(5))
    const off = assigner(createFileFlags({ flags: [flag([rollout(50)], false)] }))
    for (const user of users) {
      const { setCookies } = high(request(), caller(user))
      if (setCookies.length === 0) continue
      const again = request(['cookie', (setCookies[0] as string).split(';')[0] as string])
      assert.equal(low(again, caller(user)).reason, 'seen-v2')
      assert.equal(off(again, caller(user)).reason, 'flag-off')
    }
  })
})
