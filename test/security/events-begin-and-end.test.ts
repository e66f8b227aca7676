import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detecting, startedAt, tokenRule } from './detected.ts'

test('an event begins with the refusal that is one too many, and once', () => {
  const { bad, told, news } = detecting()
  bad(19)
  assert.deepEqual(told(), [])
  bad(1)
  assert.deepEqual(news[0], {
    step: 'began',
    event: {
      kind: 'bad-token-flood',
      client: '192.0.2.1',
      since: startedAt,
      lastAt: startedAt,
      refusals: 20,
      from: 20,
      withinMs: 10_000,
    },
  })
  bad(100)
  assert.deepEqual(told(), ['began 192.0.2.1 20'])
})

test('refusals that are further apart than the window are no event', () => {
  const { bad, pass, told } = detecting()
  for (let i = 0; i < 100; i++) {
    bad(19)
    pass(10)
  }
  assert.deepEqual(told(), [])
})

test('refusals of nine tenths of the window are counted together', () => {
  const { bad, pass, told } = detecting()
  for (let i = 0; i < 10; i++) {
    bad(2)
    if (i < 9) pass(1)
  }
  assert.deepEqual(told(), ['began 192.0.2.1 20'])
})

test('what lasts is told of again once a minute, with how many it were, and only if there were more', () => {
  const { bad, pass, told } = detecting()
  bad(20)
  pass(59)
  bad(5)
  assert.deepEqual(told(), ['began 192.0.2.1 20'])
  pass(1)
  assert.deepEqual(told(), ['lasts 192.0.2.1 25'])
  pass(120)
  assert.deepEqual(told(), [])
  bad(1)
  pass(1)
  assert.deepEqual(told(), ['lasts 192.0.2.1 26'])
})

test('it is over after five minutes without enough of them, and then begins anew', () => {
  const { bad, pass, told, detector } = detecting()
  bad(20)
  pass(200)
  bad(20)
  told()
  // Too few, and not for nothing: it goes on counting.
  pass(150)
  bad(3)
  pass(160)
  assert.deepEqual(told(), ['lasts 192.0.2.1 40', 'lasts 192.0.2.1 43', 'ended 192.0.2.1 43'])
  assert.deepEqual(detector.report().lasting, [])
  assert.deepEqual(
    detector.report().ended.map(({ refusals, lastAt }) => [refusals, lastAt - startedAt]),
    [[43, 350_000]],
  )
  bad(20)
  assert.deepEqual(told(), ['began 192.0.2.1 20'])
})

test('each client has its own event', () => {
  const { bad, told, detector } = detecting()
  bad(20, '192.0.2.1')
  bad(20, '2001:db8:0:1::/64')
  bad(19, '192.0.2.3')
  assert.deepEqual(told(), ['began 192.0.2.1 20', 'began 2001:db8:0:1::/64 20'])
  assert.equal(detector.report().lasting.length, 2)
})

test('kinds are not added up', () => {
  const { bad, told, detector } = detecting()
  bad(19)
  const counts = { probing: 19, 'probing 192.0.2.1': 19 }
  assert.deepEqual(detector.take(counts, { now: 1_000_000, at: startedAt }), [])
  assert.deepEqual(told(), [])
})

test('a configuration may ask for another number, or for nothing', () => {
  const few = detecting(tokenRule({ perClient: 2 }))
  few.bad(2)
  assert.deepEqual(few.told(), ['began 192.0.2.1 2'])
  few.detector.replace(tokenRule({ perClient: 0, inAll: 0 }))
  few.pass(1)
  assert.deepEqual(few.told(), ['ended 192.0.2.1 2'])
  few.bad(1000)
  assert.deepEqual(few.told(), [])
})

test('another window begins to count anew, and events go on', () => {
  const { bad, told, detector } = detecting()
  bad(20, '192.0.2.1')
  bad(19, '192.0.2.2')
  detector.replace(tokenRule({ withinMs: 60_000 }))
  bad(1, '192.0.2.1')
  bad(1, '192.0.2.2')
  assert.deepEqual(told(), ['began 192.0.2.1 20'])
  assert.deepEqual(
    detector.report().lasting.map(({ refusals }) => refusals),
    [21],
  )
})
