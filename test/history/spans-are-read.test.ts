import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSpan } from '../../src/history/span.ts'

test('a span is as fine as is kept for so long, or as is asked for', () => {
  for (const [forText, step, stepMs, forMs] of [
    ['15m', undefined, 5000, 900_000],
    ['1h', undefined, 5000, 3_600_000],
    ['61m', undefined, 60_000, 3_660_000],
    ['24h', undefined, 60_000, 86_400_000],
    ['25h', undefined, 900_000, 90_000_000],
    ['14d', undefined, 900_000, 1_209_600_000],
    ['90s', '1m', 60_000, 90_000],
    ['1h', '15m', 900_000, 3_600_000],
  ] as const) {
    assert.deepEqual(readSpan(forText, step), { ok: true, stepMs, forMs }, `${forText} ${step}`)
  }
})

test('no answer has more than 1440 slots', () => {
  for (const text of ['1h', '24h', '14d']) {
    const span = readSpan(text, undefined)
    assert.ok(span.ok && span.forMs / span.stepMs <= 1440, text)
  }
})

test('what cannot be told is refused with the rule and what was asked', () => {
  for (const [forText, step, text] of [
    ['15', undefined, 'for must be a time up to 14d such as 15m, 24h or 7d, received "15"'],
    ['0m', undefined, 'for must be a time up to 14d such as 15m, 24h or 7d, received "0m"'],
    ['15d', undefined, 'for must be a time up to 14d such as 15m, 24h or 7d, received "15d"'],
    ['1h', '10s', 'step must be one of 5s, 1m, 15m, received "10s"'],
    ['2h', '5s', 'for must be at most 1h in steps of 5s, received "2h"'],
    ['30s', '1m', 'for must be a step of 1m at least, received "30s"'],
    ['3s', undefined, 'for must be a step of 5s at least, received "3s"'],
  ] as const) {
    assert.deepEqual(readSpan(forText, step), { ok: false, text })
  }
})
