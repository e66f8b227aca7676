import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faults } from '../../bench/chaos/faults.ts'
import {
  getsDoNotFail,
  nothingFails,
  nothingLooksWhole,
  onlyCutOrPosts,
  onlyInFlightFails,
  onlyRefusedFails,
  postsArriveOnce,
  type Rule,
  staysOnV2,
  switchesBack,
  v2CallersDoNotFail,
  webSocketsAreTold,
  worseThan,
} from '../../bench/chaos/rules.ts'
import { asMarkdown, scoreOf } from '../../bench/chaos/scorecard.ts'
import { endingsOf, recoveryMs, type Sighting } from '../../bench/chaos/sighting.ts'
import type { Reply } from '../../bench/failover/clients-process.ts'

const faultAt = 1000
const overAt = 2000

function reply(dueAt: number, fields: Partial<Reply> = {}): Reply {
  return {
    ...{ id: 'a', method: 'GET', user: `u${dueAt % 2}`, dueAt, sentAt: dueAt, endedAt: dueAt + 5 },
    ...{ status: 200, error: null, service: `v${(dueAt % 2) + 1}`, connection: 0, bytes: 66 },
    ...fields,
  }
}

/** Well before the fault and long after it, and in between what is given. */
function sighting(within: readonly Reply[], fields: Partial<Sighting> = {}): Sighting {
  const well = (from: number) =>
    Array.from({ length: 30 }, (_, i) => reply(from + i * 10 + (i % 2)))
  const replies = [...well(500), ...within, ...well(5000)]
  return { replies, arrivals: [], noted: [], faultAt, overAt, switchesBack: 0, ...fields }
}

function isWorse(rule: Rule, seen: Sighting): boolean {
  return worseThan([rule], seen).length > 0
}

const failed = { status: 503, service: null }

test('a failed request is worse where none may fail, and each rule excuses only its own', () => {
  const get = sighting([reply(1500, failed)])
  const post = sighting([reply(1500, { ...failed, method: 'POST' })])
  const refused = sighting([reply(1500, { status: 0, error: 'ECONNREFUSED', service: null })])
  const cut = sighting([reply(1500, { error: 'cut' })])
  for (const seen of [get, post, refused, cut]) assert.ok(isWorse(nothingFails, seen))
  assert.ok(isWorse(getsDoNotFail, get) && !isWorse(getsDoNotFail, post))
  assert.ok(isWorse(onlyRefusedFails, get) && !isWorse(onlyRefusedFails, refused))
  assert.ok(isWorse(onlyCutOrPosts, get) && !isWorse(onlyCutOrPosts, cut))
  assert.ok(!isWorse(nothingFails, sighting([reply(1500)])))
})

test("V2's callers are known from before the fault", () => {
  assert.ok(isWorse(v2CallersDoNotFail, sighting([reply(1501, failed)])))
  assert.ok(!isWorse(v2CallersDoNotFail, sighting([reply(1500, failed)])))
})

test('only one request of each connection was in flight', () => {
  const broken = { status: 0, error: 'ECONNRESET' }
  const inFlight = reply(990, { ...broken, endedAt: 1001 })
  assert.ok(!isWorse(onlyInFlightFails, sighting([inFlight])))
  assert.ok(isWorse(onlyInFlightFails, sighting([inFlight, reply(1300, broken)])))
})

test('a short answer that looks whole is worse than one that is cut', () => {
  assert.ok(isWorse(nothingLooksWhole, sighting([reply(1500, { bytes: 33 })])))
  assert.ok(!isWorse(nothingLooksWhole, sighting([reply(1500, { bytes: 33, error: 'cut' })])))
})

test('a switch back is wanted or not', () => {
  const back = sighting([reply(1500)], { switchesBack: 2 })
  assert.ok(isWorse(staysOnV2, back) && !isWorse(switchesBack, back))
  assert.ok(isWorse(switchesBack, sighting([reply(1500)])))
})

test('what was worse beside the requests is told as it was noted', () => {
  const noted = ['3 WebSockets were closed with 1006', 'it left after its drain limit']
  assert.deepEqual(worseThan([webSocketsAreTold], sighting([reply(1500)], { noted })), [
    '3 WebSockets were closed with 1006, it left after its drain limit',
  ])
  assert.ok(!isWorse(webSocketsAreTold, sighting([reply(1500)])))
})

test('a POST that came twice is worse, wherever it came', () => {
  const arrival = { at: 1500, behaviour: 'ok', method: 'POST', id: 'b' } as const
  const seen = sighting([reply(1500)], { arrivals: [arrival, arrival] })
  assert.deepEqual(worseThan([postsArriveOnce], seen), ['1 POSTs were executed twice'])
})

test('what never ends, and what nobody asked during, is worse in any case', () => {
  const never = { ...sighting([]), replies: [reply(500), reply(1500, failed)] }
  assert.equal(recoveryMs(never), null)
  assert.deepEqual(worseThan([], never), ['requests failed to the end'])
  assert.deepEqual(worseThan([], { ...sighting([]), replies: [reply(500)] }), ['nobody asked'])
})

test('it is well again when the last request was due that failed', () => {
  assert.equal(recoveryMs(sighting([reply(1500, failed)])), 0)
  assert.equal(recoveryMs(sighting([reply(1500, failed), reply(2700, failed)])), 700)
})

test('the scorecard tells all that clients saw since the fault', () => {
  const seen = sighting([reply(1500, failed), reply(1600, { status: 0, error: 'cut' })])
  assert.deepEqual(endingsOf(seen), [
    ['200', 30],
    ['503', 1],
    ['cut', 1],
  ])
  const fault = { name: 'a', what: 'b', rows: ['B38'], rules: [staysOnV2], make: async () => {} }
  const text = asMarkdown(['date: today'], [scoreOf(fault, seen)])
  assert.match(
    text,
    /\| \*\*a\*\*: b \| 200: 30, 503: 1, cut: 1 \| 5 ms → 5 ms \| at once \| V2 is not switched back \(B38\) \| as allowed \|/,
  )
})

test('each fault has a name of its own, and something that it may not do', () => {
  assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length)
  assert.ok(faults.length >= 18)
  for (const { name, rules } of faults) assert.ok(rules.length > 0, name)
})
