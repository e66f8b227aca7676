import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFrequent } from '../../src/security/frequent.ts'
import { createRandom } from '../fuzz/random.ts'

test('nobody is said to have done more than was seen, and little is missed', () => {
  const most = 20
  const random = createRandom(7)
  const frequent = createFrequent(most)
  const real = new Map<string, number>()
  let all = 0
  for (let i = 0; i < 20_000; i++) {
    // Few names come often and many seldom.
    const name = `n${Math.floor((random.below(1000) / 1000) ** 4 * 500)}`
    const count = 1 + random.below(3)
    frequent.add(name, count)
    real.set(name, (real.get(name) ?? 0) + count)
    all += count
    assert.ok(frequent.size() <= most)
  }
  const least = all / (most + 1)
  assert.ok(Math.max(...real.values()) > least)
  for (const [name, count] of real) {
    assert.ok(frequent.of(name) <= count, name)
    assert.ok(frequent.of(name) >= count - least, name)
  }
})

test('as long as all names fit, each is counted exactly', () => {
  const frequent = createFrequent(3)
  for (const name of ['a', 'b', 'a', 'c', 'a']) frequent.add(name)
  assert.deepEqual(
    [...frequent.entries()],
    [
      ['a', 3],
      ['b', 1],
      ['c', 1],
    ],
  )
  frequent.add('d', 2)
  assert.deepEqual(
    [...frequent.entries()],
    [
      ['a', 2],
      ['d', 1],
    ],
  )
})

test('making room takes from each only as much as is least', () => {
  const frequent = createFrequent(2)
  for (const name of ['a', 'a', 'b', 'c']) frequent.add(name)
  assert.deepEqual([...frequent.entries()], [['a', 1]])
})

test('one who comes often stands out among a million who come once', () => {
  const frequent = createFrequent(256)
  for (let i = 0; i < 1_000_000; i++) {
    frequent.add(`2001:db8:${i >> 16}:${i & 0xffff}::/64`)
    if (i % 50 === 0) frequent.add('192.0.2.1')
  }
  assert.ok(frequent.size() <= 256)
  assert.ok(frequent.of('192.0.2.1') >= 20_000 - 1_020_000 / 257)
})
