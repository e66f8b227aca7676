import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCompactToken, maxTokenBytes, readBearer } from '../../src/identity/bearer.ts'

function outcome(...values: string[]): string {
  const bearer = readBearer(
    ['accept', '*/*', ...values.flatMap(value => ['authorization', value])],
    null,
  )
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
  assert.deepEqual(readBearer(['x-note', 'authorization', 'x-other', 'Bearer a.b.c'], null), {
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

test('a named cookie may carry the token, alone among cookies of that name', () => {
  const read = (...headers: string[]) => {
    const bearer = readBearer(headers, 'session')
    return bearer.ok ? bearer.token : bearer.reason
  }
  assert.equal(read('cookie', 'a=1; session=a.b.c; b=2'), 'a.b.c')
  assert.equal(read('cookie', 'a=1', 'cookie', 'session=a.b.c'), 'a.b.c')
  assert.equal(read('cookie', 'a=1; mysession=a.b.c; x=session=a.b.c'), 'token-missing')
  assert.equal(read('cookie', 'session='), 'token-missing')
  assert.equal(read('cookie', 'session=a.b.c; session=d.e.f'), 'token-repeated')
  assert.equal(read('cookie', 'session=a.b.c', 'cookie', 'session=a.b.c'), 'token-repeated')
  assert.equal(read('cookie', `session=${'a'.repeat(maxTokenBytes + 1)}`), 'token-too-long')
  assert.deepEqual(readBearer(['cookie', 'session=a.b.c'], null), {
    ok: false,
    reason: 'token-missing',
  })
})

test('a token in both places is refused, and so is a cookie beside other credentials', () => {
  for (const authorization of ['Bearer a.b.c', 'Bearer d.e.f', 'Basic dTpw']) {
    const both = ['authorization', authorization, 'cookie', 'session=a.b.c']
    assert.deepEqual(readBearer(both, 'session'), { ok: false, reason: 'token-repeated' })
  }
  assert.deepEqual(readBearer(['authorization', 'Bearer a.b.c', 'cookie', 'session='], 'session'), {
    ok: true,
    token: 'a.b.c',
  })
})
