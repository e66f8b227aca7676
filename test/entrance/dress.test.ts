import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDress } from '../../src/entrance/dress.ts'
import { clientHeaders } from '../../src/upstream/response-headers.ts'

const missing = ['x-content-type-options', 'nosniff', 'referrer-policy', 'same-origin']

function dressed(rules: Parameters<typeof createDress>[0], ...headers: string[]): string[] {
  return clientHeaders(headers, ['x-request-id', '1'], createDress(rules))
}

test('a policy that asks for nothing costs nothing', () => {
  assert.equal(createDress({ cors: false, missing: [] }), null)
})

test('a header is added where the upstream has none of that name', () => {
  assert.deepEqual(dressed({ cors: false, missing }, 'etag', 'a', 'referrer-policy', 'origin'), [
    'etag',
    'a',
    'referrer-policy',
    'origin',
    'x-content-type-options',
    'nosniff',
    'x-request-id',
    '1',
  ])
})

test('a header that the upstream takes back by naming it in Connection counts as none', () => {
  const sent = ['connection', 'referrer-policy', 'referrer-policy', 'origin']
  assert.deepEqual(dressed({ cors: false, missing }, ...sent).slice(0, 4), missing)
})

test('with cors nothing that the upstream says about it is left', () => {
  const sent = ['access-control-allow-origin', '*', 'access-control-allow-private-network', 'true']
  assert.deepEqual(dressed({ cors: true, missing: [] }, ...sent), [
    'vary',
    'Origin',
    'x-request-id',
    '1',
  ])
  assert.deepEqual(dressed({ cors: false, missing }, ...sent).slice(0, 4), sent)
})

test('Vary is joined with what the upstream varies by, and says Origin once', () => {
  for (const [sent, expected] of [
    [['Accept-Encoding'], 'Accept-Encoding, Origin'],
    [['Accept-Encoding', 'Accept'], 'Accept-Encoding, Accept, Origin'],
    [['accept , ORIGIN'], 'accept , ORIGIN'],
    [['*'], '*'],
  ] as const) {
    const headers = dressed({ cors: true, missing: [] }, ...sent.flatMap(value => ['vary', value]))
    assert.deepEqual(headers.slice(0, 2), ['vary', expected])
    assert.equal(headers.length, 4)
  }
})
