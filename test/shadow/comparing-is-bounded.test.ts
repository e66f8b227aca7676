import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readBatch, writeBatch } from '../../src/shadow/comparing/batch.ts'
import { createCpuShare } from '../../src/shadow/comparing/cpu-share.ts'
import type { Pair } from '../../src/shadow/pair.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { compareAll, counted, offers, onlyRoute, openComparer } from './comparers.ts'
import { answer, inPieces, pairOf } from './pairs.ts'

const good = answer('{"price":100}')
const dear = answer('{"price":101}')

/** Small on their way, and long to compare. */
function slowPairs() {
  const nested = (from: number) =>
    answer(
      gzipSync(JSON.stringify(Array.from({ length: 38_000 }, (_, n) => [[[[(n + from) % 3]]]]))),
      ['content-type', 'application/json', 'content-encoding', 'gzip'],
    )
  return new Array(12).fill(pairOf(nested(0), nested(1)))
}

describe('comparing', () => {
  it('takes no more pairs than it can hold, and says that it was busy', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const pairs = Array.from({ length: 3000 }, () => pairOf(good, dear))
    await compareAll(comparer, pairs)
    const { shadow } = onlyRoute(comparer.takeReport())
    assert.deepEqual([shadow.pairs, shadow.notCompared], [2048, { busy: 952 }])
    await compareAll(comparer, [pairOf(good, good)])
    assert.equal(onlyRoute(comparer.takeReport()).shadow.pairs, 1)
  })

  it('compares nothing for a rule with no CPU to spend', async t => {
    const comparer = openComparer({}, [{ ...offers, rule: { ...offers.rule, maxCpu: 0 } }])
    t.after(comparer.close)
    await compareAll(comparer, [pairOf(good, dear)])
    assert.deepEqual(onlyRoute(comparer.takeReport()).shadow.notCompared, { busy: 1 })
  })

  it('tells of pairs that take long as they are done, not when all of them are', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const done: number[] = []
    const slow = slowPairs()
    const all = slow.map(
      (pair, n) =>
        new Promise<void>(resolve =>
          comparer.compare(inPieces(pair), () => resolve(void done.push(n))),
        ),
    )
    await all[0]
    assert.ok(done.length < slow.length, `${done.length} at once`)
    const first = onlyRoute(comparer.takeReport()).shadow
    assert.equal(counted(first), done.length)
    await Promise.all(all)
    assert.deepEqual(done, [...slow.keys()])
    assert.equal(counted(onlyRoute(comparer.takeReport()).shadow), slow.length - counted(first))
  })

  it('stops in the midst of pairs that take more than their share of a core', async t => {
    const comparer = openComparer({}, [{ ...offers, rule: { ...offers.rule, maxCpu: 0.01 } }])
    t.after(comparer.close)
    await compareAll(comparer, slowPairs())
    const { shadow } = onlyRoute(comparer.takeReport())
    const { busy = 0 } = shadow.notCompared
    assert.ok(busy > 0 && busy < slowPairs().length, `${busy} were not compared`)
    assert.equal(counted(shadow), slowPairs().length)
    // It was more than a second's worth.
    await compareAll(comparer, [pairOf(good, dear)])
    assert.deepEqual(onlyRoute(comparer.takeReport()).shadow.notCompared, { busy: 1 })
  })

  it('survives a thread that runs out of memory: its pairs failed, the next are compared', async t => {
    const clock = createManualClock()
    const large = { ...offers, rule: { ...offers.rule, maxDecodedBytes: 64 * 1024 * 1024 } }
    const comparer = openComparer({ clock, heapMb: 16 }, [large])
    t.after(comparer.close)
    const many = (what: string) =>
      answer(JSON.stringify(Array.from({ length: 60_000 }, (_, n) => ({ [`${what}${n}`]: [] }))))
    const poison = compareAll(comparer, [pairOf(good, dear), pairOf(many('a'), many('b'))])
    clock.advance(10)
    await poison
    assert.equal(comparer.crashes.length, 1)
    assert.match(String(comparer.crashes[0]), /memory/)
    const lost = onlyRoute(comparer.takeReport()).shadow
    assert.deepEqual([lost.pairs, lost.notCompared], [0, { failed: 2 }])

    const next = compareAll(comparer, [pairOf(good, dear)])
    clock.advance(1000)
    await next
    assert.equal(onlyRoute(comparer.takeReport()).shadow.pairs, 1)
  })

  it('gives up on a thread without a sign of life', async t => {
    const clock = createManualClock()
    const comparer = openComparer({ clock })
    t.after(comparer.close)
    const pair = compareAll(comparer, [pairOf(good, dear)])
    clock.advance(10)
    // The thread is still starting, and time flies.
    clock.advance(40_000)
    await pair
    assert.deepEqual(onlyRoute(comparer.takeReport()).shadow.notCompared, { failed: 1 })
    assert.match(String(comparer.crashes[0]), /within 30000 ms/)
  })

  it('ends with every pair called back and counted', async () => {
    const comparer = openComparer()
    const pairs = Array.from({ length: 1000 }, () => pairOf(good, dear))
    const all = compareAll(comparer, pairs)
    await comparer.close()
    await comparer.close()
    await all
    await compareAll(comparer, [pairOf(good, dear)])
    assert.equal(counted(onlyRoute(comparer.takeReport()).shadow), 1001)
  })

  it('writes a batch over an earlier one that has room for it', () => {
    const names = ['content-type']
    const write = (pairs: readonly Pair[], spare: ArrayBuffer | null) =>
      writeBatch(pairs.map(inPieces), names, spare)
    const spare = write([pairOf(answer('x'.repeat(100)), dear)], null).bytes
    const [small, larger] = [pairOf(good, dear), pairOf(answer('y'.repeat(200)), dear)]
    const again = write([small, small], spare)
    assert.equal(again.bytes, spare)
    const read = readBatch(again, names)
    assert.deepEqual(
      read.map(({ a, b }) => `${a.body} ${b.body}`),
      new Array(2).fill(`${good.body} ${dear.body}`),
    )
    assert.notEqual(write([larger], spare).bytes, spare)
  })

  it('sends a body once that is the same in both answers, however it is cut', () => {
    const names: string[] = []
    const sent = (a: readonly string[], b: readonly string[]) => {
      const of = (texts: readonly string[]) => texts.map(text => Buffer.from(text))
      const pair = inPieces(pairOf(good, good))
      const batch = writeBatch(
        [{ ...pair, a: { ...pair.a, body: of(a) }, b: { ...pair.b, body: of(b) } }],
        names,
        null,
      )
      const [read] = readBatch(batch, names)
      assert.deepEqual([`${read?.a.body}`, `${read?.b.body}`], [a.join(''), b.join('')])
      return batch.bytes.byteLength
    }
    assert.equal(sent(['abc', 'def'], ['ab', '', 'cde', 'f']), 6)
    assert.equal(sent(['abcdef'], ['abc', 'def', '']), 6)
    assert.equal(sent([], ['']), 0)
    for (const other of [['abcdeg'], ['abc', 'de'], ['abc', 'def', 'g'], ['abcdefg'], []]) {
      assert.equal(sent(['abc', 'def'], other), 6 + other.join('').length)
    }
  })

  it('uses its share of a core over time, and a second of it at once', () => {
    const clock = createManualClock()
    const cpu = createCpuShare(clock, 0.5)
    assert.equal(cpu.isSpent(), false)
    cpu.spend(600)
    assert.equal(cpu.isSpent(), true)
    clock.advance(200)
    assert.equal(cpu.isSpent(), true)
    clock.advance(1)
    assert.equal(cpu.isSpent(), false)
    clock.advance(3_600_000)
    cpu.spend(500)
    assert.equal(cpu.isSpent(), true)
  })
})
