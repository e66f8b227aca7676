import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTally, mostClients } from '../../src/security/tally.ts'
import { detecting, startedAt, tokenRule } from './detected.ts'

const sameNetwork = (address: string) => address

test('many clients that do little each are one event together', () => {
  const { bad, told } = detecting()
  for (let i = 0; i < 499; i++) bad(1, `198.51.100.${i}`)
  assert.deepEqual(told(), [])
  bad(1, '192.0.2.1')
  assert.deepEqual(told(), ['began null 500'])
})

test('what one client does alone is not told twice', () => {
  const { bad, told } = detecting()
  for (let i = 0; i < 100; i++) bad(100)
  assert.deepEqual(told(), ['began 192.0.2.1 100'])
})

test('what a named client goes on to do is not added to that of the others', () => {
  const { bad, detector } = detecting()
  for (let i = 0; i < 500; i++) bad(1, `198.51.100.${i}`)
  bad(20, '192.0.2.1')
  bad(1000, '192.0.2.1')
  bad(1, '192.0.2.2')
  assert.deepEqual(
    detector.report().lasting.map(({ client, refusals }) => [client, refusals]),
    [
      ['192.0.2.1', 1020],
      [null, 501],
    ],
  )
})

test('eight clients are named in an hour, and others are told together', () => {
  const { bad, told, detector, pass } = detecting()
  for (let i = 1; i <= 8; i++) bad(20, `192.0.2.${i}`)
  assert.equal(told().length, 8)
  bad(20, '192.0.2.9')
  assert.deepEqual(told(), ['began null 20'])
  assert.equal(detector.report().lasting.at(-1)?.from, null)
  // All is over, and the places are still taken.
  pass(400)
  assert.equal(told().filter(line => line.startsWith('ended')).length, 9)
  bad(20, '192.0.2.10')
  assert.deepEqual(told(), ['began null 20'])
  pass(3600)
  told()
  bad(20, '192.0.2.11')
  assert.deepEqual(told(), ['began 192.0.2.11 20'])
})

test('what is told in an hour does not grow with how many attack, nor with how they do', () => {
  const { bad, told, pass } = detecting()
  for (let second = 0; second < 3600; second++) {
    for (let i = 0; i < 20; i++) bad(20, `2001:db8:${second}:${i}::/64`)
    // Bursts, with pauses that are long enough to be an end.
    pass(second % 302 === 0 ? 301 : 1)
  }
  const steps = told().map(line => line.split(' ')[0])
  const hours = (3600 + 12 * 300) / 3600
  const most = (8 + 12) * hours
  assert.ok(steps.filter(step => step === 'began').length <= most)
  assert.ok(steps.filter(step => step === 'ended').length <= most)
})

test('a million clients fit into what a worker counts and what is judged', () => {
  const tally = createTally(sameNetwork)
  const { detector } = detecting()
  for (let i = 0; i < 1_000_000; i++) {
    tally.saw('bad-token-flood', `2001:db8:${i >> 16}:${i & 0xffff}::1`)
    if (i % 100_000 !== 0) continue
    const counts = tally.take() ?? {}
    assert.ok(Object.keys(counts).length <= 1 + mostClients)
    detector.take(counts, { now: i / 100, at: startedAt })
  }
  assert.ok(detector.size() <= 10 * 512)
})

test('what two workers count is added up', () => {
  const { detector } = detecting(tokenRule({ perClient: 20 }))
  const workers = [createTally(sameNetwork), createTally(sameNetwork)]
  for (let i = 0; i < 10; i++) for (const each of workers) each.saw('bad-token-flood', '192.0.2.1')
  const moment = { now: 1_000_000, at: startedAt }
  const [one, other] = workers.map(worker => detector.take(worker.take() ?? {}, moment))
  assert.deepEqual(one, [])
  assert.deepEqual(
    other?.map(({ event }) => event.refusals),
    [20],
  )
  assert.equal(workers[0]?.take(), null)
})

test('a report is of what came since the last one', () => {
  const tally = createTally(sameNetwork)
  tally.saw('probing', '192.0.2.1')
  tally.take()
  tally.saw('probing', '192.0.2.2')
  assert.deepEqual(tally.take(), { probing: 1, 'probing 192.0.2.2': 1 })
})

test('a refusal of a connection that is gone already is of nobody in particular', () => {
  const tally = createTally(sameNetwork)
  tally.saw('slow-clients', '')
  assert.deepEqual(tally.take(), { 'slow-clients': 1, 'slow-clients unknown': 1 })
})
