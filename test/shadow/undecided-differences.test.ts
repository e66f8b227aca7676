import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostUndecided } from '../../src/shadow/undecided.ts'
import { finding, mixed, routeDifferences } from './found-differences.ts'

const of = (...findings: Parameters<typeof routeDifferences>[0]) =>
  mostUndecided(routeDifferences(findings))

test('the most frequent undecided difference is told, with what is missing', () => {
  const rare = finding({ at: '/rare', verdict: 'undecided', rate: 0.001 })
  assert.deepEqual(of(rare, ...mixed), {
    share: 0.02,
    text: '2 % differ at /score (value), and V1 was asked twice for only 11 requests: too few to tell its noise from a fault of V2',
  })
})

test('what is real, noise or acknowledged is decided', () => {
  const acknowledged = { who: 'ada', why: 'meant', at: 1 }
  const known = finding({ verdict: 'undecided', acknowledged })
  assert.equal(of(finding(), finding({ verdict: 'noise' }), known), null)
})

test('where nothing was compared of late, the share is that of all pairs', () => {
  const quiet = finding({ verdict: 'undecided', rate: null, pairs: 5, compared: 50 })
  assert.equal(of(quiet)?.share, 0.1)
})

test('status and whole bodies are named in words', () => {
  const status = finding({ part: 'status', at: '', verdict: 'undecided' })
  assert.match(of(status)?.text ?? '', /^100 % differ at the status \(value\)/)
  const body = finding({ at: '', kind: 'size', verdict: 'undecided' })
  assert.match(of(body)?.text ?? '', /^100 % differ at the body \(size\)/)
})
