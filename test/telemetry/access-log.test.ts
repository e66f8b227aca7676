import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

test('one line tells a request, and neither query, header nor body is in it', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v2.url, percent: 100 }))
  const get = createClient(t)
  const answer = await get(
    `${gateway.url}/a/b?token=s3cret-query`,
    { 'x-user-id': '42', authorization: 'Bearer s3cret-token', cookie: 'session=s3cret-cookie' },
    'POST',
  )
  const lines = gateway.logLines.filter(line => line.includes('"msg":"request"'))
  assert.equal(lines.length, 1)
  assert.doesNotMatch(gateway.logLines.join(''), /s3cret/)
  const { time, level, headMs, totalMs, ...told } = JSON.parse(lines[0] as string)
  assert.ok(totalMs >= headMs && headMs > 0 && !Number.isNaN(Date.parse(time)) && level === 'info')
  assert.deepEqual(told, {
    msg: 'request',
    requestId: answer.headers['x-request-id'],
    protocol: '1.1',
    method: 'POST',
    host: '127.0.0.1',
    path: '/a/b',
    client: '127.0.0.1',
    route: 'main',
    variant: 'v2',
    reason: 'in-share',
    status: 200,
    origin: v2.url,
    upstreamStatus: 200,
    attempts: 1,
  })
})

test('a request that no upstream saw is told with the word of its refusal', async t => {
  const gateway = await startGateway(t, oneRoute({ v1: 'http://127.0.0.1:9', path: '/api' }))
  const get = createClient(t)
  await get(`${gateway.url}/elsewhere`)
  await get(`${gateway.url}/api`)
  const told = gateway.logLines.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request')
  assert.deepEqual(
    told.map(({ route, status, refusal, fault }) => [route, status, refusal, fault]),
    [
      [null, 404, 'no-route', undefined],
      ['main', 502, 'upstream-connect', 'connect-failed'],
    ],
  )
})
