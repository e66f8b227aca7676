import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reply } from '../../bench/failover/clients-process.ts'
import {
  beyondInFlight,
  failuresOf,
  postedTwice,
  quantileMs,
  usersOf,
} from '../../bench/failover/replies.ts'
import { arrivalOf } from '../../bench/failover/service.ts'

function reply(fields: Partial<Reply>): Reply {
  const times = { dueAt: 0, sentAt: 0, endedAt: 5 }
  const answer = { status: 200, error: null, service: 'v1', connection: 0, bytes: 66 }
  return { id: 'a', method: 'GET', user: 'u1', ...times, ...answer, ...fields }
}

test('an answer of a server that failed, a cut one and none at all are failures', () => {
  const replies = [
    reply({}),
    reply({ status: 404 }),
    reply({ status: 503 }),
    reply({ status: 200, error: 'cut' }),
    reply({ method: 'POST', status: 0, error: 'ECONNRESET' }),
  ]
  assert.equal(failuresOf(replies), 3)
  assert.equal(failuresOf(replies, 'GET'), 2)
  assert.equal(failuresOf(replies, 'POST'), 1)
})

test('a POST that reached both services was executed twice; a GET may be', () => {
  const arrivals = ['POST a', 'POST b', 'GET c', 'POST a', 'GET c', 'POST a'].map(line =>
    arrivalOf(`arrival 5 ok ${line}`),
  )
  assert.equal(postedTwice(arrivals.filter(arrival => arrival !== null)), 1)
  assert.equal(arrivalOf('listening 80'), null)
})

test('time counts from when a request was due, not from when it could be sent', () => {
  const replies = [3, 1, 2, 100].map(late => reply({ dueAt: 0, sentAt: late, endedAt: late + 1 }))
  assert.equal(quantileMs(replies, 0.5), 4)
  assert.equal(quantileMs(replies, 0.99), 101)
  assert.equal(quantileMs([], 0.99), null)
})

test('who is on which service is known from what it answered before the fault', () => {
  const replies = [
    reply({ user: 'u1', service: 'v1' }),
    reply({ user: 'u2', service: 'v2' }),
    reply({ user: 'u3', service: 'v2', endedAt: 50 }),
  ]
  assert.deepEqual([...usersOf(replies, 'v2', 50)], ['u2'])
})

test('the death of a process excuses one failure on each connection that was open, no other', () => {
  const diedAt = 100
  const failed = { status: 0, error: 'ECONNRESET', endedAt: 101 }
  const excused = [
    reply({ connection: 1, sentAt: 10 }),
    reply({ connection: 1, sentAt: 99, ...failed }),
    reply({ connection: 2, sentAt: 90, ...failed }),
    reply({ connection: 3, sentAt: 110 }),
  ]
  assert.equal(beyondInFlight(excused, diedAt), 0)
  const again = reply({ connection: 1, sentAt: 102, ...failed })
  const onNew = reply({ connection: 4, sentAt: 101, ...failed })
  const never = reply({ connection: -1, sentAt: 99, ...failed })
  const before = reply({ connection: 5, sentAt: 50, ...failed, endedAt: 60 })
  assert.equal(beyondInFlight([...excused, again, onNew, never, before], diedAt), 4)
})
