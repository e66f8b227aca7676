import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { challengeOf } from '../../src/identity/challenge.ts'
import { createIdentifier, type Unidentified } from '../../src/identity/identify.ts'
import { createRevocations } from '../../src/identity/revocations.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { plainRules } from '../support/rules.ts'
import { createIssuer, handClock, issuedAtSeconds, ruleOf, verifierOf } from './issuer.ts'

const issuer = await createIssuer('ES256')

test('a token that is remembered is refused with the next request, without a promise', async () => {
  const clock = handClock()
  const revocations = createRevocations(clock)
  const identify = createIdentifier({
    route: {
      ...{ name: 'match', match: { path: '/' }, policy: 'p', sticky: 'flag', stickyKey: ['user'] },
      ...{ v1: { url: 'http://127.0.0.1:1', hostHeader: 'preserve' }, properties: {} },
      decisionHeader: false,
      rules: { ...plainRules, auth: ruleOf() },
    },
    verifier: verifierOf(issuer, { clock }),
    isRevoked: revocations.isRevoked,
  })
  const token = await issuer.sign({ jti: 't-1' })
  const request = {
    ...{ raw: {} as IncomingMessage, id: 'id', method: 'GET', scheme: 'http', authority: 'a' },
    ...{
      host: 'a',
      path: '/',
      query: '',
      address: '192.0.2.7',
      bodyLength: 0,
      trace: null,
      added: [],
    },
    ...{ upgrade: false, expectsContinue: false },
    certificate: { ok: false, reason: 'certificate-missing' },
    headers: ['authorization', `Bearer ${token}`],
  } satisfies GatewayRequest
  assert.equal((await identify(request)).ok, true)
  assert.equal((identify(request) as { ok: boolean }).ok, true, 'it is remembered')

  const until = issuedAtSeconds + 300
  revocations.take([{ kind: 'jti', value: 't-1', issuer: null, before: null, until }])
  const refused = identify(request) as Unidentified
  assert.deepEqual(refused, { ok: false, refusal: 'unauthenticated', reason: 'revoked' })
  assert.deepEqual(challengeOf(refused, true), ['www-authenticate', 'Bearer error="invalid_token"'])
})

test('a token that is revoked while it is verified is refused', async () => {
  const clock = handClock()
  const revocations = createRevocations(clock)
  const verifier = verifierOf(issuer, { clock })
  const token = await issuer.sign({ sid: 's-1' })
  const verifying = verifier.verify(token)
  assert.ok(verifying instanceof Promise)
  const until = issuedAtSeconds + 300
  revocations.take([{ kind: 'sid', value: 's-1', issuer: null, before: null, until }])
  const verified = await verifying
  assert.equal(verified.ok && revocations.isRevoked(verified.claims), true)
})
