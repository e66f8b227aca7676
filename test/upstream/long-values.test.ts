import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLongValues } from '../../src/upstream/http1/long-values.ts'

const long = (end: string) => 'a'.repeat(500) + end

test('a long value that was good does not vouch for another one', () => {
  const values = createLongValues()
  assert.equal(values.isFieldValue(long('')), true)
  assert.equal(values.isFieldValue(long('')), true)
  for (const end of ['\n', '\r\nx: y', '\0', '\x7f', '\u010a']) {
    assert.equal(values.isFieldValue(long(end)), false)
    assert.equal(values.isFieldValue(long(end)), false)
  }
  assert.equal(values.size(), 1)
})

test('short and very long values are judged and not kept', () => {
  const values = createLongValues()
  for (const value of ['short', 'a'.repeat(5000)]) {
    assert.equal(values.isFieldValue(value), true)
    assert.equal(values.isFieldValue(`${value}\n`), false)
  }
  assert.equal(values.size(), 0)
})

test('a flood of long values leaves no more than 2,000 of them', () => {
  const values = createLongValues()
  for (let i = 0; i < 10_000; i++) {
    assert.equal(values.isFieldValue(long(String(i))), true)
    assert.ok(values.size() <= 2000)
  }
})
