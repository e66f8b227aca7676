import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWindow } from '../../src/security/window.ts'

test('what is older than the window counts no longer, also where nothing came since', () => {
  const window = createWindow(10_000)
  window.add(5, 20_000)
  window.addOf('a', 5, 20_999)
  for (const [now, count] of [
    [20_999, 5],
    [29_999, 5],
    [30_000, 0],
    [1_000_000, 0],
  ] as const) {
    assert.deepEqual([window.all(now), window.of('a', now)], [count, count], String(now))
  }
})
