import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

const policy = `
fallback: {}
budgets: [{ signal: errors, max: 1% }]
`

/** A gateway that gives V2 to everybody, and a V2 that fails when told to. */
async function startWith(t: TestContext, more = policy) {
  let failing = false
  let asked = 0
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2', (_request, response) => {
    asked++
    response.writeHead(failing ? 500 : 200).end('v2')
  })
  const gateway = await startGateway(
    t,
    oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy: more }),
  )
  const get = createClient(t)
  return {
    gateway,
    get: async () => (await get(`${gateway.url}/`)).body,
    fail: () => {
      failing = true
    },
    asked: () => asked,
  }
}

test('a V2 that fails is switched back within a few requests, and no client sees a failure', async t => {
  const { gateway, get, fail, asked } = await startWith(t)
  for (let i = 0; i < 30; i++) assert.equal(await get(), 'v2')
  fail()
  for (let i = 0; i < 30; i++) assert.equal(await get(), 'v1')
  assert.ok(asked() - 30 <= 10, `V2 was asked ${asked() - 30} times after it began to fail`)
  assert.equal(await gateway.metric('switchback_latch_tripped{flag="v2"}'), 1)
  assert.match(gateway.logLines.join(''), /switched back: all traffic to V1/)
})
