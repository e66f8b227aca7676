import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { keySetProblem } from '../../src/config/key-set-rules.ts'
import type { JwksConfig } from '../../src/config/schema-auth.ts'
import {
  createRemoteKeySet,
  type KeySetEvent,
  type RemoteKeySet,
} from '../../src/identity/remote-key-set.ts'
import { createJwtVerifier } from '../../src/identity/verifier.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { type Publishes, startIdentityProvider } from './identity-provider.ts'
import { base64url, createIssuer, issuedAtSeconds, ruleOf, verdict } from './issuer.ts'

const issuer = await createIssuer('ES256', 'key-1')
const rotated = await createIssuer('ES256', 'key-2')
const bothKeys = { keys: [...issuer.jwks.keys, ...rotated.jwks.keys] }

const settings: JwksConfig = {
  refreshSeconds: 300,
  keepStaleSeconds: 86_400,
  waitMs: 1000,
  timeoutMs: 5000,
}

/** A provider, its keys at the gateway and a verifier by them; time stands still. */
async function setUp(t: TestContext, first: Publishes, more: Partial<JwksConfig> = {}) {
  const provider = await startIdentityProvider(t, first)
  const clock = createManualClock(issuedAtSeconds * 1000)
  const events: string[] = []
  let told: () => void = () => {}
  const keySet: RemoteKeySet = createRemoteKeySet({
    url: provider.url,
    settings: { ...settings, ...more },
    clock,
    problemOf: text => keySetProblem(text, []),
    onEvent(event: KeySetEvent) {
      events.push(event.type === 'failed' ? event.reason : event.type)
      told()
    },
  })
  t.after(() => keySet.close())
  const verifier = createJwtVerifier({ rule: ruleOf(), keySets: [keySet], clock })
  return {
    provider,
    clock,
    keySet,
    verifier,
    events,
    /** Resolves when so many fetches have ended. */
    async ended(count: number): Promise<void> {
      while (events.length < count) {
        await new Promise<void>(resolve => {
          told = resolve
        })
      }
    },
    /** Moves time on, and has the gateway look what is due. */
    pass(seconds: number): void {
      clock.advance(seconds * 1000)
      keySet.tick()
    },
    says: (token: string) => verdict(verifier, token),
  }
}

test('keys are fetched at once, and who comes meanwhile waits for them', async t => {
  const { says, provider, events } = await setUp(t, issuer.jwks)
  assert.equal(await says(await issuer.sign()), 'ok')
  assert.equal(provider.fetches(), 1)
  assert.deepEqual(events, ['new-keys'])
})

test('B31: 10,000 made-up kids cause two fetches within 30 s at most', async t => {
  const { says, provider, ended, clock } = await setUp(t, issuer.jwks)
  await ended(1)
  const [, payload, signature] = (await issuer.sign()).split('.')
  async function flood(from: number, to: number): Promise<void> {
    for (let i = from; i < to; i++) {
      const head = base64url({ alg: 'ES256', kid: `made-up-${i}` })
      assert.equal(await says(`${head}.${payload}.${signature}`), 'key-unknown')
    }
  }
  await flood(0, 3000)
  assert.equal(provider.fetches(), 1, 'within the cooldown of the first fetch')
  clock.advance(30_000)
  await flood(3000, 8000)
  clock.advance(29_999)
  await flood(8000, 10_000)
  assert.equal(provider.fetches(), 2)
  assert.equal(await says(await issuer.sign()), 'ok')
})

test('B31: failed fetches have a cooldown too, made-up kids or not', async t => {
  const { says, provider, ended, pass } = await setUp(t, response => response.writeHead(500).end())
  await ended(1)
  assert.equal(await says(await issuer.sign()), 'keys-unavailable')
  assert.equal(await says(await issuer.sign({}, { kid: 'x' })), 'keys-unavailable')
  pass(29)
  assert.equal(await says(await issuer.sign()), 'keys-unavailable')
  assert.equal(provider.fetches(), 1)
  provider.publish(issuer.jwks)
  pass(1)
  await ended(2)
  assert.equal(await says(await issuer.sign()), 'ok')
  assert.equal(provider.fetches(), 2)
})

