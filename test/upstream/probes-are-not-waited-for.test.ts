import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Breaker, type BreakerState } from '../../src/upstream/breaker.ts'
import { createManualClock } from '../support/manual-clock.ts'

const rule = { errorRate: 0.5, minRequests: 1, windowMs: 10_000, openMs: 1 }

test('a probe that its client sends byte by byte keeps nobody else away for more than 5 s', async t => {
  const clock = createManualClock()
  let onChange = (_state: BreakerState) => {}
  const breaker = new Breaker({ rule, clock, onChange: state => onChange(state) })
  t.after(() => breaker.close())
  const reached = (wanted: BreakerState) =>
    new Promise<void>(resolve => {
      onChange = state => state === wanted && resolve()
    })
  const halfOpen = reached('half-open')
  breaker.settle(breaker.begin(), 'failure')
  await halfOpen
  assert.equal(breaker.begin(), true)
  clock.advance(4999)
  assert.equal(breaker.admits, false)
  clock.advance(1)
  assert.equal(breaker.admits, true)
  const closed = reached('closed')
  const second = breaker.begin()
  assert.equal(breaker.admits, false)
  breaker.settle(second, 'success')
  await closed
  // What becomes of the first changes nothing any more.
  breaker.settle(true, 'failure')
  assert.equal(breaker.state, 'closed')
})
