import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Revocation } from '../../src/identity/revocation.ts'
import { createRevocations } from '../../src/identity/revocations.ts'
import { createManualClock } from '../support/manual-clock.ts'

const nowSeconds = 1_800_000_000
const hour = 3600

function setAt() {
  const clock = createManualClock(nowSeconds * 1000)
  return { clock, set: createRevocations(clock) }
}

function revoked(changes: Partial<Revocation> = {}): Revocation {
  const until = nowSeconds + hour
  return { kind: 'jti', value: 't-1', issuer: null, before: null, until, ...changes }
}

const claims = { iss: 'a', sub: 'anna', sid: 's-1', jti: 't-1', iat: nowSeconds - 60 }

test('while nothing is revoked no claim is looked at', () => {
  const { set } = setAt()
  const untouchable = new Proxy({}, { get: () => assert.fail('it was looked at') })
  assert.equal(set.isRevoked(untouchable), false)
})

test('a token is revoked by its id, its caller or its session, and by no other claim', () => {
  for (const [kind, value] of [
    ['jti', 't-1'],
    ['sub', 'anna'],
    ['sid', 's-1'],
  ] as const) {
    const { set } = setAt()
    set.take([revoked({ kind, value, before: kind === 'sub' ? nowSeconds : null })])
    assert.equal(set.isRevoked(claims), true, kind)
    assert.equal(set.isRevoked({ ...claims, [kind]: 'other' }), false)
    const { [kind]: _, ...without } = claims
    assert.equal(set.isRevoked(without), false, 'what a token does not say is not revoked')
    assert.equal(set.isRevoked({ ...without, other: value }), false)
  }
})

test('of a caller the tokens from before are refused, and those without iat', () => {
  const { set } = setAt()
  set.take([revoked({ kind: 'sub', value: 'anna', before: nowSeconds })])
  const at = (iat: unknown) => set.isRevoked({ ...claims, iat })
  assert.equal(at(nowSeconds - 1), true)
  assert.equal(at(nowSeconds - 0.5), true)
  assert.equal(at(nowSeconds), false)
  assert.equal(at(nowSeconds + 1), false)
  assert.equal(at(undefined), true)
  assert.equal(at(nowSeconds + 300), false)
  assert.equal(at((nowSeconds - 60) * 1000), true, 'in milliseconds it says nothing')
  assert.equal(at(String(nowSeconds + 1)), true)
})

test('with an issuer it is that issuer alone; the others go on', () => {
  const { set } = setAt()
  set.take([revoked({ issuer: 'a' })])
  assert.equal(set.isRevoked(claims), true)
  assert.equal(set.isRevoked({ ...claims, iss: 'b' }), false)
  set.take([revoked({ value: 't-2' })])
  assert.equal(set.isRevoked({ ...claims, iss: 'b', jti: 't-2' }), true)
  assert.equal(set.isRevoked({ ...claims, jti: 't-2' }), true)
})

test('a caller who is known by a certificate alone is not the one of that name in tokens', () => {
  const { set } = setAt()
  set.take([revoked({ kind: 'sub', value: 'batch', before: nowSeconds })])
  assert.equal(set.isRevoked({ sub: 'batch', certificate: { name: 'batch' } }), false)
  assert.equal(set.isRevoked({ iss: 'a', sub: 'batch', certificate: { name: 'batch' } }), true)
})

test('a caller whose name is a number is the same as its digits', () => {
  const { set } = setAt()
  set.take([revoked({ kind: 'sub', value: '42', before: nowSeconds })])
  assert.equal(set.isRevoked({ ...claims, sub: 42 }), true)
  assert.equal(set.isRevoked({ ...claims, sub: ['42'] }), false)
})

test('names of the language are values like any other', () => {
  const { set } = setAt()
  set.take([revoked({ kind: 'sid', value: '__proto__' })])
  assert.equal(set.isRevoked({ iss: '__proto__', sid: '__proto__' }), true)
  assert.equal(set.isRevoked({ iss: 'constructor', sid: 'toString' }), false)
})

test('of two about the same the one that ends last holds, in whatever order they come', () => {
  const early = revoked({
    ...{ kind: 'sub', value: 'anna' },
    ...{ before: nowSeconds - 50, until: nowSeconds + hour - 50 },
  })
  const late = revoked({ ...early, before: nowSeconds, until: nowSeconds + hour })
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    const { set } = setAt()
    for (const each of order) set.take([each])
    assert.equal(set.isRevoked({ ...claims, iat: nowSeconds - 1 }), true)
    assert.equal(set.size(), 1)
  }
})

test('a revocation ends at its time, and nothing is left of it', () => {
  const { clock, set } = setAt()
  set.take([revoked(), revoked({ value: 't-2', issuer: 'a', until: nowSeconds + 2 * hour })])
  clock.advance(hour * 1000 - 1)
  assert.equal(set.isRevoked(claims), true)
  clock.advance(1)
  assert.equal(set.isRevoked(claims), false)
  clock.advance(60_000)
  assert.equal(set.size(), 1)
  assert.equal(set.isRevoked({ ...claims, jti: 't-2' }), true)
  clock.advance(hour * 1000)
  assert.equal(set.size(), 0)
})
