import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOriginRule } from '../../src/entrance/handshake-origin.ts'

const listed = ['https://app.example.com', 'http://localhost:3000']

function reason(origins: readonly string[] | undefined, ...sent: string[]): string {
  return createOriginRule(origins)(['host', 'x', ...sent.flatMap(value => ['origin', value])])
    .reason
}

test('without a list every origin may connect, and none', () => {
  assert.equal(reason(undefined, 'https://evil.example'), 'any-origin')
  assert.equal(reason(undefined), 'any-origin')
})

test('with a list exactly its origins may connect, letter case aside', () => {
  assert.equal(reason(listed, 'https://app.example.com'), 'origin-listed')
  assert.equal(reason(listed, 'HTTPS://App.Example.COM'), 'origin-listed')
  assert.equal(reason(['HTTPS://App.Example.com'], 'https://app.example.com'), 'origin-listed')
  assert.equal(reason(listed, 'http://localhost:3000'), 'origin-listed')
})

test('near misses are refused', () => {
  for (const origin of [
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com/',
    'https://app.example.com.evil.example',
    'https://evil.example/https://app.example.com',
    'https://sub.app.example.com',
    'https://app.example.com https://evil.example',
    'null',
    '',
  ])
    assert.equal(reason(listed, origin), 'origin-not-listed', origin)
})

test('a missing or repeated Origin is refused when there is a list', () => {
  assert.equal(reason(listed), 'origin-missing')
  assert.equal(reason(listed, listed[0] as string, listed[0] as string), 'origin-repeated')
  assert.equal(reason([], 'https://app.example.com'), 'origin-not-listed')
})