test('an algorithm that the policy does not list is worth no fetch', async t => {
  const other = await createIssuer('PS256', 'key-9')
  const { says, provider, ended, clock } = await setUp(t, issuer.jwks)
  await ended(1)
  clock.advance(60_000)
  assert.equal(await says(await other.sign()), 'algorithm-refused')
  assert.equal(provider.fetches(), 1)
})

test('B31: with the provider down, tokens of known keys pass, seen before or not', async t => {
  const { says, provider, ended, pass, events } = await setUp(t, issuer.jwks)
  await ended(1)
  const seen = await issuer.sign({ exp: issuedAtSeconds + 90_000 })
  assert.equal(await says(seen), 'ok')
  await provider.stop()
  for (let hour = 0; hour < 3; hour++) {
    pass(300)
    await ended(2 + hour)
    assert.equal(await says(seen), 'ok')
    assert.equal(
      await says(await issuer.sign({ sub: `new-${hour}`, exp: issuedAtSeconds + 90_000 })),
      'ok',
    )
  }
  assert.deepEqual(events.slice(1), ['unreachable', 'unreachable', 'unreachable'])
})

test('keys that nobody confirmed for keepStaleSeconds are let go, with the tokens they verified', async t => {
  const { says, provider, ended, clock, keySet, events } = await setUp(t, issuer.jwks)
  await ended(1)
  const token = await issuer.sign({ exp: issuedAtSeconds + 200_000 })
  assert.equal(await says(token), 'ok')
  await provider.stop()
  clock.advance(86_400_000)
  keySet.tick()
  assert.equal(await says(token), 'ok')
  await ended(2)
  clock.advance(1000)
  keySet.tick()
  assert.equal(await says(token), 'keys-unavailable')
  assert.equal(keySet.ageSeconds(), null)
  assert.deepEqual(events, ['new-keys', 'unreachable', 'expired'])
})

test('B31: nobody waits for a slow provider longer than waitMs from the start of its fetch', async t => {
  let answer: () => void = () => {}
  const slow = await setUp(t, response => {
    answer = () => void response.end(JSON.stringify(issuer.jwks))
  })
  const { says, clock, ended } = slow
  const early = says(await issuer.sign())
  clock.advance(999)
  const late = says(await issuer.sign({ sub: 'late' }))
  clock.advance(1)
  assert.deepEqual(await Promise.all([early, late]), ['keys-unavailable', 'keys-unavailable'])
  assert.equal(await says(await issuer.sign({ sub: 'later' })), 'keys-unavailable', 'at once')
  while (slow.provider.fetches() === 0) await new Promise(setImmediate)
  answer()
  await ended(1)
  assert.equal(await says(await issuer.sign()), 'ok')
})

test('a fetch that takes longer than timeoutMs is given up', async t => {
  const arrived = Promise.withResolvers<void>()
  const { clock, ended, events } = await setUp(t, () => arrived.resolve())
  await arrived.promise
  clock.advance(5000)
  await ended(1)
  assert.deepEqual(events, ['too-slow'])
})

test('B31: a rotated key is accepted with its first token once the cooldown is over, else at its end', async t => {
  const { says, provider, ended, clock } = await setUp(t, issuer.jwks)
  await ended(1)
  provider.publish(bothKeys)
  const token = await rotated.sign()
  clock.advance(29_999)
  assert.equal(await says(token), 'key-unknown')
  clock.advance(1)
  assert.equal(await says(token), 'ok')
  assert.equal(provider.fetches(), 2)
})

