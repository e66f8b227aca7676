import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAssigner } from '../../src/cohort/assign.ts'
import { createFileFlags } from '../../src/cohort/file-flags.ts'
import { createSeenCookie, type SeenCookie } from '../../src/cohort/seen-cookie.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import { plainRules } from '../support/rules.ts'
import { caller, flag, request, rollout, route, sessionIds, share } from './parts.ts'

const secret = 'a secret of thirty-two characters'

function assigner(changes: Partial<LinkedRoute> = {}, flags = share(100)) {
  const made = route(changes)
  const seen = createSeenCookie(made, secret)
  return createAssigner({ route: made, flags, seen, newId: sessionIds() })
}

/** Name and value of the cookie, as a client sends it back. */
const pairOf = (seen: SeenCookie | null) => `${seen?.setCookie('http')}`.split(';')[0] as string

const outcome = (assignment: { variant: string; reason: string }) =>
  `${assignment.variant} ${assignment.reason}`

describe('the reason of an assignment', () => {
  it('v1-only: a route without V2 asks nothing and sets no cookie', () => {
    const { v2: _, flag: __, ...withoutV2 } = route({ stickyKey: ['cookie'] })
    const assign = createAssigner({
      route: withoutV2,
      flags: share(100),
      seen: null,
      newId: sessionIds(),
    })
    const assignment = assign(request(), caller(null))
    assert.equal(outcome(assignment), 'v1 v1-only')
    assert.deepEqual(assignment.setCookies, [])
  })

  it('flag-missing and flag-off differ, and neither sets a cookie', () => {
    const missing = assigner({ stickyKey: ['cookie'] }, createFileFlags({ flags: [] }))
    const off = createFileFlags({ flags: [flag([rollout(100)], false)] })
    assert.equal(outcome(missing(request(), caller(null))), 'v1 flag-missing')
    const assignment = assigner({ stickyKey: ['cookie'] }, off)(request(), caller(null))
    assert.equal(outcome(assignment), 'v1 flag-off')
    assert.deepEqual(assignment.setCookies, [])
  })

  it('in-share and out-of-share', () => {
    assert.equal(outcome(assigner()(request(), caller('42'))), 'v2 in-share')
    assert.equal(outcome(assigner({}, share(0))(request(), caller('42'))), 'v1 out-of-share')
  })

  it('a flag without strategies is on for everyone, as in Unleash', () => {
    const bare = createFileFlags({ flags: [flag([])] })
    assert.equal(outcome(assigner({}, bare)(request(), caller('42'))), 'v2 in-share')
  })

  it('seen-v2: the mark counts only on a route that keeps it, and only unforged', () => {
    const sticky = { sticky: 'seen-v2' } as const
    const given = assigner(sticky)(request([], 'https'), caller('42'))
    assert.equal(given.setCookies.length, 1)
    const cookie = given.setCookies[0] as string
    assert.match(
      cookie,
      /^sb_v2_v2_migration=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure$/,
    )
    const pair = cookie.split(';')[0] as string
    const forged = `${pair.slice(0, -1)}${pair.endsWith('A') ? 'B' : 'A'}`
    const low = assigner(sticky, share(0))
    assert.equal(outcome(low(request(['cookie', pair]), caller('42'))), 'v2 seen-v2')
    assert.deepEqual(low(request(['cookie', pair]), caller('42')).setCookies, [])
    for (const value of [forged, `${pair}A`, pair.slice(0, -1), 'sb_v2_v2_migration=']) {
      assert.equal(outcome(low(request(['cookie', value]), caller('42'))), 'v1 out-of-share')
    }
    const flagged = assigner({}, share(0))
    assert.equal(outcome(flagged(request(['cookie', pair]), caller('42'))), 'v1 out-of-share')
  })

  it('a mark for another flag or of another secret is worth nothing', () => {
    const other = route({ sticky: 'seen-v2', flag: 'other' })
    const low = assigner({ sticky: 'seen-v2' }, share(0))
    const rename = (cookie: string) => cookie.replace('sb_v2_other', 'sb_v2_v2_migration')
    const ofOther = rename(createSeenCookie(other, secret)?.setCookie('http') as string)
    const ofOtherSecret = createSeenCookie(route({ sticky: 'seen-v2' }), secret.toUpperCase())
    for (const cookie of [ofOther, ofOtherSecret?.setCookie('http') as string]) {
      const pair = cookie.split(';')[0] as string
      assert.equal(outcome(low(request(['cookie', pair]), caller('42'))), 'v1 out-of-share')
    }
  })

  it('seen-v2 without a secret is refused when the route is made', () => {
    assert.throws(() => createSeenCookie(route({ sticky: 'seen-v2' }), undefined), /cookieSecret/)
  })

  it('forced: only for listed users, only v1 or v2, also while the flag is off', () => {
    const force = { header: 'X-Switchback-Force', users: ['tester'] }
    const off = createFileFlags({ flags: [flag([rollout(100)], false)] })
    const assign = assigner({ force }, off)
    const asking = (value: string) => request(['x-switchback-force', value])
    assert.equal(outcome(assign(asking('v2'), caller('tester'))), 'v2 forced')
    assert.equal(outcome(assign(asking('v1'), caller('tester'))), 'v1 forced')
    assert.equal(outcome(assign(asking('V2'), caller('tester'))), 'v1 flag-off')
    assert.equal(outcome(assign(asking('v2'), caller('42'))), 'v1 flag-off')
    assert.equal(outcome(assign(asking('v2'), caller(null))), 'v1 flag-off')
    assert.equal(outcome(assigner({}, off)(asking('v2'), caller('tester'))), 'v1 flag-off')
  })

  it('switched-back: a tripped latch stands above a wish, a mark and the flag, and opens at once', () => {
    const made = route({
      sticky: 'seen-v2',
      force: { header: 'x-switchback-force', users: ['tester'] },
    })
    const latch = { tripped: true }
    const seen = createSeenCookie(made, secret)
    const assign = createAssigner({
      route: made,
      flags: share(100),
      seen,
      newId: sessionIds(),
      latch,
    })
    const mark = pairOf(seen)
    const marked = request(['x-switchback-force', 'v2', 'cookie', mark])
    assert.equal(outcome(assign(marked, caller('tester'))), 'v1 switched-back')
    assert.deepEqual(assign(request(), caller('42')).setCookies, [])
    latch.tripped = false
    assert.equal(outcome(assign(marked, caller('tester'))), 'v2 forced')
    assert.equal(outcome(assign(request(['cookie', mark]), caller('42'))), 'v2 seen-v2')
  })

  it('drill: touches the testers of the policy and nobody else', () => {
    const made = route({ rules: { ...plainRules, testers: ['tester'] } })
    const drill = { tripped: true }
    const assign = createAssigner({
      route: made,
      flags: share(100),
      seen: null,
      newId: sessionIds(),
      drill,
    })
    assert.equal(outcome(assign(request(), caller('tester'))), 'v1 drill')
    assert.equal(outcome(assign(request(), caller('42'))), 'v2 in-share')
    assert.equal(outcome(assign(request(), caller(null))), 'v2 in-share')
  })

  it('seen-v2: a mark is void once the latch has another version', () => {
    let version = 0
    const made = route({ sticky: 'seen-v2' })
    const seen = createSeenCookie(made, secret, () => version)
    const low = createAssigner({ route: made, flags: share(0), seen, newId: sessionIds() })
    const before = pairOf(seen)
    const asking = request(['cookie', before])
    assert.equal(outcome(low(asking, caller('42'))), 'v2 seen-v2')
    version = 2
    assert.equal(outcome(low(asking, caller('42'))), 'v1 out-of-share')
    const after = pairOf(seen)
    assert.equal(outcome(low(request(['cookie', after]), caller('42'))), 'v2 seen-v2')
  })
})
