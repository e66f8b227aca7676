import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { impactRoundMs } from '../../src/fleet/impact/impact-rounds.ts'
import { eventually } from '../fleet/eventually.ts'
import { flagFile, oneRoute, realClock, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { startUnleash } from '../support/unleash-server.ts'

/** Real time, in which Unleash is told more often. */
const hurried: Clock = {
  ...realClock,
  every: (periodMs, tick) => realClock.every(periodMs === impactRoundMs ? 200 : periodMs, tick),
}

test('two machines tell a real Unleash what V1 and V2 did, and its sums are what clients asked', {
  timeout: 120_000,
}, async t => {
  const unleash = await startUnleash()
  t.after(() => unleash.stop())
  await unleash.setFlag(JSON.parse(flagFile('v2', 50)))
  const [v1, v2] = [
    await startUpstream(t, 'v1'),
    await startUpstream(t, 'v2', (_, response) => {
      const fails = asked++ % 5 === 0
      if (fails) failed++
      response.writeHead(fails ? 500 : 200).end('v2')
    }),
  ]
  let asked = 0
  let failed = 0
  const { 'flags/v2.json': _, ...files } = oneRoute({ v1: v1.url, v2: v2.url })
  const process = `${testProcess}
unleash:
  url: ${unleash.url}
  token: "${unleash.clientToken}"
  impactMetrics: true
`
  const get = createClient(t)
  for (const machine of ['a', 'b']) {
    const gateway = await startGateway(
      t,
      { ...files, 'switchback.yaml': process },
      hurried,
      machine,
    )
    for (let n = 0; n < 40; n++) await get(gateway.url, { 'x-user-id': `user-${n}` })
  }

  const labels = 'appName="switchback",environment="development",flag="v2"'
  async function shown(): Promise<(name: string, variant: string, more?: string) => number> {
    const text = await (await fetch(`${unleash.origin}/internal-backstage/impact/metrics`)).text()
    return (name, variant, more = '') => {
      const wanted = [...labels.split(','), `variant="${variant}"`, more]
      const line = text
        .split('\n')
        .find(
          each =>
            each.startsWith(`switchback_impact_${name}{`) &&
            wanted.every(label => each.includes(label)),
        )
      return Number(line?.split(' ').at(-1) ?? 0)
    }
  }

  const value = await eventually(async () => {
    const found = await shown()
    const all = found('requests_total', 'v1') + found('requests_total', 'v2')
    return all >= 80 && found
  })
  assert.ok(asked > 0 && failed > 0 && asked < 80)
  assert.deepEqual(
    [value('requests_total', 'v2'), value('requests_total', 'v1')],
    [asked, 80 - asked],
  )
  assert.deepEqual([value('errors_total', 'v2'), value('errors_total', 'v1')], [failed, 0])
  assert.equal(value('latency_seconds_count', 'v2'), asked)
  assert.equal(value('latency_seconds_bucket', 'v2', 'le="+Inf"'), asked)
  assert.ok(value('latency_seconds_sum', 'v2') > 0)
})
