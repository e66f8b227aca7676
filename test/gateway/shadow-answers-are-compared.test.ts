import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'
import { startShadowed } from './shadowed.ts'

const name = 'switchback_shadow_comparisons_total'

test('every copy that was sent is compared, and what came of it is counted', async t => {
  let turn = 0
  const json = { 'content-type': 'application/json' }
  const shadowed = await startShadowed(t, {
    shadow: '{ noise: 100%, maxBodyBytes: 100 }',
    v1: (request, response) =>
      response
        .writeHead(200, json)
        .end(request.url === '/long' ? `"${'x'.repeat(200)}"` : '{"price":100}'),
    v2: (_request, response) =>
      response.writeHead(200, json).end(turn++ % 2 === 0 ? '{"price":101}' : '{ "price": 100 }'),
  })
  const get = createClient(t)
  for (let n = 0; n < 10; n++) await get(shadowed.url)
  await get(`${shadowed.url}/long`)
  const { shadow, noise } = await shadowed.settled()
  assert.deepEqual([shadow.sent, noise.sent], [11, 11])

  const told = async () =>
    Promise.all(
      [
        'copy="shadow",verdict="equal",reason=""',
        'copy="shadow",verdict="different",reason=""',
        'copy="shadow",verdict="not-compared",reason="too-large"',
        'copy="noise",verdict="equal",reason=""',
        'copy="noise",verdict="not-compared",reason="too-large"',
      ].map(labels => shadowed.metric(`${name}{route="main",${labels}}`)),
    )
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)
  let counts = await told()
  while (sum(counts) < 22) counts = await told()
  assert.deepEqual(counts, [5, 5, 1, 10, 1])
})

test('answers without a body are compared as such', async t => {
  const shadowed = await startShadowed(t, {
    v1: (request, response) =>
      response
        .writeHead(request.url === '/none' ? 204 : 200, { 'content-type': 'application/json' })
        .end(),
    v2: (request, response) =>
      response
        .writeHead(request.url === '/none' ? 204 : 200, { 'content-type': 'application/json' })
        .end(),
  })
  for (const [method, path] of [
    ['HEAD', '/'],
    ['GET', '/none'],
  ] as const) {
    await sendRaw(shadowed.port, plainRequest(path, '', method))
  }
  const { shadow } = await shadowed.settled()
  assert.equal(shadow.sent, 2)
  const equal = `${name}{route="main",copy="shadow",verdict="equal",reason=""}`
  while ((await shadowed.metric(equal)) < 2) await new Promise(setImmediate)
})
