import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LimitKeyPart, limitRule } from '../../src/config/limit-rule.ts'
import type { Caller } from '../../src/identity/caller.ts'
import { createFactReader } from '../../src/identity/source.ts'
import { clientNetwork } from '../../src/ingress/peers.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { createLimitKey } from '../../src/limits/limit-keys.ts'

type Key = Parameters<typeof limitRule>[0]['key']

interface Asking {
  readonly address?: string
  readonly method?: string
  readonly headers?: readonly string[]
  readonly user?: string | null
  readonly properties?: Record<string, string>
  readonly claims?: Caller['claims']
}

function keyOf(key: Key, asking: Asking, names = { policy: 'careful', route: 'match' }): string {
  const { address = '192.0.2.1', method = 'GET', headers = [], claims = null } = asking
  const { user = 'ada', properties = {} } = asking
  const limitKey = createLimitKey({
    rule: limitRule({ key, limit: '10/s', cost: {} }),
    ...names,
    networkOf: clientNetwork,
    readerOf: createFactReader,
  })
  const request = { address, method, headers } as Partial<GatewayRequest> as GatewayRequest
  return limitKey(request, { userId: user, address, properties, claims })
}

test('a key names its policy, its limit, and each part with its kind', () => {
  assert.equal(keyOf('user', {}), 'careful|user 10/s|user=ada')
  assert.equal(
    keyOf(['route', 'method', 'ip', { property: 'tenant' }], { properties: { tenant: 'acme' } }),
    'careful|ip+method+property:tenant+route 10/s|ip=192.0.2.1|method=GET|property=acme|route=match',
  )
  assert.equal(keyOf({ claim: 'org' }, { claims: { org: 7 } }), 'careful|claim:org 10/s|claim=7')
})

test('routes of a policy count together, unless the key says route; policies never do', () => {
  const there = { policy: 'careful', route: 'search' }
  assert.equal(keyOf('user', {}, there), keyOf('user', {}))
  assert.notEqual(keyOf(['user', 'route'], {}, there), keyOf(['user', 'route'], {}))
  assert.notEqual(keyOf('user', {}, { policy: 'open', route: 'match' }), keyOf('user', {}))
})

test('what a caller lacks, its address stands in for, and for nobody else', () => {
  const lacking: [Key, Asking][] = [
    ['user', { user: null }],
    [{ header: 'x-key' }, {}],
    [{ header: 'x-key' }, { headers: ['x-key', ''] }],
    [{ header: 'x-key' }, { headers: ['x-key', 'a', 'x-key', 'b'] }],
    [{ claim: 'org' }, { claims: {} }],
    [{ claim: 'org' }, { claims: { org: { id: 1 } } }],
    [{ property: 'tenant' }, {}],
    [{ property: 'constructor' }, {}],
  ]
  for (const [key, asking] of lacking) {
    assert.match(keyOf(key, asking), /\|ip=192\.0\.2\.1$/, JSON.stringify([key, asking]))
  }
  assert.notEqual(keyOf('user', { user: '192.0.2.1' }), keyOf('user', { user: null }))
})

test('an IPv6 client is its /64, and an IPv4 one in IPv6 clothes is itself', () => {
  const networks: [address: string, network: string][] = [
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:1:02::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:3:4:192.0.2.1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:nobody', '2001:db8:1:2:nobody'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.2', '192.0.2.2'],
    ['', ''],
  ]
  for (const [address, network] of networks) {
    assert.equal(keyOf('ip', { address }), `careful|ip 10/s|ip=${network}`, address)
  }
})

test('no value can be taken for another, whatever it is made of', () => {
  const odd = [
    'a|user=b',
    'a=b',
    '#',
    'a\u0000',
    'ä',
    'a\nb',
    '{a}',
    'a'.repeat(64),
    'a'.repeat(65),
  ]
  const long = ['b'.repeat(8000), `${'b'.repeat(7999)}c`]
  const tenants = [...odd, ...long, 'a', ' a', 'a ']
  const keys = new Set<string>()
  let asked = 0
  for (const user of tenants) {
    for (const tenant of tenants) {
      keys.add(keyOf(['user', { property: 'tenant' }], { user, properties: { tenant } }))
      asked++
    }
  }
  assert.equal(keys.size, asked)
  for (const key of keys) {
    assert.ok(key.length < 250, key)
    assert.match(key, /^[\w.:@+/# =|-]+$/)
    assert.equal(key.split('|').length, 4, key)
  }
})

test('a header is never told, however short it is', () => {
  const key = keyOf({ header: 'X-Key' }, { headers: ['x-key', 's3cret'] })
  assert.match(key, /^careful\|header:x-key 10\/s\|header=#[\w-]{43}$/)
})

test('the order of a key means nothing', () => {
  const parts: LimitKeyPart['kind'][] = ['user', 'ip', 'method']
  assert.equal(keyOf(parts as Key, {}), keyOf(parts.toReversed() as Key, {}))
})
