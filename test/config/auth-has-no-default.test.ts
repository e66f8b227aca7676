import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultLines } from './config-dir.ts'

test('a policy that says nothing about callers is refused', async t => {
  const dir = await configDir(t, { 'policies/careful.yaml': 'maxInFlight: 3\n' })
  assert.deepEqual(await faultLines(dir), [
    'policies/careful.yaml:1:1 auth must be present, received nothing',
  ])
})
