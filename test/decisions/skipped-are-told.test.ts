import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision } from '../../src/decisions/decision.ts'
import { replayAll } from '../../src/decisions/replay-report.ts'

const result = { kind: 'preflight', route: 'main' } as const

function decision(number: number, worker: number, skipped: number): Decision {
  return {
    ...{ number, at: number, skipped, worker, config: 'c1' },
    request: {
      ...{ method: 'OPTIONS', scheme: 'http', host: 'a.example', path: '/', address: '127.0.0.1' },
      ...{ upgrade: false, hasBody: false, headers: {}, digests: {}, session: null, seen: false },
    },
    proof: { kind: 'unasked' },
    latch: { flag: null, tripped: false, drill: false },
    result,
  }
}

test('what was not kept between decisions is told, and what was before the first of a worker is not', () => {
  const record = [decision(1, 7, 100), decision(2, 8, 50), decision(3, 7, 4), decision(4, 8, 3)]
  const { skipped, decisions } = replayAll(
    record,
    () => result,
    () => result,
  )
  assert.deepEqual([decisions, skipped], [4, 7])
})
