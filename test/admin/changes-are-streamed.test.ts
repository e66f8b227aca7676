import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '../../src/admin/events/change.ts'
import { keptChanges } from '../../src/admin/events/change-log.ts'
import { beatMs, maxReaders } from '../../src/admin/events/event-routes.ts'
import { neverTripped } from '../../src/guard/latch-state.ts'
import { type AdminParts, startAdmin } from './admin-parts.ts'
import { readEvents } from './event-stream.ts'

function latch(version: number): Change {
  return { type: 'latch', data: { ...neverTripped('v2_migration'), version } }
}

function latchOf(flag: string): Change {
  return { type: 'latch', data: neverTripped(flag) }
}

const urlOf = ({ port }: AdminParts) => `http://127.0.0.1:${port}`

test('each change is told as it happens, with its number and its word', async t => {
  const admin = await startAdmin(t)
  const stream = await readEvents(t, urlOf(admin))
  assert.equal(stream.status, 200)
  const { 'content-type': type, 'cache-control': cache } = stream.answer.headers
  assert.deepEqual([type, cache], ['text/event-stream; charset=utf-8', 'no-store'])
  const opened = await stream.next()
  assert.deepEqual(opened, { id: 'e1-0', event: 'opened', data: { machine: 'm1', missed: false } })
  admin.changes.publish(latch(1))
  admin.changes.publish({
    type: 'config',
    data: { result: 'refused', version: 'c1', faults: ['a\nb'], error: null },
  })
  const [first, second] = [await stream.next(), await stream.next()]
  assert.deepEqual([first.id, first.event, first.data.version], ['e1-1', 'latch', 1])
  assert.deepEqual([second.id, second.event, second.data.faults], ['e1-2', 'config', ['a\nb']])
})

test('who comes back gets what it missed, in order and once', async t => {
  const admin = await startAdmin(t)
  for (let i = 1; i <= 5; i++) admin.changes.publish(latch(i))
  const stream = await readEvents(t, urlOf(admin), { headers: { 'last-event-id': 'e1-3' } })
  const opened = await stream.next()
  assert.deepEqual([opened.id, opened.data.missed], ['e1-3', false])
  admin.changes.publish(latch(6))
  for (const version of [4, 5, 6]) {
    const { id, data } = await stream.next()
    assert.deepEqual([id, data.version], [`e1-${version}`, version])
  }
})

for (const { id, why } of [
  { id: 'e0-3', why: 'is of another process' },
  { id: 'e1-9999', why: 'was never given' },
  { id: 'e1-1', why: 'is no longer kept' },
  { id: '../../e1', why: 'makes no sense' },
]) {
  test(`who names an id that ${why} is told that it missed something`, async t => {
    const admin = await startAdmin(t)
    for (let i = 1; i <= keptChanges + 2; i++) admin.changes.publish(latch(i))
    const stream = await readEvents(t, urlOf(admin), { headers: { 'last-event-id': id } })
    const opened = await stream.next()
    assert.deepEqual([opened.id, opened.data.missed], [`e1-${keptChanges + 2}`, true])
    admin.changes.publish(latch(0))
    assert.equal((await stream.next()).id, `e1-${keptChanges + 3}`)
  })
}

test('all that is kept arrives whole at somebody who reads', async t => {
  const admin = await startAdmin(t)
  for (let i = 1; i <= keptChanges; i++) admin.changes.publish(latch(i))
  const stream = await readEvents(t, urlOf(admin), { headers: { 'last-event-id': 'e1-0' } })
  assert.equal((await stream.next()).data.missed, false)
  for (let i = 1; i <= keptChanges; i++) assert.equal((await stream.next()).data.version, i)
})

test('a sign of life comes every 15 seconds', async t => {
  const admin = await startAdmin(t)
  assert.equal(beatMs, 15_000)
  const stream = await readEvents(t, urlOf(admin))
  await stream.next()
  for (let i = 0; i < 3; i++) {
    admin.streamClock.advance(beatMs)
    await stream.comment()
  }
})

test('there is room for so many, and again once one has left', async t => {
  const admin = await startAdmin(t)
  const streams = await Promise.all(
    Array.from({ length: maxReaders }, () => readEvents(t, urlOf(admin))),
  )
  assert.deepEqual(new Set(streams.map(({ status }) => status)), new Set([200]))
  const refused = await admin.ask('GET', '/events')
  assert.deepEqual([refused.status, refused.json.error], [503, 'streams-full'])
  assert.equal(refused.headers['retry-after'], '15')
  streams[0]?.leave()
  // A place is free once the listener has seen it; the runner's time limit is the only clock.
  while (admin.streams.open === maxReaders) await new Promise(setImmediate)
  const next = await readEvents(t, urlOf(admin))
  assert.equal(next.status, 200)
  assert.deepEqual(admin.streams.ended, ['left'])
})

test('who does not read is cut, and nobody else waits for it', async t => {
  const admin = await startAdmin(t)
  const idle = await readEvents(t, urlOf(admin))
  idle.answer.socket.pause()
  const reading = await readEvents(t, urlOf(admin))
  await reading.next()
  for (let i = 1; admin.streams.ended.length === 0; i++) {
    // Some hundreds of them are more than the sockets between take.
    admin.changes.publish(latchOf('x'.repeat(100_000)))
    assert.equal((await reading.next()).id, `e1-${i}`)
  }
  assert.deepEqual([admin.streams.ended, admin.streams.open], [['slow'], 1])
  idle.answer.socket.resume()
  assert.equal(await idle.ended(), false)
})

test('who takes nothing from one sign of life to the next is cut, however little happens', async t => {
  const admin = await startAdmin(t)
  const idle = await readEvents(t, urlOf(admin))
  idle.answer.socket.pause()
  // One change alone, and more than the sockets between take.
  admin.changes.publish(latchOf('x'.repeat(20_000_000)))
  admin.streamClock.advance(beatMs)
  assert.deepEqual(admin.streams.ended, [])
  admin.streamClock.advance(beatMs)
  assert.deepEqual(admin.streams.ended, ['slow'])
})

test('the head of a stream alone is no page', async t => {
  const { ask } = await startAdmin(t)
  assert.equal((await ask('HEAD', '/events')).status, 404)
})
