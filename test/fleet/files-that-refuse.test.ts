import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { stateDir } from './machines.ts'
import { latch } from './store-states.ts'

test('a file that can be read but not written is no store that is up', async t => {
  const dir = stateDir(t)
  const clock = createManualClock()
  const store = createEmbeddedStore({ dir, clock })
  t.after(() => store.close())
  const other = new DatabaseSync(join(dir, 'state.db'))
  t.after(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  await assert.rejects(store.putLatch(latch()), /database is locked/)
  assert.deepEqual(await store.latches(), [])
  clock.advance(9_999)
  await store.latches()
  assert.match(store.status().error ?? '', /database is locked/)
  other.exec('ROLLBACK')
  await store.putLatch(latch())
  clock.advance(1)
  await store.latches()
  assert.equal(store.status().up, true)
})
