import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rule } from '../shadow/pairs.ts'
import { compared, report, value } from '../shadow/summed.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { plainRules } from '../support/rules.ts'
import { basis, differencesOf, exchangeMs, shadowedRoute, wrongPrices } from './difference-desks.ts'
import { openStore, settled, stateDir } from './machines.ts'

const day = 86_400_000

test('what was seen is there after a restart, and goes on', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  const before = await differencesOf(t, { local, clock })
  before.compared([wrongPrices()])
  clock.advance(exchangeMs)
  await settled()
  const told = before.differences()
  assert.equal(told[0]?.findings[0]?.verdict, 'real')
  const after = await differencesOf(t, { local, clock })
  assert.deepEqual(after.differences(), told)
  after.compared([wrongPrices()])
  assert.equal(after.differences()[0]?.compared, 200)
})

test('leaving writes down the last of what came', async t => {
  const clock = createManualClock()
  const dir = stateDir(t)
  const before = await differencesOf(t, { local: openStore(t, clock, dir), clock })
  before.compared([wrongPrices()])
  await before.close()
  const after = await differencesOf(t, { local: openStore(t, clock, dir), clock })
  assert.equal(after.differences()[0]?.compared, 100)
})

test('what was compared otherwise is not added up', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  const before = await differencesOf(t, { local, clock })
  before.compared([wrongPrices({ basis: 'another' })])
  assert.equal(before.differences()[0]?.compared, 0)
  before.compared([wrongPrices()])
  await before.close()
  const rules = { ...plainRules, shadow: rule({ ignore: ['/id'] }) }
  const after = await differencesOf(t, { local, clock, routes: [shadowedRoute({ rules })] })
  assert.equal(after.differences()[0]?.compared, 0)
})

test('a reload that leaves the comparison alone forgets nothing', async t => {
  const clock = createManualClock()
  const desk = await differencesOf(t, { local: openStore(t, clock), clock })
  desk.compared([wrongPrices()])
  const rules = { ...plainRules, shadow: rule({ timeoutMs: 1 }) }
  desk.replace([shadowedRoute({ rules })])
  assert.equal(desk.differences()[0]?.compared, 100)
  desk.replace([])
  assert.deepEqual(desk.differences(), [])
})

test('what is to be kept for another time is kept, with what was not written down yet', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  const desk = await differencesOf(t, { local, clock })
  desk.compared([wrongPrices()])
  assert.deepEqual(desk.take(), [{ route: 'match', pairs: 100, mismatched: 100 }])
  desk.compared([wrongPrices()])
  const rules = { ...plainRules, shadow: rule({ keepMs: day }) }
  desk.replace([shadowedRoute({ rules })])
  assert.equal(desk.differences()[0]?.compared, 200)
  assert.deepEqual(desk.take(), [{ route: 'match', pairs: 100, mismatched: 100 }])
  clock.advance(exchangeMs)
  await settled()
  clock.advance(day)
  await settled()
  assert.deepEqual(desk.differences()[0]?.findings, [])
})

test('damaged notes are passed over', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  await local.putNotice('shadow/match', 'a/1', '{"version":1', day)
  await local.putNotice('shadow/match', 'b/1', '[]', day)
  await local.putNotice('shadow-decisions/match', 'body value /price', '{"to":"all"}', day)
  const desk = await differencesOf(t, { local, clock })
  desk.compared([wrongPrices()])
  assert.equal(desk.differences()[0]?.findings[0]?.acknowledged, null)
})

test('a difference is forgotten when it was not seen for as long as the policy says', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  const rules = { ...plainRules, shadow: rule({ keepMs: day }) }
  const desk = await differencesOf(t, { local, clock, routes: [shadowedRoute({ rules })] })
  const other = report({ basis, shadow: compared(1, [1, value('/other')]) })
  desk.compared([wrongPrices()])
  assert.equal(desk.differences()[0]?.findings.length, 1)
  clock.advance(day - 1000)
  desk.compared([other])
  assert.equal(desk.differences()[0]?.findings.length, 2)
  clock.advance(exchangeMs)
  await settled()
  assert.deepEqual(
    desk.differences()[0]?.findings.map(({ at }) => at),
    ['/other'],
  )
  const [text] = (await local.notices('shadow/match')).values()
  assert.doesNotMatch(text ?? '', /price/)
})

test('a disk that takes nothing is told, and what was seen is held on', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  const desk = await differencesOf(t, { local, clock })
  await local.close()
  desk.compared([wrongPrices()])
  clock.advance(exchangeMs)
  await settled()
  assert.deepEqual(desk.warnings, ['differences were not written down'])
  assert.equal(desk.differences()[0]?.compared, 100)
})
