import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beatMs, maxReadersOfOne } from '../../src/admin/events/event-routes.ts'
import type { Asked, WhoAsks } from '../../src/admin/who-asks.ts'
import type { AdminRole } from '../../src/config/schema-admin.ts'
import { neverTripped } from '../../src/guard/latch-state.ts'
import { startAdmin } from './admin-parts.ts'
import { readEvents } from './event-stream.ts'
import { bearing } from './operators.ts'

const unknown: Asked = { ok: false, reason: 'token-unknown', name: null, retryAfterMs: 0 }

/** Whoever has one of these tokens; the test changes them. */
function holders(known: Record<string, AdminRole>): WhoAsks {
  return async headers => {
    const name = (headers[headers.indexOf('authorization') + 1] ?? '').replace('Bearer ', '')
    const role = known[name]
    return role === undefined ? unknown : { ok: true, caller: { name, role, csrf: null } }
  }
}

test('a stream whose token is taken away by a reload ends, and the others go on', async t => {
  const known: Record<string, AdminRole> = { anna: 'operator', vera: 'viewer' }
  const admin = await startAdmin(t, holders(known))
  const url = `http://127.0.0.1:${admin.port}`
  const anna = await readEvents(t, url, { headers: bearing('anna') })
  const vera = await readEvents(t, url, { headers: bearing('vera') })
  await vera.next()
  delete known.anna
  admin.accessChanged()
  assert.equal(await anna.ended(), true)
  assert.deepEqual(admin.streams.ended, ['refused'])
  admin.changes.publish({ type: 'latch', data: neverTripped('v2_migration') })
  assert.equal((await vera.next()).event, 'latch')
  // Nobody tried anything.
  assert.deepEqual(admin.refused, [])
})

test('a token that ends by itself ends its stream at the next sign of life', async t => {
  const known: Record<string, AdminRole> = { vera: 'viewer' }
  const admin = await startAdmin(t, holders(known))
  const stream = await readEvents(t, `http://127.0.0.1:${admin.port}`, { headers: bearing('vera') })
  await stream.next()
  delete known.vera
  admin.streamClock.advance(beatMs)
  assert.equal(await stream.ended(), true)
  assert.deepEqual(admin.streams.ended, ['refused'])
})

test('nobody takes the room of all others', async t => {
  const admin = await startAdmin(t, holders({ anna: 'operator', vera: 'viewer' }))
  const read = (name: string) =>
    readEvents(t, `http://127.0.0.1:${admin.port}`, { headers: bearing(name) })
  const own = await Promise.all(Array.from({ length: maxReadersOfOne }, () => read('vera')))
  assert.deepEqual(new Set(own.map(({ status }) => status)), new Set([200]))
  const more = await admin.ask('GET', '/events', { headers: bearing('vera') })
  assert.deepEqual([more.status, more.json.error], [503, 'streams-full'])
  assert.match(more.json.message, /at most 8 streams of vera, received one more/)
  assert.equal((await read('anna')).status, 200)
})

test('without a token there is no stream', async t => {
  const admin = await startAdmin(t, holders({}))
  const stream = await readEvents(t, `http://127.0.0.1:${admin.port}`)
  assert.deepEqual([stream.status, admin.streams.open], [401, 0])
})
