import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { eventsToProof, isProvenWithin } from '../../src/guard/proven-within.ts'

/** Share of runs in which V2, looked at after every 10 events, ever passes. */
function passes(share: number, allowed: number, runs: number): number {
  let passed = 0
  for (let run = 1; run <= runs; run++) {
    const random = createRandom(run * 7919)
    let bad = 0
    for (let events = 1; events <= 20_000; events++) {
      if (random() < share) bad++
      if (events % 10 === 0 && isProvenWithin(bad, events, allowed)) {
        passed++
        break
      }
    }
  }
  return passed / runs
}

describe('a pass', () => {
  for (const allowed of [0.005, 0.01, 0.05, 0.5]) {
    it(`is wrong in 1 of 20 runs at most, exactly on a budget of ${allowed}, though one always looks`, () => {
      assert.ok(passes(allowed, allowed, 300) <= 0.05)
    })

    it(`comes for a V2 that uses half of ${allowed}`, () => {
      assert.equal(passes(allowed / 2, allowed, 50), 1)
    })
  }

  it('takes about five times 1/allowed requests without a bad one', () => {
    assert.equal(isProvenWithin(0, 450, 0.01), false)
    assert.equal(isProvenWithin(0, 500, 0.01), true)
  })

  it('where nothing is allowed means less than one in a thousand', () => {
    assert.equal(isProvenWithin(0, 10_000, 0), true)
    assert.equal(isProvenWithin(1, 900, 0), false)
  })

  it('is never given for nothing', () => {
    assert.equal(isProvenWithin(0, 0, 0.5), false)
  })
})

describe('how many more requests a pass needs', () => {
  it('is what it then takes, within 1 %', () => {
    for (const [bad, events] of [
      [0, 0],
      [0, 100],
      [1, 300],
      [20, 3000],
    ] as const) {
      const more = eventsToProof(bad, events, 0.01) ?? assert.fail()
      const grown = (all: number) =>
        isProvenWithin(events === 0 ? 0 : (bad * all) / events, all, 0.01)
      assert.equal(grown(events + more), true)
      assert.equal(grown(Math.floor((events + more) * 0.98)), false)
    }
  })

  it('is unknown where V2 is not within its budget', () => {
    assert.equal(eventsToProof(1, 100, 0.01), null)
    assert.equal(eventsToProof(5, 100, 0.01), null)
  })
})
