import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import type { LiveRoute } from '../../src/pipeline/live-route.ts'
import { createRecording } from '../../src/pipeline/recording.ts'
import { collect } from '../support/held-bytes.ts'

function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

/** A text that came in one piece, as a parser gives it. */
const came = (text: string) => Buffer.from(text).toString()

test('a decision holds on to neither the query of its path nor the cookies beside its session', () => {
  const snapshot = {
    ...{ version: 'v', dir: '/', routes: [] },
    process: { workers: 1, decisions: { keep: 2000, perSecond: 2000 } },
  } as unknown as Snapshot
  const route = { config: { name: 'main', rules: { auth: 'public' } } } as unknown as LiveRoute
  const recording = createRecording({
    ...{ clock: systemClock, pid: 1, metrics: { watchDecisions() {} } },
    snapshot: () => snapshot,
  })
  const caller = { userId: null, address: '192.0.2.1', properties: {}, claims: null }
  const assignment = { variant: 'v1', reason: 'flag-off', setCookies: [] } as const
  const before = heapUsed()
  for (let i = 0; i < 2000; i++) {
    const target = came(`/orders/of/some/length/${i}?q=${'x'.repeat(8000)}`)
    const cookies = came(`a=${'y'.repeat(8000)}; sb_sid=${String(i).padStart(22, 'A')}; b=c`)
    const request = {
      ...{ method: 'GET', scheme: 'http', host: 'a.example', upgrade: false, bodyLength: 0 },
      ...{ path: target.slice(0, target.indexOf('?')), address: '192.0.2.1' },
      headers: ['cookie', cookies],
    } as unknown as GatewayRequest
    recording.assigned(route, request, caller, assignment)
  }
  const each = (heapUsed() - before) / 2000
  const { kept, decisions } = recording.page(0, 1)
  recording.close()
  assert.deepEqual([kept, decisions[0]?.request.session], [2000, 'AAAAAAAAAAAAAAAAAAAAA0'])
  assert.ok(each < 4096, `${each} bytes`)
})