test('B31: one fetch serves all who come while it is under way', async t => {
  const { says, provider, ended, clock } = await setUp(t, issuer.jwks)
  await ended(1)
  provider.publish(bothKeys)
  clock.advance(30_000)
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, i) => rotated.sign({ sub: `${i}` })),
  )
  assert.deepEqual(new Set(await Promise.all(tokens.map(says))), new Set(['ok']))
  assert.equal(provider.fetches(), 2)
})

test('a token that was known is refused once its key is withdrawn', async t => {
  const { says, provider, ended, pass, verifier } = await setUp(t, bothKeys)
  await ended(1)
  const [stolen, good] = [
    await rotated.sign({ exp: issuedAtSeconds + 3600 }),
    await issuer.sign({ exp: issuedAtSeconds + 3600 }),
  ]
  assert.deepEqual([await says(stolen), await says(good)], ['ok', 'ok'])
  provider.publish(issuer.jwks)
  pass(300)
  await ended(2)
  assert.ok(verifier.verify(stolen) instanceof Promise, 'not out of the cache')
  assert.deepEqual([await says(stolen), await says(good)], ['key-unknown', 'ok'])
})

test('the same keys again leave known tokens known', async t => {
  const { says, ended, pass, verifier, events } = await setUp(t, issuer.jwks)
  await ended(1)
  const token = await issuer.sign({ exp: issuedAtSeconds + 3600 })
  await says(token)
  pass(300)
  await ended(2)
  assert.deepEqual(events, ['new-keys', 'same-keys'])
  assert.equal(verifier.verify(token) instanceof Promise, false)
})

for (const [what, published, reason] of [
  ['an empty set', { keys: [] }, 'not-a-key-set'],
  ['an empty answer', '', 'not-a-key-set'],
  ['a page', '<html>maintenance</html>', 'not-a-key-set'],
  ['a private key', { keys: [issuer.privateJwk] }, 'not-a-key-set'],
  ['other bytes', response => void response.end(Buffer.from([0x7b, 0xff])), 'not-text'],
  ['too much', ' '.repeat(262_145), 'too-large'],
  ['an error', response => void response.writeHead(503).end('{}'), 'status-refused'],
  [
    'half an answer',
    response => void response.writeHead(200, { 'content-length': 9 }).destroy(),
    'unreachable',
  ],
] satisfies [string, Publishes, string][]) {
  test(`B31: ${what} in the place of the keys keeps the last good ones`, async t => {
    const { says, provider, ended, pass, events } = await setUp(t, issuer.jwks)
    await ended(1)
    provider.publish(published)
    pass(300)
    await ended(2)
    assert.deepEqual(events, ['new-keys', reason])
    assert.equal(await says(await issuer.sign()), 'ok')
  })
}

test('a redirect is not followed: nobody else may vouch for callers', async t => {
  const elsewhere = await startIdentityProvider(t, rotated.jwks)
  const { says, ended, events } = await setUp(t, response =>
    response.writeHead(302, { location: elsewhere.url }).end(),
  )
  await ended(1)
  assert.deepEqual(events, ['redirected'])
  assert.equal(await says(await rotated.sign()), 'keys-unavailable')
  assert.equal(elsewhere.fetches(), 0)
})

test('what a reload says of fetching holds for the keys that it carries over', async t => {
  const { keySet, provider, ended, pass } = await setUp(t, issuer.jwks)
  await ended(1)
  keySet.follow({ ...settings, refreshSeconds: 60 })
  pass(59)
  assert.equal(keySet.ageSeconds(), 59)
  pass(1)
  await ended(2)
  assert.equal(provider.fetches(), 2)
  assert.equal(keySet.ageSeconds(), 0)
})

test('after its close it fetches nothing more', async t => {
  const { keySet, provider, ended, pass, says } = await setUp(t, issuer.jwks)
  await ended(1)
  keySet.close()
  pass(600)
  assert.equal(await says(await rotated.sign()), 'key-unknown')
  assert.equal(await says(await issuer.sign()), 'token-expired')
  assert.equal(provider.fetches(), 1)
})
