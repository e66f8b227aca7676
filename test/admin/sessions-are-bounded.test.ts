import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  createPendingLogins,
  maxLogins,
  maxLoginsOfNetwork,
} from '../../src/admin/session/pending-logins.ts'
import { createSessions, maxSessions } from '../../src/admin/session/sessions.ts'
import { createManualClock } from '../support/manual-clock.ts'

const clock = createManualClock()

test('beyond all sessions the one that was idle longest ends', () => {
  const ended: string[] = []
  const sessions = createSessions({
    ...{ clock, randomBytes },
    rule: () => ({ idleForMs: 60_000, lastsForMs: 60_000 }),
    onEnd: ({ name }, why) => ended.push(`${name} ${why}`),
  })
  const begin = (name: string) => sessions.begin(name, { by: 'token', sha256: name }).secret
  const [first, second] = [begin('first'), begin('second')]
  for (let i = 2; i < maxSessions; i++) begin(`user-${i}`)
  assert.notEqual(sessions.find(first), null)
  begin('one more')
  assert.deepEqual(ended, ['second crowded-out'])
  assert.equal(sessions.find(second), null)
  assert.equal(sessions.count(), maxSessions)
})

test('logins under way are bounded in all and for each network, the oldest goes first', () => {
  const pending = createPendingLogins({
    ...{ clock, randomBytes },
    networkOf: address => address.split('-')[0] as string,
  })
  const begin = (address: string) => pending.begin(address).key
  const other = begin('other-1')
  const own = Array.from({ length: maxLoginsOfNetwork + 1 }, (_, i) => begin(`flood-${i}`))
  assert.equal(pending.take(own[0] as string), null)
  for (const key of [other, own[1], own.at(-1)]) assert.notEqual(pending.take(key as string), null)

  const oldest = begin('old-1')
  for (let i = 0; i < maxLogins; i++) begin(`${i}-1`)
  assert.equal(pending.take(oldest), null)
})
