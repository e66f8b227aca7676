import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../fleet/eventually.ts'
import { startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { bearer, filesFor, revoke } from './revoking.ts'

test('what a login service misspells is in the log and the numbers, and what follows it holds', async t => {
  const redis = await startRedis(t)
  const { url } = await startUpstream(t, 'v1')
  const get = createClient(t)
  const store = `store: { redis: "redis://127.0.0.1:${redis.port}" }\n`
  const gateway = await startGateway(t, filesFor(url, store))
  const add = (...fields: string[]) =>
    redisCommand(redis.port, ['XADD', '{switchback}:revocations', '*', ...fields])
  await add('sub', 'anna', 'befor', '5')
  await add('sub', 'anna', 'before', 'yesterday')
  await add('jti', 'good')
  const headers = await bearer({ jti: 'good', sub: 'anna' })
  await eventually(async () => (await get(gateway.url, headers)).status === 401)
  const anna = await bearer({ sub: 'anna' })
  assert.equal((await get(gateway.url, anna)).status, 200, 'what it means would be a guess')

  const told = gateway.logLines
    .map(line => JSON.parse(line))
    .filter(({ event }) => event === 'bad-record')
  assert.deepEqual(
    told.map(({ field, rule, received, store: at }) => [field, rule, received, at]),
    [
      ['"befor"', 'left out, it is no field', 'it', 'redis'],
      ['before', 'whole seconds since the epoch', '"yesterday"', 'redis'],
    ],
  )
  const refused = (reason: string) =>
    gateway.metric(`switchback_revocations_refused_total{reason="${reason}"}`)
  assert.equal(await refused('bad-record'), 2)
  assert.equal((await revoke(gateway.adminUrl, { sub: 'anna', until: 5 })).status, 400)
  assert.equal(await refused('bad-request'), 1)
  assert.ok(!gateway.logLines.some(line => line.includes('anna')), 'no value is in the log')
})

test('without room the log and the gauge say that tokens pass', async t => {
  const redis = await startRedis(t)
  const { url } = await startUpstream(t, 'v1')
  const store = `store: { redis: "redis://127.0.0.1:${redis.port}" }\nrevocation: { maxEntries: 1 }\n`
  const gateway = await startGateway(t, filesFor(url, store))
  for (const jti of ['first', 'second']) {
    await redisCommand(redis.port, ['XADD', '{switchback}:revocations', '*', 'jti', jti])
  }
  await eventually(async () => (await gateway.metric('switchback_revocations_waiting')) === 1)
  assert.equal(await gateway.metric('switchback_revocations{kind="jti"}'), 1)
  const events = gateway.logLines.map(line => JSON.parse(line).event)
  assert.equal(events.filter(event => event === 'revocations-full').length, 1)
  const { status, body } = await revoke(gateway.adminUrl, { jti: 'third' })
  assert.deepEqual([status, body.error], [507, 'revocations-full'])
})
