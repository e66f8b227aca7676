import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wentThrough } from '../../src/ingress/via.ts'

test('our name is found as the second word of any entry, in any letter case', () => {
  for (const via of [
    '1.1 edge',
    '1.0 fred, 1.1 edge',
    'HTTP/1.1  EDGE (Apache/1.1)',
    '1.1\tedge(x)',
    ',, 1.1 edge ,',
  ]) {
    assert.ok(wentThrough(via, 'Edge'), via)
  }
})

test('another name, or ours in another place, is no loop', () => {
  for (const via of [
    '',
    'edge',
    '1.1 edges',
    '1.1 my-edge',
    '1.1 fred (edge)',
    'edge 1.1',
    '1.1 fred edge',
  ]) {
    assert.ok(!wentThrough(via, 'edge'), via)
  }
})
