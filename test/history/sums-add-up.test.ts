import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHeldHistory } from '../../src/fleet/workers/held-history.ts'
import { addPacked, packAll } from '../../src/history/packed.ts'
import type { VariantReport } from '../../src/history/report.ts'
import { createRouteTally, noStep } from '../../src/history/route-tally.ts'
import { addReport, emptySums, pairsOf, type Sums } from '../../src/history/sums.ts'
import { steps } from './parts.ts'

const request = fc.record({
  worker: fc.nat(3),
  step: fc.oneof(fc.constant(noStep), fc.nat(steps.count - 1)),
  isError: fc.boolean(),
  fellBack: fc.boolean(),
})

const empty = new Uint8Array()

function plain(sums: Sums) {
  const { requests, errors, fallbacks } = sums
  return { requests, errors, fallbacks, pairs: pairsOf(sums) }
}

test('the sums of all workers are those of one worker that saw all requests', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 300 }), requests => {
      const alone = createRouteTally('main', steps.count)
      const workers = [0, 1, 2, 3].map(() => createRouteTally('main', steps.count))
      for (const { worker, step, isError, fellBack } of requests) {
        for (const tally of [alone, workers[worker] ?? alone]) {
          tally.saw('v2', step, isError)
          if (fellBack) tally.fellBack()
        }
      }
      const whole = emptySums(steps.count)
      for (const report of alone.take()) addReport(whole, report)
      const summed = emptySums(steps.count)
      const held = createHeldHistory()
      for (const report of workers.flatMap(tally => tally.take())) {
        addReport(summed, report)
        held.add([report])
      }
      assert.deepEqual(plain(summed), plain(whole))
      assert.equal(whole.requests, requests.length)
      // Those that waited for the primary as one report come to the same.
      const waited = emptySums(steps.count)
      for (const report of held.take()) addReport(waited, report)
      assert.deepEqual(plain(waited), plain(whole))
    }),
  )
})

test('what is told is told once, and a variant that nobody asked is left out', () => {
  const tally = createRouteTally('main', steps.count)
  tally.saw('v1', 3, false)
  tally.saw('v1', 3, true)
  const told: VariantReport[] = tally.take()
  assert.deepEqual(told, [
    { route: 'main', variant: 'v1', requests: 2, errors: 1, fallbacks: 0, steps: [3, 2] },
  ])
  assert.deepEqual(tally.take(), [])
  tally.saw('v1', 3, false)
  assert.deepEqual(tally.take(), [{ ...told[0], requests: 1, errors: 0, steps: [3, 1] }])
})

test('sums are the same after they were packed, and two that were packed add up', () => {
  const counts = fc.array(fc.tuple(fc.nat(steps.count - 1), fc.nat(2 ** 40)), { maxLength: 60 })
  const sums = fc.tuple(fc.nat(2 ** 40), fc.nat(1000), fc.nat(1000), counts).map(each => {
    const [requests, errors, fallbacks, pairs] = each
    const made = emptySums(steps.count)
    Object.assign(made, { requests, errors, fallbacks })
    for (const [step, count] of pairs) made.steps[step] = count
    return made
  })
  fc.assert(
    fc.property(sums, sums, (a, b) => {
      const read = emptySums(steps.count)
      const packed = packAll(new Map(Object.entries({ a, b })))
      addPacked(read, packed.get('a') ?? empty)
      assert.deepEqual(plain(read), plain(a))
      addPacked(read, packed.get('b') ?? empty)
      assert.equal(read.requests, a.requests + b.requests)
      read.steps.forEach((count, step) => {
        assert.equal(count, (a.steps[step] as number) + (b.steps[step] as number))
      })
    }),
  )
})

test('no sums take more than 3 KiB, with fifteen minutes of 20,000 requests a second in them', () => {
  const full = emptySums(steps.count)
  Object.assign(full, { requests: 18e6, errors: 18e6, fallbacks: 18e6 })
  full.steps.fill(18e6)
  const bytes = packAll(new Map([['full', full]])).get('full') ?? empty
  assert.ok(bytes.length > 0 && bytes.length <= 3072, String(bytes.length))
})

test('packed sums lie in one piece of memory, and what is cut off counts as none', () => {
  const [a, b] = [emptySums(steps.count), emptySums(steps.count)]
  b.requests = 3
  const packed = packAll(new Map(Object.entries({ a, b })))
  assert.equal(packed.get('a')?.buffer, packed.get('b')?.buffer)
  const read = emptySums(steps.count)
  addPacked(read, empty)
  addPacked(read, packed.get('b') ?? empty)
  assert.equal(read.requests, 3)
})
