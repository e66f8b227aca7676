import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import {
  assertNothingArrived,
  assertRefused,
  lines,
  plainRequest,
  upgradeRequest,
} from '../support/requests.ts'

const policy = 'contentTypes: [application/json, multipart/*]\n'
const typed = (...types: string[]) => lines(...types.map(type => `content-type: ${type}`))
const declared = (types: string) =>
  `${plainRequest('/', `${types}content-length: 2\r\n`, 'POST')}{}`
const chunked = (types: string) =>
  `${plainRequest('/', `${types}transfer-encoding: chunked\r\n`, 'PUT')}2\r\n{}\r\n0\r\n\r\n`

for (const [framing, request] of [
  ['of a declared length', declared],
  ['in chunks', chunked],
] as const) {
  test(`a body ${framing} that is not of a listed type reaches no upstream`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url, policy }))
    for (const [types, detail] of [
      [typed(), 'content-type-missing'],
      [typed('text/plain'), 'content-type-not-listed'],
      [typed('application/json', 'application/json'), 'content-type-repeated'],
      [typed('application/json, text/plain'), 'content-type-malformed'],
      ['content_type: application/json\r\n', 'content-type-missing'],
    ] as const) {
      const answer = await assertRefused(gateway.port, request(types), 415, 'content-type-refused')
      assert.equal(answer.headers.get('accept'), 'application/json, multipart/*')
      const told = JSON.parse(gateway.logLines.at(-1) as string)
      assert.deepEqual([told.refusal, told.detail], ['content-type-refused', detail])
      const counted = `switchback_refusal_details_total{route="main",detail="${detail}"}`
      assert.ok((await gateway.metric(counted)) > 0, detail)
    }
    await assertNothingArrived(gateway.port, upstream)
  })

  test(`a body ${framing} of a listed type passes`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url, policy }))
    for (const type of ['Application/JSON; charset=utf-8', 'multipart/form-data; boundary=x']) {
      assert.equal((await sendRaw(gateway.port, request(typed(type)))).status, 200, type)
    }
  })
}

test('a client that waits for 100 (Continue) is refused before it sends the body', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url, policy }))
  const head = `expect: 100-continue\r\ncontent-type: text/csv\r\ncontent-length: 9\r\n`
  const answer = await sendRaw(gateway.port, plainRequest('/', head, 'POST'))
  assert.match(answer.text, /^HTTP\/1\.1 415 /)
  assert.equal(upstream.connections(), 0)
})

test('without a body there is no type to ask for', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url, policy }))
  assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
  const empty = plainRequest('/', 'content-length: 0\r\n', 'POST')
  assert.equal((await sendRaw(gateway.port, empty)).status, 200)
  await openRaw(t, gateway.port, upgradeRequest('/')).until('\r\n\r\nok')
})
