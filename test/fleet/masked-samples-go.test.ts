import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { maskedBy } from '../../src/shadow/findings/masked-samples.ts'
import { rule } from '../shadow/pairs.ts'
import { compared, value } from '../shadow/summed.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { plainRules } from '../support/rules.ts'
import { differencesOf, exchangeMs, shadowedRoute, wrongPrices } from './difference-desks.ts'
import { eventually } from './eventually.ts'
import { openStore } from './machines.ts'

const masked = shadowedRoute({
  rules: { ...plainRules, shadow: rule({ mask: ['/people/*/colour'] }) },
})

function sample(at: string, v1 = '"teal"', v2 = 'absent') {
  const of = { endpoint: 'GET /x', requestId: 'r', seenAt: 1 }
  return { ...value(at), ...of, v1, v2 }
}

const seen = wrongPrices({
  shadow: compared(100, [100, value('/people/*/colour'), value('/price')]),
  samples: [sample('/people/*/colour'), sample('/price', '1', '2')],
})

/** A store in which a machine wrote down what it saw, with the samples; that machine, and what is stored of it. */
async function startSampled(t: TestContext) {
  const clock = createManualClock()
  const store = openStore(t, clock)
  const machine = await differencesOf(t, { local: store, clock })
  machine.compared([seen])
  const stored = async () => (await store.notices('shadow/match')).get('a/1') ?? ''
  await eventually(async () => {
    clock.advance(exchangeMs)
    return (await stored()).includes('teal')
  })
  return { clock, store, machine, stored }
}

type Machine = Awaited<ReturnType<typeof differencesOf>>

function samplesOf(machine: Machine): string[] {
  const findings = machine.differences()[0]?.findings ?? []
  return findings.flatMap(({ samples }) => samples.map(({ at, v1 }) => `${at} ${v1}`))
}

test('a snapshot with another mask takes what it masks out of memory and store', async t => {
  const { machine, stored } = await startSampled(t)
  machine.replace([masked])
  await machine.loaded()
  assert.deepEqual(samplesOf(machine), ['/price 1'])
  assert.equal(machine.differences()[0]?.compared, 100)
  assert.doesNotMatch(await stored(), /teal/)
  // A worker that has not heard of the mask yet.
  machine.compared([seen])
  assert.deepEqual(samplesOf(machine), ['/price 1', '/price 1'])
})

test('a start with another mask writes down what is left', async t => {
  const { machine, stored, clock, store } = await startSampled(t)
  await machine.close()
  const next = await differencesOf(t, { local: store, clock, routes: [masked] })
  assert.deepEqual(samplesOf(next), ['/price 1'])
  assert.doesNotMatch(await stored(), /teal/)
})

test("what another machine wrote down is shown under one's own mask", async t => {
  const { clock, store } = await startSampled(t)
  const other = await differencesOf(t, { local: store, clock, holder: 'b/1', routes: [masked] })
  assert.equal(other.differences()[0]?.compared, 100)
  assert.deepEqual(samplesOf(other), ['/price 1'])
  other.replace([shadowedRoute()])
  other.replace([masked])
  assert.deepEqual(samplesOf(other), ['/price 1'])
})

test('a pointer masks what stood there, below it, and perhaps there; a shape stays', () => {
  const isMasked = maskedBy(['/people/0/colour', '/a~1b'])
  for (const at of ['/people/0/colour', '/people/*/colour/deep', '/*/*/colour', '/a~1b']) {
    assert.equal(isMasked(sample(at)), true, at)
  }
  for (const at of ['', '/people', '/people/0', '/people/1/colour', '/people/0/size', '/a']) {
    assert.equal(isMasked(sample(at)), false, at)
  }
  assert.equal(isMasked({ ...sample('people/0/colour'), part: 'header' }), false)
  for (const shown of ['12', '-1', 'true', '"x"…']) {
    assert.equal(isMasked(sample('/a~1b', 'absent', shown)), true, shown)
  }
  for (const shape of ['‹string, 3›', '‹number›', 'null', 'object of 2', 'array of 1']) {
    assert.equal(isMasked(sample('/a~1b', 'absent', shape)), false, shape)
  }
})
