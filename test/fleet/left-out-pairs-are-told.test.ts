import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createLeftOutLog } from '../../src/telemetry/left-out-log.ts'
import { compared, report } from '../shadow/summed.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { differencesOf, wrongPrices } from './difference-desks.ts'
import { openStore } from './machines.ts'

async function desk(t: Parameters<typeof differencesOf>[0]) {
  const clock = createManualClock()
  return differencesOf(t, { local: openStore(t, clock), clock })
}

test('what was compared by other rules, or of no route that is shadowed, is left out and told', async t => {
  const { compared: hear, leftOut, differences } = await desk(t)
  hear([wrongPrices({ basis: 'before' }), wrongPrices({ route: 'removed' }), wrongPrices()])
  assert.deepEqual(leftOut, ['match another-basis', 'removed unknown-route'])
  assert.equal(differences()[0]?.compared, 100)
})

test('what comes faster than it is added up is left out and told', async t => {
  const { compared: hear, leftOut, take } = await desk(t)
  hear(Array.from({ length: 1001 }, () => wrongPrices()))
  assert.deepEqual(leftOut, ['match too-fast'])
  assert.equal(take()[0]?.pairs, 100_000)
})

test('every pair is counted, and the same is said once a minute', async () => {
  const clock = createManualClock()
  const metrics = createControlMetrics({ ownProcess: false })
  const lines: unknown[] = []
  const log = { warn: (details: unknown) => void lines.push(details) }
  const leftOut = createLeftOutLog(log, metrics, clock)
  const lost = report({
    shadow: { ...compared(3), notCompared: { busy: 2, 'too-large': 1 } },
    unrepeatable: compared(3),
    noise: compared(1),
  })
  leftOut(lost, 'another-basis')
  leftOut(lost, 'another-basis')
  leftOut(lost, 'too-fast')
  clock.advance(60_000)
  leftOut(lost, 'another-basis')
  assert.deepEqual(lines, [
    { route: 'match', reason: 'another-basis', pairs: 10 },
    { route: 'match', reason: 'too-fast', pairs: 10 },
    { route: 'match', reason: 'another-basis', pairs: 20 },
  ])
  const counted = await metrics.pairsLeftOut.get()
  assert.deepEqual(
    counted.values.map(({ labels, value }) => [labels.reason, value]),
    [
      ['another-basis', 30],
      ['too-fast', 10],
    ],
  )
})
