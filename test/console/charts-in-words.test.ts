import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownPart } from '../../src/console/charts/known-part.ts'
import { linesOf, markInShort } from '../../src/console/charts/lines.ts'
import { spanNamed, spans } from '../../src/console/charts/spans.ts'
import { axisTimeText } from '../../src/console/charts/time-text.ts'
import { msText, rateText } from '../../src/console/show/numbers.ts'
import type { Series, VariantSeries } from '../../src/history/series.ts'
import { readSpan } from '../../src/history/span.ts'

const nothing = { p50: null, p95: null, p99: null, errorShare: null }
const unasked: VariantSeries['whole'] = { ...nothing, requests: 0, errors: 0, fallbacks: 0 }

function variant(rates: readonly (number | null)[], whole = {}): VariantSeries {
  const empty = rates.map(() => null)
  const each = { errorShare: empty, p50: empty, p95: empty, p99: empty }
  return { ...each, requestsPerSecond: rates, whole: { ...unasked, ...whole } }
}

function seriesOf(v1: VariantSeries, v2: VariantSeries): Series {
  const at = v1.requestsPerSecond.map((_, slot) => 1_700_000_000_000 + slot * 5000)
  const of = { machine: 'm1', flag: 'v2', routes: ['main'], stepMs: 5000, marks: [] }
  return { ...of, at, v1, v2 }
}

const summaries = (series: Series) =>
  linesOf(series, 'p95', spanNamed('15m')).map(({ summary }) => summary.replaceAll('\u00a0', ' '))

test('each chart says in a sentence what it shows', () => {
  const whole = { errorShare: 0, p50: 8, p95: 12.41, p99: 20 }
  const v1 = variant([1], { ...whole, requests: 12_345 })
  const v2 = variant([1], {
    ...{ requests: 1200, errors: 25, fallbacks: 3, errorShare: 25 / 1200 },
    ...{ p50: 9, p95: 1530, p99: 2000 },
  })
  assert.deepEqual(summaries(seriesOf(v1, v2)), [
    'Requests in the last 15 min: V1 12,345, V2 1,200; 3 of V2 were answered by V1.',
    'Errors in the last 15 min: V1 none, V2 2.1 % (25).',
    'p95 over the last 15 min: V1 12.4 ms, V2 1.53 s.',
  ])
})

test('what nobody asked is told as such, and not as good', () => {
  const v1 = variant([1], { requests: 1, errorShare: 0 })
  assert.deepEqual(summaries(seriesOf(v1, variant([0]))), [
    'Requests in the last 15 min: V1 1, V2 0.',
    'Errors in the last 15 min: V1 none, V2 no request.',
    'p95 over the last 15 min: V1 no answer, V2 no answer.',
  ])
})

test('a young gateway shows its own time, and two minutes at least', () => {
  const rates = Array.from({ length: 100 }, (_, slot) => (slot < 40 ? null : 1))
  const young = knownPart(seriesOf(variant(rates), variant(rates)))
  assert.equal(young.at.length, 60)
  assert.deepEqual(
    [young.v1, young.v2].map(({ p95 }) => p95.length),
    [60, 60],
  )
  assert.equal(young.at[0], 1_700_000_000_000 + 40 * 5000)
  const newborn = rates.map((_, slot) => (slot < 99 ? null : 1))
  assert.equal(knownPart(seriesOf(variant(newborn), variant(newborn))).at.length, 24)
  const unborn = rates.map(() => null)
  assert.equal(knownPart(seriesOf(variant(unborn), variant(unborn))).at.length, 100)
})

test('a mark is short enough for a chart', () => {
  const mark = { at: 0, flag: 'v2', text: '10 % → 25 %' }
  assert.equal(markInShort({ ...mark, kind: 'percentage' }), '10 % → 25 %')
  assert.equal(markInShort({ ...mark, kind: 'tripped' }), 'switched back')
  assert.equal(markInShort({ ...mark, kind: 'resumed' }), 'resumed')
})

test('every span that can be chosen is one that the gateway keeps', () => {
  for (const span of spans) assert.ok(readSpan(span.for, undefined).ok, span.for)
  assert.equal(spanNamed('24h').words, '24 h')
  assert.equal(spanNamed('<b>'), spans[0])
})

test('times below an axis say no more than is needed', () => {
  const noon = new Date(2026, 10, 21, 12, 5, 10).getTime() / 1000
  const midnight = new Date(2026, 10, 21).getTime() / 1000
  assert.equal(axisTimeText(noon, 10), '12:05:10')
  assert.equal(axisTimeText(noon, 300), '12:05')
  assert.equal(axisTimeText(midnight, 3600), '21 Nov')
  assert.equal(axisTimeText(noon, 86_400), '21 Nov')
})

test('numbers have as many digits as mean something', () => {
  assert.deepEqual([0.1234, 9.87, 12.34, 999.9, 1234].map(msText), [
    ...['0.12 ms', '9.9 ms', '12.3 ms', '1000 ms', '1.23 s'],
  ])
  assert.deepEqual([0, 0.2345, 90.16, 1234.5].map(rateText), ['0/s', '0.23/s', '90.2/s', '1,230/s'])
})
