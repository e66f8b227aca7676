import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContentTypeRule } from '../../src/entrance/content-types.ts'

const judge = createContentTypeRule(['application/json', 'multipart/*', 'Text/CSV'])
const typed = (...values: string[]) =>
  judge(['host', 'x', ...values.flatMap(v => ['content-type', v])])

test('what is listed may come in, parameters and letter case aside', () => {
  for (const value of [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json ;charset="utf-8"; x=y',
    'application/json;',
    'multipart/form-data; boundary="a, b; \\"c"',
    'multipart/mixed',
    'text/csv',
  ]) {
    assert.equal(typed(value), null, value)
  }
})

test('what is not listed may not', () => {
  for (const value of ['text/plain', 'application/json5', 'application/x-json', 'text/json']) {
    assert.equal(typed(value), 'content-type-not-listed', value)
  }
})

test('a body must say what it is, once', () => {
  assert.equal(typed(), 'content-type-missing')
  assert.equal(typed('application/json', 'application/json'), 'content-type-repeated')
})

test('what two readers could understand differently is refused', () => {
  for (const value of [
    '',
    'application',
    'application/',
    'application/json, text/plain',
    'application/json; a=b, text/plain',
    'application/json; charset',
    'application/json; charset="utf-8',
    'application/json; charset = utf-8',
    'application/json charset=utf-8',
    ' application/json',
    'application /json',
    'multipart/*',
    'multipart/form\u00addata',
  ]) {
    assert.equal(typed(value), 'content-type-malformed', value)
  }
})

test('a long value that is malformed at its very end is read like any', () => {
  for (const piece of [';  ', '; a="\\""', '; a=b', ' ', ';']) {
    assert.equal(typed(`a/b${piece.repeat(4000)},`), 'content-type-malformed', piece)
  }
})
