import assert from 'node:assert/strict'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { StoreDown } from '../../src/fleet/stores/store-down.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { stateDir } from './machines.ts'
import { latch } from './store-states.ts'

const ways: [string, RegExp, (file: string) => void][] = [
  ['removed', /state\.db: the file was removed while in use/, file => rmSync(file)],
  [
    'replaced',
    /state\.db: the file was replaced while in use/,
    file => {
      writeFileSync(`${file}.new`, '')
      renameSync(`${file}.new`, file)
    },
  ],
]

for (const [how, why, act] of ways) {
  test(`a latch is not said to be kept in a file that was ${how}`, async t => {
    const dir = stateDir(t)
    const clock = createManualClock()
    const store = createEmbeddedStore({ dir, clock })
    t.after(() => store.close())
    store.onLatch(() => {})
    await store.putLatch(latch())
    act(join(dir, 'state.db'))
    // Seen without being asked for anything, before it matters.
    clock.advance(250)
    assert.match(store.status().error ?? '', why)
    await assert.rejects(store.putLatch(latch({ version: 2 })), (error: Error) => {
      assert.ok(error instanceof StoreDown)
      assert.match(error.message, why)
      return true
    })
  })
}
