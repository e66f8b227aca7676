import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Difference } from '../../src/shadow/difference.ts'
import { compared, report, start, summing } from './summed.ts'

const status: Difference = { part: 'status', at: '', kind: 'value' }

function toldOfStatus(v2: string, refused: number): string {
  const { take, told } = summing(1)
  const sample = { ...status, v1: '200', v2, endpoint: 'GET /x', requestId: 'r', seenAt: start }
  const shadow = compared(100, [refused, status])
  take(report({ shadow, noise: compared(5), samples: [sample] }))
  return told().text
}

test('a V2 that turns nearly all copies away is told to want a credential', () => {
  for (const refusal of ['401', '403']) {
    assert.equal(
      toldOfStatus(refusal, 95),
      'V2 answers 401 or 403 to nearly all copies: they carry no credential that it takes, see shadow.credentials',
    )
  }
})

test('other answers, and few, are differences like any other', () => {
  assert.equal(
    toldOfStatus('500', 100),
    '100 % of the pairs of late differ in a real way, in one place (100 pairs in all)',
  )
  assert.equal(
    toldOfStatus('401', 10),
    'no real difference of late; one place undecided (100 pairs in all)',
  )
})
