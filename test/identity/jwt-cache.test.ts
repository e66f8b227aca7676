import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIssuer, handClock, issuedAtSeconds, verdict, verifierOf } from './issuer.ts'

const issuer = await createIssuer('ES256')

test('the first answer to a token takes a promise, the next ones none', async () => {
  const verifier = verifierOf(issuer)
  const token = await issuer.sign()
  const first = verifier.verify(token)
  assert.ok(first instanceof Promise)
  assert.equal(verifier.verify(token) instanceof Promise, true, 'not before the check is done')
  const verified = await first
  assert.equal(verifier.verify(token), verified)
})

test('a remembered token ends with its exp, tolerance or not', async () => {
  const clock = handClock()
  const verifier = verifierOf(issuer, { clock })
  const token = await issuer.sign({ exp: issuedAtSeconds + 10 })
  await verifier.verify(token)
  clock.seconds += 9
  assert.equal(verifier.verify(token) instanceof Promise, false)
  clock.seconds += 1
  assert.ok(verifier.verify(token) instanceof Promise, 'past exp it is checked afresh')
  clock.seconds += 5
  assert.equal(await verdict(verifier, token), 'token-expired')
})

test('the same header and payload with another signature is refused after the right one was seen', async () => {
  const verifier = verifierOf(issuer)
  const token = await issuer.sign()
  assert.equal(await verdict(verifier, token), 'ok')
  const forged = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA')
  assert.equal(await verdict(verifier, forged), 'signature-refused')
  assert.equal(await verdict(verifier, token), 'ok')
})

test('failures are not remembered', async () => {
  const clock = handClock()
  const verifier = verifierOf(issuer, { clock })
  const token = await issuer.sign({ nbf: issuedAtSeconds + 60 })
  assert.equal(await verdict(verifier, token), 'token-not-yet-valid')
  clock.seconds += 60
  assert.equal(await verdict(verifier, token), 'ok')
})

test('no more than maxCached tokens are remembered, and the oldest goes first', async () => {
  const verifier = verifierOf(issuer, { maxCached: 3 })
  const tokens = await Promise.all(['a', 'b', 'c', 'd'].map(sub => issuer.sign({ sub })))
  for (const token of tokens) await verifier.verify(token)
  const known = tokens.map(token => verifier.verify(token) instanceof Promise === false)
  assert.deepEqual(known, [false, true, true, true])
})

test('checking one token many times at once takes one place in the cache', async () => {
  const verifier = verifierOf(issuer, { maxCached: 2 })
  const [older, token] = await Promise.all([issuer.sign({ sub: 'a' }), issuer.sign({ sub: 'b' })])
  await verifier.verify(older)
  await Promise.all([verifier.verify(token), verifier.verify(token), verifier.verify(token)])
  assert.equal(verifier.verify(older) instanceof Promise, false)
})
