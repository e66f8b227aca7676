import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CertificateRule } from '../../src/config/auth-rule.ts'
import { createCertificateCheck } from '../../src/identity/certified.ts'
import type { PeerCertificate } from '../../src/ingress/peer-certificate.ts'
import { handClock, issuedAtSeconds, ruleOf } from './issuer.ts'

const endsAt = issuedAtSeconds * 1000 + 60_000

function peer(names: Partial<Extract<PeerCertificate, { ok: true }>>): PeerCertificate {
  const none = { dns: [], uris: [], commonNames: [] }
  return { ok: true, ...none, fingerprint: 'f', serial: '1', expiresAt: endsAt, ...names }
}

function checkOf(rule: Partial<CertificateRule> = {}, rolesClaim = 'roles', clock = handClock()) {
  const whole = { id: 'san-uri', names: null, roles: {}, demand: 'alone', ...rule } as const
  return createCertificateCheck(whole, ruleOf({ rolesClaim }).access, clock)
}

const says = (check: ReturnType<typeof checkOf>, shown: PeerCertificate) => {
  const certified = check(shown)
  return certified.ok ? certified.claims.sub : certified.reason
}

test('the caller is the one name of the kind that the policy reads', () => {
  const shown = peer({ uris: ['spiffe://t/a'], dns: ['a.test'], commonNames: ['a'] })
  assert.equal(says(checkOf(), shown), 'spiffe://t/a')
  assert.equal(says(checkOf({ id: 'san-dns' }), shown), 'a.test')
  assert.equal(says(checkOf({ id: 'cn' }), shown), 'a')
})

test('with none of the kind, an empty one or several nobody is named', () => {
  for (const uris of [[], [''], ['spiffe://t/a', 'spiffe://t/b'], ['spiffe://t/a', '']]) {
    assert.equal(says(checkOf(), peer({ uris, dns: ['a.test'] })), 'certificate-unnamed')
  }
})

test('names are compared as a whole', () => {
  const check = checkOf({ names: ['spiffe://t/a'] })
  assert.equal(says(check, peer({ uris: ['spiffe://t/a'] })), 'spiffe://t/a')
  for (const uri of ['spiffe://t/A', 'spiffe://t/a/', 'spiffe://t', 'spiffe://t/a/b']) {
    assert.equal(says(check, peer({ uris: [uri] })), 'name-not-listed', uri)
  }
})

test('roles stand where the policy looks for them, and what else is known under certificate', () => {
  const roles = { 'spiffe://t/a': ['reader', 'writer'] }
  const check = checkOf({ roles }, 'realm_access.roles')
  const facts = { fingerprint: 'ab', serial: '0c' }
  assert.deepEqual(check(peer({ uris: ['spiffe://t/a'], ...facts })), {
    ok: true,
    claims: {
      sub: 'spiffe://t/a',
      'realm_access.roles': ['reader', 'writer'],
      certificate: { name: 'spiffe://t/a', ...facts },
    },
  })
  const other = check(peer({ uris: ['constructor'] }))
  assert.deepEqual(other.ok && other.claims['realm_access.roles'], [])
})

test('a certificate ends while its connection goes on', () => {
  const clock = handClock()
  const check = checkOf({}, 'roles', clock)
  const shown = peer({ uris: ['spiffe://t/a'] })
  clock.seconds += 59
  assert.equal(says(check, shown), 'spiffe://t/a')
  clock.seconds += 1
  assert.equal(says(check, shown), 'certificate-expired')
})

test('what the handshake found wrong is said', () => {
  assert.equal(says(checkOf(), { ok: false, reason: 'certificate-revoked' }), 'certificate-revoked')
})
