import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authRule } from '../../src/config/auth-rule.ts'
import type { AuthConfig } from '../../src/config/schema-auth.ts'
import { proofRule } from '../../src/pipeline/proof-rule.ts'

/** What a policy in that directory asks for, with keys in a file. */
function ruleIn(dir: string, jwksFile: string): string | null {
  const auth = {
    ...{ issuer: 'https://idp.example.com', audience: 'api', algorithms: ['ES256'], jwksFile },
    ...{ clockToleranceSeconds: 5, requiredClaims: [], rolesClaim: 'roles', scopesClaim: 'scope' },
    forward: { claims: {}, authorization: 'keep' },
  } as unknown as AuthConfig
  return proofRule(authRule(auth), dir)
}

test('the same policy asks for the same in another directory, wherever its keys lie', () => {
  const within = ruleIn('/srv/conf', '/srv/conf/keys.json')
  assert.equal(within, ruleIn('/home/ci/work/next', '/home/ci/work/next/keys.json'))
  const elsewhere = ruleIn('/srv/conf', '/run/secrets/keys.json')
  assert.equal(elsewhere, ruleIn('/home/ci/work/next', '/run/secrets/keys.json'))
  assert.notEqual(within, elsewhere)
  assert.notEqual(elsewhere, ruleIn('/srv/conf', '/run/secrets/other.json'))
})
