import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitRule } from '../../src/config/limit-rule.ts'
import { limitHeaders, policyField } from '../../src/limits/limit-headers.ts'

const perUser = limitRule({ key: 'user', limit: '100/s', burst: 200, cost: {} })
const perHour = limitRule({ key: 'ip', limit: '5000/h', name: 'clients', cost: {} })
const policy = policyField([perUser, perHour])
const allowance = { allowed: true, index: 0, remaining: 57, resetMs: 1430, retryAfterMs: 0 }

function headersOf(changes: Partial<typeof allowance>): Map<string, string> {
  const flat = limitHeaders(policy, perUser, { ...allowance, ...changes })
  return new Map(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] as string]] : [])))
}

test('the policy names every limit, its burst only where it is another number', () => {
  assert.equal(policy, '"user 100/s";q=100;w=1;burst=200, "clients";q=5000;w=3600')
})

test('an answer tells of one limit in the fields of both drafts, times in whole seconds, rounded up', () => {
  assert.deepEqual(
    [...headersOf({})],
    [
      ['ratelimit-policy', policy],
      ['ratelimit', '"user 100/s";r=57;t=2'],
      ['ratelimit-limit', '200'],
      ['ratelimit-remaining', '57'],
      ['ratelimit-reset', '2'],
    ],
  )
})

test('a refusal says when to come back, never at once', () => {
  const refusal = { allowed: false, remaining: 0 }
  for (const [retryAfterMs, expected] of [
    [0.2, '1'],
    [1000, '1'],
    [1001, '2'],
    [0, '1'],
  ] as const) {
    assert.equal(headersOf({ ...refusal, retryAfterMs }).get('retry-after'), expected)
  }
  assert.equal(headersOf({}).has('retry-after'), false)
})
