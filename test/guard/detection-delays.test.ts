import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { createDetector, designDetector } from '../../src/guard/detector.ts'
import { badAmong } from './parts.ts'

const onePercent = designDetector(0.01, 1e6)

/** Requests from the first at `share` to the breach, over 200 runs that were healthy before. */
function delays(share: number): { median: number; p95: number; max: number } {
  const found = Array.from({ length: 200 }, (_, run) => {
    const random = createRandom(7919 * (run + 1))
    const detector = createDetector(onePercent)
    for (let i = 0; i < 20_000; i++) detector.add(random() < 0.005)
    let requests = 1
    while (!detector.add(random() < share)) requests++
    return requests
  }).sort((a, b) => a - b)
  const at = (quantile: number) => found[Math.ceil(found.length * quantile) - 1] as number
  return { median: at(0.5), p95: at(0.95), max: at(1) }
}

const within = (figure: number, aim: number) =>
  assert.ok(figure <= aim * 1.3 && figure >= aim / 1.3, `${figure} must be near ${aim}`)

describe('the detector of a budget of 1 %', () => {
  it('finds a V2 that always fails after 4 requests', () => {
    assert.equal(delays(1).max, 4)
  })

  it('finds 25 % after about 24 requests, and 19 times out of 20 by 53', () => {
    const { median, p95 } = delays(0.25)
    within(median, 24)
    within(p95, 53)
  })

  it('finds 5 % after about 358 requests', () => within(delays(0.05).median, 358))

  it('finds 1.5 % after about 12,840 requests, and 19 times out of 20 by 22,247', () => {
    const { median, p95 } = delays(0.015)
    within(median, 12_840)
    within(p95, 22_247)
  })

  it('finds 2 % after about 3,473 requests', () => within(delays(0.02).median, 3473))

  it('gives no false alarm in 10⁷ requests exactly on budget', () => {
    const random = createRandom(42)
    const detector = createDetector(onePercent)
    let alarms = 0
    for (let i = 0; i < 1e7; i++) if (detector.add(random() < 0.01)) alarms++
    assert.equal(alarms, 0)
  })

  it('does not act on 1 failure in 3 requests', () => {
    const detector = createDetector(onePercent)
    for (const isBad of [true, false, false]) assert.equal(detector.add(isBad), false)
  })

  it('hears nothing in silence', () => {
    const detector = createDetector(onePercent)
    for (let i = 0; i < 1000; i++) assert.equal(detector.addBatch(0, 0), false)
    assert.deepEqual(detector.since(), { bad: 0, events: 0 })
  })

  it('is never more eager on a batch than on its events in any order', () => {
    const random = createRandom(5)
    for (let run = 0; run < 2000; run++) {
      const events = 1 + Math.floor(random() * 60)
      const bad = badAmong(events, random() * 0.4, random)
      const whole = createDetector(onePercent)
      const badFirst = createDetector(onePercent)
      const badLast = createDetector(onePercent)
      const good = events - bad
      let alarmed = [false, false]
      for (let i = 0; i < events; i++) {
        const [first, last] = [badFirst.add(i < bad), badLast.add(i >= good)]
        alarmed = [alarmed[0] || first, alarmed[1] || last]
      }
      if (whole.addBatch(bad, good)) assert.deepEqual(alarmed, [true, true], `${bad} of ${events}`)
    }
  })
})

describe('the evidence of a detector', () => {
  it('is counted from where it last stood at zero', () => {
    const detector = createDetector(onePercent)
    for (let i = 0; i < 5000; i++) detector.add(false)
    let requests = 1
    while (!detector.add(true)) requests++
    assert.deepEqual(detector.since(), { bad: requests, events: requests })
  })

  it('stands after a breach until all of it is gone, which takes no longer for a worse one', () => {
    const requestsToZero = (failures: number) => {
      const detector = createDetector(onePercent)
      for (let i = 0; i < failures; i++) detector.add(true)
      let requests = 0
      for (; detector.breached; requests++) {
        assert.ok(requests < 10_000)
        detector.add(false)
      }
      return requests
    }
    assert.equal(requestsToZero(1000), requestsToZero(100_000))
  })

  it('is gone after a reset', () => {
    const detector = createDetector(onePercent)
    for (let i = 0; i < 10; i++) detector.add(true)
    detector.reset()
    assert.equal(detector.breached, false)
    assert.equal(detector.height, 0)
    assert.deepEqual(detector.since(), { bad: 0, events: 0 })
    for (let i = 0; i < 3; i++) assert.equal(detector.add(true), false)
    assert.equal(detector.add(true), true)
  })
})

describe('budgets of other sizes', () => {
  const requestsUntilBreach = (allowed: number) => {
    const detector = createDetector(designDetector(allowed, 1e6))
    let requests = 1
    while (!detector.add(true)) requests++
    return requests
  }

  it('where nothing bad is allowed, the first bad event is a breach', () => {
    assert.equal(requestsUntilBreach(0), 1)
    const detector = createDetector(designDetector(0, 1e6))
    assert.equal(detector.addBatch(0, 1e9), false)
    assert.equal(detector.addBatch(1, 1e9), true)
  })

  it('where everything is allowed, nothing is', () => {
    const detector = createDetector(designDetector(1, 1e6))
    for (let i = 0; i < 1000; i++) assert.equal(detector.add(true), false)
  })

  it('a V2 that is always bad is found soon whatever is allowed', () => {
    assert.equal(requestsUntilBreach(0.0001), 2)
    assert.equal(requestsUntilBreach(0.05), 6)
    assert.ok(requestsUntilBreach(0.5) <= 24)
  })

  for (const allowed of [0.0001, 0.05, 0.5, 0.9]) {
    it(`no false alarm in 10⁶ events exactly at ${allowed}`, () => {
      const random = createRandom(17)
      const detector = createDetector(designDetector(allowed, 1e6))
      for (let i = 0; i < 1e6; i++) assert.equal(detector.add(random() < allowed), false)
    })
  }
})
