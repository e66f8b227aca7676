import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../fleet/eventually.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { type OpenedSteps, onRedis, openSteps, untilMode } from './redis-limits.ts'

const patience = { timeout: 30_000 }

const asks = (key: string) => [
  { key, rate: { limit: 60, periodMs: 3_600_000, burst: 10 }, cost: 1 },
]

/** Asks for other keys until the limiter is on its own, and why it is. */
async function untilRefused(opened: OpenedSteps): Promise<string> {
  let asked = 0
  await eventually(async () => {
    assert.equal((await opened.steps.take(asks(`key-${++asked}`))).allowed, true)
    return opened.steps.mode === 'share'
  })
  return opened.modes.at(-1)?.[1] ?? ''
}

test('a Redis that forgot the script gets it again, and stays in use', patience, async t => {
  const redis = await startRedis(t)
  const opened = openSteps(t, { url: onRedis(redis.port) })
  await untilMode(opened, 'redis')
  const changes = opened.modes.length
  for (let i = 0; i < 3; i++) {
    await redisCommand(redis.port, ['SCRIPT', 'FLUSH'])
    const all = await Promise.all(Array.from({ length: 5 }, () => opened.steps.take(asks('k'))))
    assert.equal(all.filter(({ allowed }) => allowed).length, i < 2 ? 5 : 0)
  }
  assert.equal(opened.modes.length, changes, 'the mode never changed')
})

test('a Redis that became a replica is left, and used again as a primary', patience, async t => {
  const [redis, other] = [await startRedis(t), await startRedis(t)]
  const opened = openSteps(t, { url: onRedis(redis.port) })
  await untilMode(opened, 'redis')
  await redisCommand(redis.port, ['REPLICAOF', '127.0.0.1', String(other.port)])
  assert.match(await untilRefused(opened), /READONLY/)
  await redisCommand(redis.port, ['REPLICAOF', 'NO', 'ONE'])
  await untilMode(opened, 'redis')
})

test(
  'a Redis that is out of memory is left, and used again when it has some',
  patience,
  async t => {
    const redis = await startRedis(t)
    const opened = openSteps(t, { url: onRedis(redis.port) })
    await untilMode(opened, 'redis')
    await redisCommand(redis.port, ['CONFIG', 'SET', 'maxmemory', '1'])
    assert.match(await untilRefused(opened), /OOM/)
    await redisCommand(redis.port, ['CONFIG', 'SET', 'maxmemory', '0'])
    await untilMode(opened, 'redis')
  },
)

/** A Redis that connects, and answers each script with this line, which a real one gives when it likes. */
async function startScripted(t: TestContext, line: () => string): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', chunk => {
      for (const [, name = ''] of chunk.toString().matchAll(/\*\d+\r\n\$\d+\r\n([a-z]+)\r\n/gi)) {
        if (/^info$/i.test(name)) socket.write('$9\r\nloading:0\r\n')
        else if (/^eval/i.test(name)) socket.write(line())
        else socket.write('+OK\r\n')
      }
    })
    t.after(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as { port: number }).port
}

for (const line of [
  '-LOADING Redis is loading the dataset in memory',
  '-BUSY Redis is busy running a script',
  '-MISCONF Redis is configured to save RDB snapshots',
  '-NOPERM this user has no permissions to run the evalsha command',
  '-ERR anything',
]) {
  test(`each process has its share while Redis says "${line}"`, patience, async t => {
    let answer = ':1\r\n'
    const opened = openSteps(t, { url: onRedis(await startScripted(t, () => answer)) })
    await untilMode(opened, 'redis')
    answer = `${line}\r\n`
    assert.equal(`-${await untilRefused(opened)}`, line)
    const changes = opened.modes.length
    answer = ':1\r\n'
    await eventually(() => opened.modes.length > changes)
    assert.equal(opened.modes[changes]?.[0], 'redis')
  })
}

test('an answer that is none is as bad as an error', patience, async t => {
  const opened = openSteps(t, { url: onRedis(await startScripted(t, () => ':1\r\n')) })
  await untilMode(opened, 'redis')
  assert.equal((await opened.steps.take(asks('k'))).allowed, true)
  assert.equal(opened.steps.mode, 'share')
})

test('what is no bucket counts as an empty one', patience, async t => {
  const redis = await startRedis(t)
  const opened = openSteps(t, { url: onRedis(redis.port) })
  await untilMode(opened, 'redis')
  const bucket = '{switchback:limits}:bucket:k'
  for (const command of [
    ['SET', bucket, 'nonsense'],
    ['HSET', bucket, 'a', 'b'],
    ['SET', bucket, '99999999999999999999 5'],
    ['SET', bucket, '-1 -1'],
  ]) {
    await redisCommand(redis.port, ['DEL', bucket])
    await redisCommand(redis.port, command)
    const { allowed } = await opened.steps.take(asks('k'))
    assert.equal(allowed, true, command.join(' '))
  }
  assert.equal(opened.steps.mode, 'redis')
})
