import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createWindowCase } from '../../src/guard/window-case.ts'
import { budget } from './parts.ts'

const minute = 60_000
const rule = budget({ signal: 'errors', max: '5%', for: '1m', minRequests: 50 })
const quiet = { events: 0, bad: 0, missing: 0, steps: new Map<number, number>() }

/** Feeds `bad` of `events` every quarter second from `from` to `to`; says when it was first a breach. */
function feed(
  held: ReturnType<typeof createWindowCase>,
  span: { from: number; to: number; events: number; bad: number },
): number | null {
  let breachAt: number | null = null
  for (let now = span.from; now < span.to; now += 250) {
    const v2 = { ...quiet, events: span.events, bad: span.bad }
    if (held.add({ v1: quiet, v2 }, now) !== null) breachAt ??= now
  }
  return breachAt
}

describe('a budget over a window', () => {
  it('breaches when the window has run for its whole length, and not before', () => {
    const held = createWindowCase(rule, 0)
    assert.equal(feed(held, { from: 0, to: 2 * minute, events: 10, bad: 1 }), minute)
    assert.deepEqual(held.verdict(2 * minute - 250).verdict, 'breach')
  })

  it('breaches once the share of the whole window is above what is allowed', () => {
    const held = createWindowCase(rule, 0)
    assert.equal(feed(held, { from: 0, to: 2 * minute, events: 10, bad: 0 }), null)
    assert.equal(held.verdict(2 * minute).verdict, 'pass')
    const at = feed(held, { from: 2 * minute, to: 3 * minute, events: 10, bad: 1 })
    // Half of the window at 10 % is 5 %, and the slots are of a second.
    assert.ok(at !== null && Math.abs(at - 2.5 * minute) <= 1000, `${at}`)
  })

  it('allows exactly what is allowed', () => {
    const held = createWindowCase(rule, 0)
    assert.equal(feed(held, { from: 0, to: 2 * minute, events: 20, bad: 1 }), null)
    assert.equal(held.verdict(2 * minute).verdict, 'pass')
  })

  it('does not act on fewer than minRequests, and says how many more', () => {
    const held = createWindowCase(rule, 0)
    const few = { ...quiet, events: 49, bad: 49 }
    assert.equal(held.add({ v1: quiet, v2: few }, minute), null)
    const { verdict, reason, moreRequests } = held.verdict(minute)
    assert.deepEqual([verdict, reason, moreRequests], ['not-yet', 'too-few-requests', 1])
  })

  it('neither passes nor breaches on silence', () => {
    const held = createWindowCase(rule, 0)
    assert.equal(feed(held, { from: 0, to: 5 * minute, events: 0, bad: 0 }), null)
    assert.equal(held.verdict(5 * minute).reason, 'no-traffic')
  })

  it('does not pass before it has run for its whole length', () => {
    const held = createWindowCase(rule, 0)
    feed(held, { from: 0, to: minute / 2, events: 100, bad: 0 })
    assert.equal(held.verdict(minute / 2).verdict, 'not-yet')
  })

  it('forgets what left the window', () => {
    const held = createWindowCase(rule, 0)
    feed(held, { from: 0, to: minute, events: 10, bad: 10 })
    feed(held, { from: minute, to: minute + 500, events: 10, bad: 0 })
    assert.equal(held.verdict(minute + 500).verdict, 'breach')
    feed(held, { from: minute + 500, to: 2.1 * minute, events: 10, bad: 0 })
    const { verdict, bad } = held.verdict(2.1 * minute)
    assert.deepEqual([verdict, bad], ['pass', 0])
    assert.equal(held.verdict(10 * minute).reason, 'no-traffic')
  })

  it('keeps a breach while V2 is not asked any more', () => {
    const held = createWindowCase(rule, 0)
    feed(held, { from: 0, to: 2 * minute, events: 10, bad: 1 })
    feed(held, { from: 2 * minute, to: 9 * minute, events: 0, bad: 0 })
    assert.equal(held.verdict(9 * minute).verdict, 'breach')
  })
})
