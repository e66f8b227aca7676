import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCompactToken, maxTokenBytes, readBearer } from '../../src/identity/bearer.ts'

function outcome(...values: string[]): string {
  const bearer = readBearer(['accept', '*/*', ...values.flatMap(value => ['authorization', value])])
  return bearer.ok ? bearer.token : bearer.reason
}

test('the token is what follows Bearer and one space, in any letter case of the scheme', () => {
  assert.equal(outcome('Bearer a.b.c'), 'a.b.c')
  assert.equal(outcome('bearer a.b.c'), 'a.b.c')
  assert.equal(outcome('BEARER a.b.c'), 'a.b.c')
})

test('no, two or other Authorization headers are refused', () => {
  assert.equal(outcome(), 'token-missing')
  assert.equal(outcome('Bearer a.b.c', 'Bearer a.b.c'), 'token-repeated')
  assert.equal(outcome('Basic a.b.c', 'Bearer a.b.c'), 'token-repeated')
  for (const value of ['', 'Bearer', 'Bearer ', 'Bearera.b.c', 'Basic dTpw', 'Bearer\ta.b.c'])
    assert.equal(outcome(value), 'scheme-refused', JSON.stringify(value))
})

test('a header value that happens to read authorization is no header name', () => {
  assert.deepEqual(readBearer(['x-note', 'authorization', 'x-other', 'Bearer a.b.c']), {
    ok: false,
    reason: 'token-missing',
  })
})

test('a token of 8 KiB is read, one byte more is not', () => {
  const longest = 'a'.repeat(maxTokenBytes)
  assert.equal(outcome(`Bearer ${longest}`), longest)
  assert.equal(outcome(`Bearer ${longest}a`), 'token-too-long')
})

test('a token is three base64url parts and nothing else', () => {
  assert.ok(isCompactToken('eyJ-_9.eyJ_-0.AZaz09-_'))
  const strays = ['a.b', 'a.b.c.d', 'a..c', '.b.c', 'a.b.', ' a.b.c', 'a.b.c ', 'a.b.c\n', 'a. b.c']
  for (const token of [...strays, 'a.b.c=', 'a=.b.c', 'a.b.c+', 'a.b/.c', 'a.b.cé', 'a,b,c', ''])
    assert.equal(isCompactToken(token), false, JSON.stringify(token))
})
