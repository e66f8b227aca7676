import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRedisAddress } from '../../src/config/redis-address.ts'
import { type RedisTarget, redisTarget, shownTarget } from '../../src/fleet/stores/redis-url.ts'
import { configDir, faultLines } from './config-dir.ts'

const noLogin = { username: undefined, password: undefined }
const login = { username: 'ann', password: 'p:@/ü' }
const [one, two] = [
  { host: 'a.example', port: 7001 },
  { host: '10.0.0.2', port: 7002 },
]

/** What is accepted, and what it means. */
const good: Readonly<Record<string, RedisTarget>> = {
  'redis://localhost': {
    kind: 'single',
    ...noLogin,
    at: { host: 'localhost', port: 6379 },
    tls: false,
    db: 0,
  },
  'redis://a.example:7001/': { kind: 'single', ...noLogin, at: one, tls: false, db: 0 },
  'rediss://ann:p%3A%40%2F%C3%BC@a.example:7001/12': {
    kind: 'single',
    ...login,
    at: one,
    tls: true,
    db: 12,
  },
  'redis://:secret@[::1]:6380': {
    kind: 'single',
    username: undefined,
    password: 'secret',
    at: { host: '::1', port: 6380 },
    tls: false,
    db: 0,
  },
  'redis+sentinel://a.example:7001,10.0.0.2:7002/main': {
    kind: 'sentinel',
    ...noLogin,
    at: [one, two],
    name: 'main',
  },
  'redis+sentinel://ann:p%3A%40%2F%C3%BC@a.example:7001/main': {
    kind: 'sentinel',
    ...login,
    at: [one],
    name: 'main',
  },
  'redis+cluster://a.example:7001,10.0.0.2:7002': {
    kind: 'cluster',
    ...noLogin,
    at: [one, two],
  },
}

const bad = [
  'localhost:6379',
  'http://localhost:6379',
  'redis://',
  'redis:///0',
  'redis://a:0',
  'redis://a:65536',
  'redis://a:6379/main',
  'redis://a:6379/0?tls=1',
  'redis://a:1,b:2',
  'redis://ann:p@ss@a:6379',
  'redis://ann:100%@a:6379',
  'redis+sentinel://a:1,b:2',
  'redis+sentinel://a,b/main',
  'redis+sentinel://a:1,b:70000/main',
  'redis+cluster://a:1,b',
  'redis+cluster://a:1,b:2/0',
  ' redis://a',
]

test('an address of Redis says where, who and which database', () => {
  for (const [url, target] of Object.entries(good)) {
    assert.ok(isRedisAddress(url), url)
    assert.deepEqual(redisTarget(url), target, url)
  }
  assert.equal(shownTarget(redisTarget('redis://ann:secret@a:1')), 'a:1')
  assert.equal(shownTarget(redisTarget('redis+cluster://ann:secret@a:1,b:2')), 'a:1,b:2')
})

test('any other address is refused', () => {
  for (const url of bad) assert.equal(isRedisAddress(url), false, url)
})

test('a refused address is told with its rule, without who logs in', async t => {
  const dir = await configDir(t, {
    'switchback.yaml': 'store:\n  redis: redis://ann:s3cret@a:6379/main\n',
  })
  const [line = '', ...others] = await faultLines(dir)
  assert.deepEqual(others, [])
  assert.match(line, /^switchback\.yaml:2:10 store\.redis must be redis:\/\/host:port\/db, /)
  assert.match(line, /received "redis:\/\/\*\*\*@a:6379\/main"/)
})
