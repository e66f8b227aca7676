import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShadowRule } from '../../src/config/shadow-rule.ts'
import { createCopyHeads, isCopy, type LiveCredentials } from '../../src/shadow/copy-headers.ts'
import { putCredential } from '../../src/upstream/credential.ts'

const secrets = [
  ...['authorization', 'Bearer secret', 'cookie', 'session=secret', 'x-api-key', 'secret'],
  ...['x-csrf-token', 'secret', 'dpop', 'secret'],
]
const harmless = ['accept', 'application/json', 'x-user-id', 'authorization', 'accept', 'text/html']
const added = ['x-request-id', 'r1', 'via', '1.1 edge']

function copied(
  rule: Partial<ShadowRule>,
  { method = 'GET', query = '', more = [] as string[], kind = 'shadow' as 'shadow' | 'noise' } = {},
  asLive: LiveCredentials = { v1: null, v2: null },
) {
  const heads = createCopyHeads(
    { credentials: 'none', dropHeaders: [], dropQuery: [], ...rule },
    asLive,
  )
  const request = {
    id: 'r1',
    method,
    query,
    headers: [...harmless, ...secrets, ...more],
    added,
  }
  return kind === 'noise' ? heads.noise(request) : heads.shadow(request, 'v2')
}

const ofV2 = ['x-switchback-shadow', 'v2']

test('a copy carries what the request did, who asks left out', () => {
  assert.deepEqual(copied({}).headers, [...harmless, ...ofV2, ...added])
})

test('a copy carries what the client proves itself by where the policy says so', () => {
  assert.deepEqual(copied({ credentials: 'client' }).headers, [
    ...harmless,
    ...secrets,
    ...ofV2,
    ...added,
  ])
})

test('a credential of its own takes the place of the client’s', () => {
  const credentials = { header: 'x-user-id', value: 'shadow' }
  assert.deepEqual(copied({ credentials }).headers, [
    ...['accept', 'application/json', 'accept', 'text/html', 'x-user-id', 'shadow'],
    ...ofV2,
    ...added,
  ])
})

test('headers that the policy drops are dropped, also beside the client’s credentials', () => {
  const { headers } = copied({ credentials: 'client', dropHeaders: ['accept', 'cookie'] })
  assert.ok(headers.includes('Bearer secret'))
  assert.ok(!headers.includes('session=secret') && !headers.includes('text/html'))
})

test('V1 asked again gets all that it got before', () => {
  const { headers, query } = copied(
    { dropHeaders: ['accept'] },
    { kind: 'noise', query: '?access_token=secret' },
  )
  assert.deepEqual(headers, [...harmless, ...secrets, 'x-switchback-shadow', 'v1', ...added])
  assert.equal(query, '?access_token=secret')
})

test('work that is done twice has a key to be known by: the client’s own or the request id', () => {
  const own = ['idempotency-key', 'k1']
  assert.deepEqual(copied({}, { method: 'POST', more: own }).headers, [
    ...harmless,
    ...own,
    ...ofV2,
    ...added,
  ])
  assert.deepEqual(copied({}, { method: 'POST' }).headers, [
    ...harmless,
    ...ofV2,
    'idempotency-key',
    'r1',
    ...added,
  ])
  assert.ok(!copied({}, { method: 'GET' }).headers.includes('idempotency-key'))
})

test('secrets in the query are left out, unless the policy sends the client’s', () => {
  const query = '?access_token=secret&page=2&own=1'
  assert.equal(copied({}, { query }).query, '?page=2&own=1')
  assert.equal(copied({ dropQuery: ['own'] }, { query }).query, '?page=2')
  assert.equal(copied({ credentials: 'client' }, { query }).query, query)
  const rule: Partial<ShadowRule> = { credentials: 'client', dropQuery: ['own'] }
  assert.equal(copied(rule, { query }).query, '?access_token=secret&page=2')
})

test('a copy is known by its marker, and by nothing that looks like it', () => {
  assert.equal(isCopy({ headers: ['a', 'b', 'x-switchback-shadow', 'v2'] }), true)
  assert.equal(isCopy({ headers: ['a', 'x-switchback-shadow'] }), false)
  assert.equal(isCopy({ headers: [] }), false)
})

const own = {
  v1: putCredential({ credential: 'Bearer of-v1' }),
  v2: putCredential({ credential: 'Bearer of-v2' }),
}

/** What a copy proves itself by to the service. */
function authorizations({ headers }: ReturnType<typeof copied>): string[] {
  return headers.filter((_, at) => at % 2 === 1 && headers[at - 1] === 'authorization')
}

test('a variant with a credential of its own gets it in copies where these carry what live requests do', () => {
  assert.deepEqual(authorizations(copied({ credentials: 'client' }, {}, own)), ['Bearer of-v2'])
  assert.deepEqual(authorizations(copied({ credentials: 'none' }, {}, own)), [])
  const shadows = { header: 'authorization', value: 'Bearer of-the-shadow' }
  assert.deepEqual(authorizations(copied({ credentials: shadows }, {}, own)), [shadows.value])
  const without = copied({ credentials: 'client', dropHeaders: ['authorization'] }, {}, own)
  assert.deepEqual(authorizations(without), [])
})

test('V1 asked again gets the credential of V1 again', () => {
  assert.deepEqual(authorizations(copied({}, { kind: 'noise' }, own)), ['Bearer of-v1'])
})
