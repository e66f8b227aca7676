import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteDifferences } from '../../src/shadow/finding.ts'
import { mixed, routeDifferences } from '../shadow/found-differences.ts'
import { startAdmin } from './admin-parts.ts'

const places = ({ findings }: RouteDifferences) => findings.map(({ at }) => at)
const price = { part: 'body', at: '/price', kind: 'value', who: 'ada', why: 'it is meant' }

test('what may matter is listed, and noise and acknowledged only for who asks for all', async t => {
  const { ask, shown } = await startAdmin(t)
  shown.differences = [
    routeDifferences(mixed),
    routeDifferences([], { route: 'search', flag: 'search' }),
  ]
  const { json } = await ask('GET', '/differences')
  assert.deepEqual(
    json.map((each: RouteDifferences) => [each.route, places(each)]),
    [
      ['match', ['/price', '/score']],
      ['search', []],
    ],
  )
  const all = await ask('GET', '/differences?route=match&all=true')
  assert.deepEqual(all.json, [routeDifferences(mixed)])
  const one = await ask('GET', '/differences/match?all=true')
  assert.deepEqual(one.json, routeDifferences(mixed))
  assert.deepEqual(places((await ask('GET', '/differences/match')).json), ['/price', '/score'])
})

test('a route that is not shadowed is unknown', async t => {
  const { ask } = await startAdmin(t)
  for (const path of ['/differences/nowhere', '/differences?route=nowhere']) {
    const { status, json } = await ask('GET', path)
    assert.deepEqual([status, json.error], [404, 'unknown-route'])
    assert.match(json.message, /route must be one that is shadowed, received "nowhere"/)
  }
  const change = await ask('POST', '/differences/nowhere/acknowledge', { body: price })
  assert.deepEqual([change.status, change.json.error], [404, 'unknown-route'])
})

test('a difference is acknowledged, counted again and forgotten in the name of a person', async t => {
  const { ask, shown, asked } = await startAdmin(t)
  shown.differences = [routeDifferences(mixed)]
  const taken = await ask('POST', '/differences/match/acknowledge', { body: price })
  const answer = { done: true, shared: 'none', text: 'ada said so: it is meant' }
  assert.deepEqual([taken.status, taken.json], [200, answer])
  await ask('POST', '/differences/match/count-again', { body: price })
  const person = { who: 'ada', why: 'V2 was mended' }
  await ask('POST', '/differences/match/forget', { body: person })
  assert.deepEqual(asked, [
    { ...price, route: 'match', to: 'acknowledged' },
    { ...price, route: 'match', to: 'counted' },
    { ...person, route: 'match' },
  ])
  const gone = { ...price, at: '/gone' }
  const refused = await ask('POST', '/differences/match/acknowledge', { body: gone })
  assert.deepEqual([refused.status, refused.json.error], [404, 'unknown-difference'])
})

for (const { change = 'acknowledge', body, told } of [
  { body: { ...price, why: undefined }, told: /why must be present, received nothing/ },
  { body: { ...price, why: '' }, told: /why must be 1 to 1000 characters on one line/ },
  { body: { ...price, who: 'a\nb' }, told: /who must be 1 to 128 characters on one line/ },
  { body: { ...price, part: 'trailer' }, told: /part must be one of status, header, body/ },
  {
    body: { ...price, kind: 'other' },
    told: /kind must be one of missing, extra, type, value, order, size, received "other"/,
  },
  {
    body: { ...price, at: 'x'.repeat(4097) },
    told: /at must be a header's name, or a JSON pointer, of at most 4096 characters/,
  },
  { body: { ...price, all: true }, told: /all must be left out, it is no field of the body/ },
  { change: 'forget', body: { who: 'ada' }, told: /why must be present/ },
]) {
  test(`${change} refuses what makes no sense: ${told.source}`, async t => {
    const { ask, shown, asked } = await startAdmin(t)
    shown.differences = [routeDifferences(mixed)]
    const { status, json } = await ask('POST', `/differences/match/${change}`, { body })
    assert.deepEqual([status, json.error], [400, 'bad-request'])
    assert.match(json.message, told)
    assert.deepEqual(asked, [])
  })
}

test('no page of another site reads or changes differences', async t => {
  const { ask, shown, asked } = await startAdmin(t)
  shown.differences = [routeDifferences(mixed)]
  const foreign = await ask('GET', '/differences', { headers: { host: 'evil.example' } })
  assert.deepEqual([foreign.status, foreign.json.error], [403, 'not-loopback'])
  const headers = { 'sec-fetch-site': 'cross-site' }
  const paged = await ask('POST', '/differences/match/acknowledge', { body: price, headers })
  assert.deepEqual([paged.status, paged.json.error], [403, 'from-a-page'])
  const form = { 'content-type': 'text/plain' }
  const plain = await ask('POST', '/differences/match/forget', { body: price, headers: form })
  assert.deepEqual([plain.status, plain.json.error], [415, 'not-json'])
  assert.deepEqual(asked, [])
})

test('a query that makes no sense is refused', async t => {
  const { ask } = await startAdmin(t)
  const { status, json } = await ask('GET', '/differences?all=yes')
  assert.deepEqual([status, json.error], [400, 'bad-request'])
  assert.match(json.message, /all must be "true" or "false", received "yes"/)
})
