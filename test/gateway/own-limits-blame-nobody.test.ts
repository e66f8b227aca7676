import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { plainRequest } from '../support/requests.ts'
import { startWithBadV2 } from './bad-v2.ts'

/** Far more than what proves a V2 bad that may fail one request in a hundred. */
const requests = 12

/** A gateway whose one connection to V2 is taken by a client that sends its body slowly. */
async function startWithSlowUpload(t: TestContext, budget: string) {
  const { start, asked } = await startWithBadV2(t, {
    policy: `budgets: [${budget}]`,
    process: 'upstream: { maxConnections: 1 }',
    v2: () => {},
  })
  const gateway = await start()
  openRaw(t, gateway.port, `${plainRequest('/', 'content-length: 9\r\n', 'POST')}slow`)
  while (asked() < 1) await new Promise(setImmediate)
  return gateway
}

test('requests for which our own connections did not suffice are no errors of V2', async t => {
  const gateway = await startWithSlowUpload(t, '{ signal: errors, max: 1% }')
  for (let i = 0; i < requests; i++) assert.match(await gateway.get(), /upstream-busy/)
  assert.equal(await gateway.tripped(), 0)
})

test('they are missing answers to an availability budget', async t => {
  const gateway = await startWithSlowUpload(t, '{ signal: availability, min: 99% }')
  for (let i = 0; i < requests; i++) await gateway.get()
  assert.equal(await gateway.tripped(), 1)
})
