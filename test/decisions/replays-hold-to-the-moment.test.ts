import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createFileFlags } from '../../src/cohort/file-flags.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Decision } from '../../src/decisions/decision.ts'
import type { Replayed } from '../../src/decisions/replayed.ts'
import { proofRule } from '../../src/pipeline/proof-rule.ts'
import { createReplay } from '../../src/pipeline/replaying/replay.ts'
import { config } from '../identity/issuer.ts'
import { configDir, flagFile } from '../support/gateway.ts'

const auth = `auth: { issuer: "${config.issuer}", audience: api, jwks: "https://idp.example.com/jwks", algorithms: [ES256], roles: [member] }`

async function replayOf(t: TestContext, policy: string, more = '', process = '') {
  const dir = await configDir(t, {
    'switchback.yaml': `cookieSecret: "${'s'.repeat(32)}"\n${process}`,
    'routes/main.yaml': `match: { path: / }\nv1: { url: "http://127.0.0.1:1" }\nv2: { url: "http://127.0.0.1:2" }\nflag: v2\npolicy: one\n${more}`,
    'policies/one.yaml': `${policy}\n`,
    'flags/v2.json': flagFile('v2', 100),
  })
  const loaded = await loadConfig({ dir, env: {} })
  assert.ok(loaded.ok, JSON.stringify(loaded))
  const { snapshot } = loaded
  const rule = proofRule(snapshot.routes[0]?.rules.auth ?? 'public', dir) ?? ''
  return { replay: createReplay(snapshot, createFileFlags(snapshot)), rule }
}

type Change = Partial<Omit<Decision, 'request'>> & {
  readonly request?: Partial<Decision['request']>
}

/** A request of `ada`, decided about at `at`. */
function decided({ request, ...more }: Change = {}): Decision {
  return {
    ...{ number: 1, at: 1_795_000_000_000, worker: 1, skipped: 0, config: 'c' },
    request: {
      ...{ method: 'GET', scheme: 'http', host: 'a', path: '/x', address: '192.0.2.1' },
      ...{ upgrade: false, hasBody: false, headers: {}, digests: {} },
      ...{ session: 'A'.repeat(22), seen: false },
      ...request,
    },
    proof: { kind: 'unasked' },
    latch: { flag: 'v2', tripped: false, drill: false },
    result: { kind: 'assigned', route: 'main', variant: 'v2', reason: 'in-share' },
    ...more,
  }
}

const wordOf = (result: Replayed) =>
  result.kind === 'assigned'
    ? result.reason
    : result.kind === 'refused'
      ? result.refusal
      : result.kind === 'unknown'
        ? result.why
        : result.kind

test('limits are counted by worker, or by all of them where Redis has them', async t => {
  const limit = 'auth: public\nrateLimit: [{ key: ip, limit: 60/m, burst: 1 }]'
  const moments = [
    decided({ worker: 1 }),
    decided({ worker: 2 }),
    decided({ worker: 2 }),
    decided({ worker: 2, at: 1_795_000_001_000 }),
  ]
  const alone = await replayOf(t, limit)
  assert.deepEqual(
    moments.map(each => wordOf(alone.replay(each))),
    ['in-share', 'in-share', 'rate-limited', 'in-share'],
  )
  const together = await replayOf(t, limit, '', 'store: { redis: "redis://127.0.0.1:1" }\n')
  assert.deepEqual(
    moments.map(each => wordOf(together.replay(each))),
    ['in-share', 'rate-limited', 'rate-limited', 'in-share'],
  )
})

test('a latch stands as it stood, for the flag that it is of', async t => {
  const { replay } = await replayOf(t, 'auth: public')
  const latched = (latch: Decision['latch']) => wordOf(replay(decided({ latch })))
  assert.equal(latched({ flag: 'v2', tripped: true, drill: false }), 'switched-back')
  assert.equal(latched({ flag: 'v2', tripped: false, drill: true }), 'in-share')
  assert.equal(latched({ flag: 'other', tripped: true, drill: false }), 'in-share')
})

test('the mark of who had V2 counts as it came, and that of another flag is not known', async t => {
  const { replay } = await replayOf(t, 'auth: public', 'sticky: seen-v2\n')
  const marked = (seen: boolean, flag: string) =>
    wordOf(replay(decided({ request: { seen }, latch: { flag, tripped: false, drill: false } })))
  assert.equal(marked(true, 'v2'), 'seen-v2')
  assert.equal(marked(false, 'v2'), 'in-share')
  assert.equal(marked(true, 'other'), 'mark-not-kept')
})

test('whoever was believed is believed, under the same rule alone; what they may is judged anew', async t => {
  const { replay, rule } = await replayOf(t, auth)
  const proven = (proof: Decision['proof']) => wordOf(replay(decided({ proof })))
  const claims = { sub: 'ada', roles: ['member'] }
  assert.equal(proven({ kind: 'proven', rule, claims }), 'in-share')
  assert.equal(proven({ kind: 'proven', rule, claims: { ...claims, roles: [] } }), 'forbidden')
  assert.equal(proven({ kind: 'proven', rule, claims: { sub: 'ada' } }), 'claim-not-kept')
  assert.equal(proven({ kind: 'proven', rule: 'another', claims }), 'proof-rule-changed')
  assert.equal(proven({ kind: 'refused', rule, why: 'token-expired' }), 'unauthenticated')
  assert.equal(proven({ kind: 'refused', rule, why: 'revoked' }), 'unauthenticated')
  assert.equal(proven({ kind: 'refused', rule, why: 'keys-unavailable' }), 'identity-unavailable')
  assert.equal(proven({ kind: 'unasked' }), 'proof-not-kept')
})
