import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultLines, valid } from './config-dir.ts'

test('a time that no timer can wait for is refused, wherever it stands', async t => {
  const dir = await configDir(t, {
    'routes/match.yaml': `${valid['routes/match.yaml']?.replace('v1: {', 'v1: { health: { path: /, interval: 2073600001ms }, ejection: { restFor: 2073601s },')}`,
    'policies/careful.yaml': [
      'auth: public',
      'breaker: { window: 34561m, openFor: 577h }',
      'switchBack: { drainFor: 25d, jitter: 99999999999999999999d, resumeAfter: 1000h }',
      'budgets: [{ signal: errors, max: 1%, for: 30d }]',
    ].join('\n'),
  })
  const rule = 'must be a time such as 500ms, 10s, 5m or 24h, 24d at most'
  assert.deepEqual(
    (await faultLines(dir)).map(line => line.replace(/^\S+ /, '')),
    [
      `breaker.window ${rule}, received "34561m"`,
      `breaker.openFor ${rule}, received "577h"`,
      `switchBack.drainFor ${rule}, received "25d"`,
      `switchBack.jitter ${rule}, received "99999999999999999999d"`,
      `switchBack.resumeAfter ${rule}, received "1000h"`,
      `budgets[0].for ${rule}, received "30d"`,
      `v1.health.interval ${rule}, received "2073600001ms"`,
      `v1.ejection.restFor ${rule}, received "2073601s"`,
    ],
  )
})

test('the longest that one can is taken, in every unit', async t => {
  for (const time of ['2073600000ms', '2073600s', '34560m', '576h', '24d']) {
    const dir = await configDir(t, {
      ...valid,
      'policies/careful.yaml': `auth: public\nswitchBack: { drainFor: ${time} }\n`,
    })
    assert.deepEqual(await faultLines(dir), [], time)
  }
})

test('what is no time at all is one fault', async t => {
  const dir = await configDir(t, {
    ...valid,
    'policies/careful.yaml': 'auth: public\nswitchBack: { drainFor: 30000 d }\n',
  })
  assert.equal((await faultLines(dir)).length, 1)
})
