import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byServerName } from '../../src/ingress/server-names.ts'

const find = byServerName([
  { names: ['a.test', '*.a.test'], value: 'a' },
  { names: ['own.a.test', 'a.test', '*.deep.a.test'], value: 'b' },
])

test('a whole name goes before a wildcard, and the first that claims a name has it', () => {
  assert.equal(find('a.test'), 'a')
  assert.equal(find('own.a.test'), 'b')
  assert.equal(find('other.a.test'), 'a')
})

test('a wildcard is one label, no more and no less', () => {
  assert.equal(find('x.deep.a.test'), 'b')
  assert.equal(find('deep.a.test'), 'a')
  for (const name of ['x.y.a.test', '.a.test', 'xa.test', 'test', 'a.test.']) {
    assert.equal(find(name), undefined, name)
  }
})

test('letter case does not count, and nothing else is made good', () => {
  assert.equal(find('Own.A.Test'), 'b')
  for (const name of ['', '.', '*', '*.a.test.', '__proto__', 'constructor', ' a.test']) {
    assert.equal(find(name), undefined, name)
  }
})
