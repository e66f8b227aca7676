import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { verifyChain } from '../../src/fleet/stores/audit-chain.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { StoreDown } from '../../src/fleet/stores/store-down.ts'
import { type LatchState, prevailing } from '../../src/guard/latch-state.ts'
import { entry, latch } from './store-states.ts'
import { userContract } from './user-contract.ts'

/** One place where stores keep what they are given, and its time. */
export interface Place {
  /** Another process, or another machine, at the same place; closed with the test. */
  open(options?: { readonly keptAudit: number }): Store
  /** Moves the store's time on, or waits for it to pass. */
  pass(milliseconds: number): Promise<void>
}

/** What is known to differ between the twins. */
export interface Character {
  readonly kind: Store['kind']
  place(t: TestContext): Promise<Place>
  /** Whether counts are summed over all who have the store open; otherwise they are each one's own. */
  readonly sharesCounts: boolean
}

/** The promises of src/fleet/stores/store.ts; run for both twins. */
export function contract(character: Character): void {
  const { kind } = character

  test(`${kind}: a latch that was put is there for everybody`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    assert.deepEqual(await a.latches(), [])
    assert.deepEqual(await a.putLatch(latch()), latch())
    assert.deepEqual(await b.latches(), [latch()])
    await b.putLatch(latch({ flag: 'other', note: 'ü – "\u2028' }))
    const all = [...(await a.latches())].sort((x, y) => (x.flag < y.flag ? -1 : 1))
    assert.deepEqual(all, [latch({ flag: 'other', note: 'ü – "\u2028' }), latch()])
  })

  test(`${kind}: of two states the prevailing one stays, in whatever order they arrive`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    // Few values, so that ties are common in each part of the order.
    const state = fc.record({
      state: fc.constantFrom('open', 'tripped'),
      version: fc.integer({ min: 0, max: 2 }),
      since: fc.constantFrom(1_700_000_000_000, 1_700_000_000_001),
      by: fc.constantFrom('', 'a', 'B', 'a-b', 'ab', 'é', 'z', '\u{1f600}', '\uffee'),
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(state, { minLength: 2, maxLength: 5 }), async changes => {
        const flag = `flag-${++run}`
        const states = changes.map(each => latch({ ...each, flag } as Partial<LatchState>))
        let best = states[0] as LatchState
        for (const [i, each] of states.entries()) {
          best = prevailing(best, each)
          assert.deepEqual(await (i % 2 === 0 ? a : b).putLatch(each), best)
        }
        assert.deepEqual(
          (await a.latches()).find(each => each.flag === flag),
          best,
        )
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  test(`${kind}: others hear of a latch, its writer does not`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    const heard = Promise.withResolvers<void>()
    let version = 10
    const heardByA: LatchState[] = []
    const heardByB: LatchState[] = []
    a.onLatch(state => {
      heardByA.push(state)
      if (state.flag === 'last') heard.resolve()
    })
    const stop = b.onLatch(state => heardByB.push(state))
    await until(place, async () => {
      await a.putLatch(latch({ version: version++ }))
      return heardByB.length > 0
    })
    stop()
    const before = heardByB.length
    await a.putLatch(latch({ version: version++, state: 'open' }))
    // A state that does not prevail is no news.
    await b.putLatch(latch({ version: 1 }))
    await b.putLatch(latch({ flag: 'last' }))
    await until(place, async () => heardByA.length > 0)
    await heard.promise
    assert.deepEqual(heardByA, [latch({ flag: 'last' })])
    assert.equal(heardByB.length, before)
  })

  test(`${kind}: the audit is one chain, whoever appends`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    assert.deepEqual(await a.readAudit(0, 10), [])
    const appended = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        (i % 2 === 0 ? a : b).appendAudit(entry({ why: `event ${i}` })),
      ),
    )
    const records = await b.readAudit(0, 1000)
    assert.deepEqual(
      records.map(({ seq }) => seq),
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
    assert.deepEqual(
      [...appended].sort((x, y) => x.seq - y.seq),
      records,
    )
    assert.equal(verifyChain(records).ok, true)
    assert.deepEqual(
      (await a.readAudit(5, 3)).map(({ seq }) => seq),
      [6, 7, 8],
    )
  })

  test(`${kind}: the audit is read from its end as well, also beyond its beginning`, async t => {
    const store = (await character.place(t)).open({ keptAudit: 5 })
    const read = async (before: number | null, limit: number) =>
      (await store.readAuditBefore(before, limit)).map(({ seq }) => seq)
    assert.deepEqual(await read(null, 10), [])
    for (let i = 0; i < 12; i++) await store.appendAudit(entry({ why: `event ${i}` }))
    assert.deepEqual(await read(null, 2), [11, 12])
    assert.deepEqual(await read(11, 2), [9, 10])
    assert.deepEqual(await read(10, 100), [8, 9])
    assert.deepEqual(await read(8, 2), [])
    assert.deepEqual(await read(1, 2), [])
    assert.deepEqual(await read(999_999_999_999_999, 1), [12])
  })

  test(`${kind}: the oldest audit records are dropped, the numbers go on`, async t => {
    const place = await character.place(t)
    const store = place.open({ keptAudit: 5 })
    for (let i = 0; i < 12; i++) await store.appendAudit(entry({ why: `event ${i}` }))
    const records = await store.readAudit(0, 100)
    assert.deepEqual(
      records.map(({ seq }) => seq),
      [8, 9, 10, 11, 12],
    )
    const verdict = verifyChain(records)
    assert.ok(verdict.ok)
    assert.equal(verdict.from, 8)
    assert.deepEqual(
      (await store.readAudit(9, 2)).map(({ seq }) => seq),
      [10, 11],
    )
  })

  test(`${kind}: a lease has one holder until it is given back or runs out`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    assert.equal(await a.acquireLease('announce', 'a', 60_000), true)
    assert.equal(await a.acquireLease('announce', 'a', 60_000), true, 'renewed')
    assert.equal(await b.acquireLease('announce', 'b', 60_000), false)
    assert.equal(await b.acquireLease('another', 'b', 60_000), true)
    await b.releaseLease('announce', 'b')
    assert.equal(
      await b.acquireLease('announce', 'b', 60_000),
      false,
      "another's is not given back",
    )
    await a.releaseLease('announce', 'a')
    assert.equal(await b.acquireLease('announce', 'b', 300), true)
    assert.equal(await a.acquireLease('announce', 'a', 300), false)
    await until(place, () => a.acquireLease('announce', 'a', 60_000))
    assert.equal(await b.acquireLease('announce', 'b', 300), false)
  })

  test(`${kind}: a renewal makes a lease longer`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    await a.acquireLease('announce', 'a', 250)
    await a.acquireLease('announce', 'a', 60_000)
    await place.pass(500)
    assert.equal(await b.acquireLease('announce', 'b', 250), false)
  })

  test(`${kind}: counts come once, in closed buckets, to each who takes them`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    await a.addCounts({ before: 1 })
    assert.deepEqual(await a.takeCounts(), [], 'the first call gives none')
    assert.deepEqual(await b.takeCounts(), [])
    await a.addCounts({ 'match|v2|good': 3, 'match|v2|bad': 1 })
    await a.addCounts({ 'match|v2|good': 2, share: 0.25 })
    await b.addCounts({ 'match|v2|good': 10, share: 0.5 })
    await place.pass(1000)
    const seenByA = sum(await a.takeCounts())
    assert.equal(seenByA['match|v2|good'], character.sharesCounts ? 15 : 5)
    assert.equal(seenByA['match|v2|bad'], 1)
    assert.equal(seenByA.share, character.sharesCounts ? 0.75 : 0.25)
    assert.equal(sum(await b.takeCounts())['match|v2|good'], character.sharesCounts ? 15 : 10)
    assert.deepEqual(await a.takeCounts(), [], 'never twice')
    await a.addCounts({ later: 7 })
    await place.pass(1000)
    assert.deepEqual(sum(await a.takeCounts()), { later: 7 })
  })

  test(`${kind}: what was remembered can be recalled`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    assert.equal(await a.recall('announced/v2_migration/1'), null)
    await a.remember('announced/v2_migration/1', 'yes')
    await a.remember('announced/v2_migration/1', '{"webhook":true}')
    assert.equal(await b.recall('announced/v2_migration/1'), '{"webhook":true}')
  })

  test(`${kind}: a holder has one thing to say on a subject, the last`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    assert.deepEqual(await a.notices('shadow/match'), new Map())
    await a.putNotice('shadow/match', 'a', 'first', 60_000)
    await a.putNotice('shadow/match', 'a', 'second', 60_000)
    await b.putNotice('shadow/match', 'b', 'other', 60_000)
    await b.putNotice('shadow', 'match:a', 'elsewhere', 60_000)
    const said = [
      ['a', 'second'],
      ['b', 'other'],
    ]
    for (const store of [a, b]) {
      assert.deepEqual([...(await store.notices('shadow/match'))].sort(), said)
    }
    assert.deepEqual(await a.notices('shadow'), new Map([['match:a', 'elsewhere']]))
  })

  test(`${kind}: what was said is forgotten after its time, unless it is said again`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    await a.putNotice('s', 'short', 'x', 250)
    await a.putNotice('s', 'renewed', 'x', 250)
    await a.putNotice('s', 'renewed', 'y', 60_000)
    await a.putNotice('s', 'long', 'x', 60_000)
    await place.pass(500)
    assert.deepEqual([...(await b.notices('s'))].sort(), [
      ['long', 'x'],
      ['renewed', 'y'],
    ])
  })

  test(`${kind}: subjects, holders and texts are taken as they are`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    const large = `${'x'.repeat(2 ** 20 - 6)}ü\u2028\n`
    const odd = ['', ' ', 'a', 'a:a', 'body value /a b\n{}*', 'ü\u{1f600}', '"\'\\', '__proto__']
    for (const subject of odd) {
      for (const holder of odd) await a.putNotice(subject, holder, `${subject}|${holder}`, 60_000)
    }
    for (const subject of odd) {
      const found = await b.notices(subject)
      assert.deepEqual([...found.keys()].sort(), [...odd].sort())
      for (const holder of odd) assert.equal(found.get(holder), `${subject}|${holder}`)
    }
    await a.putNotice('large', 'a', large, 60_000)
    assert.equal((await b.notices('large')).get('a'), large)
  })

  test(`${kind}: revocations are a log that each reads in order, from where it was`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    assert.deepEqual(await a.readRevocations(null, 10), [])
    const records = [
      ['jti', 't-1', 'until', '1800000000'],
      ['sub', 'ü – "\u2028{}', 'before', '1'],
      ['sid', 's', 'sid', 's'],
    ]
    await a.addRevocations(records.slice(0, 2))
    await b.addRevocations(records.slice(2))
    const all = await b.readRevocations(null, 10)
    assert.deepEqual(
      all.map(({ fields }) => fields),
      records,
    )
    assert.ok(all.every(({ at }) => at > 1_600_000_000_000))
    const [first, second, third] = all.map(({ id }) => id) as [string, string, string]
    const ids = async (after: string | null, limit: number) =>
      (await a.readRevocations(after, limit)).map(({ id }) => id)
    assert.deepEqual(await ids(null, 2), [first, second])
    assert.deepEqual(await ids(second, 2), [third])
    assert.deepEqual(await ids(third, 2), [])
    // What was read up to is gone by now: nothing is missed, nothing comes twice.
    await b.dropRevocations([second, third, second])
    assert.deepEqual(await ids(second, 2), [])
    await a.addRevocations([['jti', 't-2']])
    const later = await a.readRevocations(third, 10)
    assert.deepEqual(
      later.map(({ fields }) => fields),
      [['jti', 't-2']],
    )
    assert.ok(!all.some(({ id }) => id === later[0]?.id), 'an id is not used twice')
  })

  test(`${kind}: a thousand revocations are added at once, or none`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    const many = Array.from({ length: 1000 }, (_, i) => ['jti', `t-${i}`, 'until', '1800000000'])
    await a.addRevocations(many)
    const read = await b.readRevocations(null, 2000)
    assert.deepEqual(
      read.map(({ fields }) => fields),
      many,
    )
    await b.dropRevocations(read.map(({ id }) => id))
    assert.deepEqual(await a.readRevocations(null, 10), [])
  })

  test(`${kind}: others hear that revocations were added`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    let heard = 0
    const stop = b.onRevocations(() => heard++)
    let latches = 0
    b.onLatch(() => latches++)
    await until(place, async () => {
      await a.addRevocations([['jti', 't']])
      return heard > 0
    })
    stop()
    const before = heard
    await a.addRevocations([['jti', 't']])
    await until(place, async () => {
      await a.putLatch(latch({ version: latches + 100 + heard }))
      return latches > 0
    })
    assert.equal(heard, before)
  })

  test(`${kind}: a closed store is down, and closes twice`, async t => {
    const place = await character.place(t)
    const store = place.open()
    await store.latches()
    assert.equal(store.kind, kind)
    assert.equal(store.status().up, true)
    await store.close()
    await store.close()
    await assert.rejects(store.putLatch(latch()), StoreDown)
    await assert.rejects(store.takeCounts(), StoreDown)
    await assert.rejects(store.recall('x'), StoreDown)
    await assert.rejects(store.putNotice('s', 'a', 'x', 1000), StoreDown)
    await assert.rejects(store.notices('s'), StoreDown)
    await assert.rejects(store.addRevocations([['jti', 't']]), StoreDown)
    await assert.rejects(store.readRevocations(null, 1), StoreDown)
    await assert.rejects(store.addDeeds('run', 1, []), StoreDown)
    await assert.rejects(store.usersOf('run', 0), StoreDown)
  })

  userContract(character)
}

/** Lets the store's time pass until `met` is; without a limit of its own, the test has one. */
async function until(place: Place, met: () => Promise<boolean>): Promise<void> {
  while (!(await met())) await place.pass(250)
}

function sum(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const counts of all) {
    for (const [series, n] of Object.entries(counts)) total[series] = (total[series] ?? 0) + n
  }
  return total
}
