import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/telemetry/log.ts'
import { createTracingLog } from '../../src/telemetry/tracing-log.ts'
import { createManualClock } from '../support/manual-clock.ts'

test('the log tells once that the collector is away, once that it is back, and refusals once a minute', () => {
  const lines: Record<string, unknown>[] = []
  const { log } = createLog('info', { write: line => void lines.push(JSON.parse(line)) })
  const clock = createManualClock()
  const tell = createTracingLog(log, clock)
  tell('taken', '')
  tell('again', 'answered 503')
  tell('again', 'connect ECONNREFUSED')
  tell('refused', 'answered 400')
  tell('refused', 'answered 400')
  tell('again', 'answered 503')
  clock.advance(60_000)
  tell('taken', '')
  tell('refused', 'answered 413')
  assert.deepEqual(
    lines.map(({ level, event, why, untold }) => [level, event, why, untold]),
    [
      ['warn', 'collector-away', 'answered 503', undefined],
      ['info', 'collector-back', undefined, undefined],
      ['warn', 'spans-refused', 'answered 400', 0],
      ['warn', 'collector-away', 'answered 503', undefined],
      ['info', 'collector-back', undefined, undefined],
      ['warn', 'spans-refused', 'answered 413', 1],
    ],
  )
})
