import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCors } from '../../src/entrance/cors.ts'

const plain = {
  methods: ['GET'],
  headers: [],
  exposeHeaders: [],
  credentials: false,
  maxAgeSeconds: 600,
}

function corsFor(origins: string[], ...sent: string[]) {
  const cors = createCors({ ...plain, origins })
  const headers = ['host', 'x', ...sent.flatMap(value => ['origin', value])]
  const preflight = cors.preflight(headers)
  const named = cors.answer(headers)[1] ?? null
  if (typeof preflight === 'string') {
    assert.equal(named, null, 'an answer allows what a preflight does')
    return preflight
  }
  assert.equal(preflight[1], named)
  return named
}

const listed = ['https://app.example.com', 'https://*.shop.example:8443', 'capacitor://localhost']

test('a listed origin is named in the answer', () => {
  assert.equal(corsFor(listed, 'https://app.example.com'), 'https://app.example.com')
  assert.equal(corsFor(listed, 'capacitor://localhost'), 'capacitor://localhost')
})

test('a wildcard is every host below', () => {
  for (const origin of ['https://a.shop.example:8443', 'https://a.b-c.shop.example:8443']) {
    assert.equal(corsFor(listed, origin), origin)
  }
})

test('near misses are not listed', () => {
  for (const origin of [
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com/',
    'https://app.example.com.evil.example',
    'https://sub.app.example.com',
    'https://shop.example:8443',
    'https://.shop.example:8443',
    'https://evilshop.example:8443',
    'https://a.shop.example',
    'http://a.shop.example:8443',
    'http://ab.shop.example:8443',
    'https://evil.example/.shop.example:8443',
    'https://evil.example#.shop.example:8443',
    'https://evil.example:1.shop.example:8443',
    'https://evil@a.shop.example:8443',
    'https://*.shop.example:8443',
    '*',
    '',
  ]) {
    assert.equal(corsFor(listed, origin), 'origin-not-listed', origin)
  }
})

test('with * every origin is allowed, without being named', () => {
  assert.equal(corsFor(['*'], 'https://anybody.example'), '*')
})

test('the null of sandboxed frames and local files is allowed by nothing', () => {
  for (const origins of [listed, ['*'], ['null']]) {
    assert.equal(corsFor(origins, 'null'), 'origin-null')
  }
})

test('an Origin that comes twice, or not at all, is none', () => {
  for (const origins of [listed, ['*']]) {
    assert.equal(corsFor(origins), 'origin-missing')
    const [first = ''] = listed
    assert.equal(corsFor(origins, first, first), 'origin-repeated')
  }
})
