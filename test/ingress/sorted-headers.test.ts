import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHeaderKinds } from '../../src/ingress/header-kinds.ts'
import { sortHeaders } from '../../src/ingress/sort-headers.ts'

const kindOf = createHeaderKinds(['x-user-id'])
const sort = (headers: string[], trusted = false) => sortHeaders(headers, kindOf, trusted)

test('end-to-end headers keep their order, values and repetitions, names lower-case', () => {
  const { headers } = sort([
    'Accept',
    'a',
    'X-Custom',
    '1',
    'Host',
    'h',
    'x-custom',
    '2',
    '__proto__',
    'p',
  ])
  assert.deepEqual(headers, ['accept', 'a', 'x-custom', '1', 'x-custom', '2', '__proto__', 'p'])
})

test('hop-by-hop headers and those that Connection names are gone', () => {
  const { headers } = sort([
    'Connection',
    'close, X-Mine',
    'X-Mine',
    '1',
    'TE',
    'trailers',
    'Keep-Alive',
    '5',
    'Upgrade',
    'h2c',
    'HTTP2-Settings',
    's',
    'X-Kept',
    '2',
  ])
  assert.deepEqual(headers, ['x-kept', '2'])
})

test('Connection cannot take away a header that decides about the request', () => {
  const { headers } = sort([
    'Connection',
    'Authorization, Cookie, X-User-Id',
    'Authorization',
    'Bearer t',
    'Cookie',
    'c',
    'X-User-Id',
    'eve',
  ])
  assert.deepEqual(headers, ['authorization', 'Bearer t', 'cookie', 'c'])
})

test('claims about the way so far are believed from a trusted proxy only', () => {
  const claims = [
    'X-Forwarded-For',
    '1.1.1.1',
    'X-Forwarded-Proto',
    'HTTPS',
    'X-Forwarded-Host',
    'h',
    'Forwarded',
    'for=1',
    'X-Real-IP',
    '1.1.1.1',
    'X-Switchback-Shadow',
    'v2',
  ]
  const stranger = sort(claims)
  assert.deepEqual(
    [stranger.forwardedFor, stranger.forwardedProto, stranger.forwardedHost, stranger.headers],
    [null, null, null, []],
  )
  const proxy = sort(claims, true)
  assert.deepEqual(
    [proxy.forwardedFor, proxy.forwardedProto, proxy.forwardedHost],
    ['1.1.1.1', 'https', 'h'],
  )
  assert.deepEqual(proxy.headers, [
    ...['forwarded', 'for=1', 'x-real-ip', '1.1.1.1'],
    ...['x-switchback-shadow', 'v2'],
  ])
})

test('Connection cannot take the marker from a copy', () => {
  const copy = ['Connection', 'X-Switchback-Shadow', 'X-Switchback-Shadow', 'v2']
  assert.deepEqual(sort(copy, true).headers, ['x-switchback-shadow', 'v2'])
})

test('aliases of guarded headers are dropped, other unusual names are not', () => {
  const aliases = [
    'X_Forwarded_For',
    'a',
    'X.User.Id',
    'b',
    'x_user-id',
    'c',
    'Content_Length',
    'd',
    'x_request_id',
    'e',
    'X_Switchback_Shadow',
    'f',
    'x-switchback.shadow',
    'g',
  ]
  assert.deepEqual(sort([...aliases, 'api_key', 'k'], true).headers, ['api_key', 'k'])
})

test('Host lines are counted, framing headers taken out', () => {
  const sorted = sort([
    'Host',
    'a',
    'host',
    'b',
    'Content-Length',
    '3',
    'Transfer-Encoding',
    'gzip',
    'Transfer-Encoding',
    'chunked',
  ])
  assert.equal(sorted.hosts, 2)
  assert.equal(sorted.contentLength, '3')
  assert.equal(sorted.transferEncoding, 'gzip, chunked')
  assert.deepEqual(sorted.headers, [])
})

test('remembered names are bounded: a flood of new ones is still classified right', () => {
  for (let n = 0; n < 5000; n++) assert.equal(kindOf(`x-flood-${n}`).kind, 'end-to-end')
  assert.equal(kindOf('X-Forwarded-FOR').kind, 'x-forwarded-for')
})
