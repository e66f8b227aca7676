import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeAuthorities, judgeCertificate } from '../../src/cli/doctor/judge-certificate.ts'
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts'
import { publicIntermediate, publicLeaf } from './public-chain.ts'

const dayMs = 86_400_000
const made = Date.now()
/** A certificate knows whole seconds. */
const now = made + 60_000
const [authority, other] = await Promise.all([makeAuthority('house'), makeAuthority('other')])
const leaf = await makeCertificate({
  commonName: 'a',
  altNames: ['a.example'],
  ca: authority,
  notAfter: new Date(made + 20 * dayMs),
})

function fileOf(...certificates: readonly Certificate[]): string {
  return certificates.map(({ cert }) => cert).join('\n')
}

/** What is found of a file with these certificates, as `state: found`. */
function judged(pem: string, at = now, warnBeforeDays = 14): string[] {
  return judgeCertificate(pem, at, warnBeforeDays).map(({ state, found }) => `${state}: ${found}`)
}

test('a certificate is good until it ends, and told before it does', () => {
  const day = new Date(made + 20 * dayMs).toISOString().slice(0, 10)
  assert.deepEqual(judged(leaf.cert), [`ok: good until ${day} (19 days)`])
  assert.deepEqual(judged(leaf.cert, now, 20), [`warning: good until ${day} (19 days)`])
  assert.deepEqual(judged(leaf.cert, now + 21 * dayMs), [`problem: expired on ${day}`])
})

test('one of the future is a problem', () => {
  assert.match(judged(leaf.cert, now - 3 * dayMs)[0] ?? '', /^problem: not valid before /)
})

test('the first end of a chain counts', async () => {
  const brief = await makeAuthority('brief')
  const long = await makeCertificate({
    commonName: 'b',
    altNames: ['b.example'],
    ca: brief,
    notAfter: new Date(made + 90 * dayMs),
  })
  assert.match(judged(fileOf(long, brief), now, 0)[0] ?? '', /\((0 days|1 day)\)$/)
})

test('a chain must go up from the own certificate', () => {
  assert.equal(judged(fileOf(leaf, authority), now, 0).length, 1)
  const strange = judged(fileOf(leaf, other), now, 0)
  assert.equal(strange[1], 'warning: number 1 of its file is not signed by the one behind it')
})

test('one of the web without what is between it and its root is told', () => {
  const later = Date.UTC(2030, 0)
  assert.match(
    judged(publicLeaf, later)[1] ?? '',
    /^warning: nothing behind it leads to CN=Intermediate of a public authority: /,
  )
  assert.equal(judged(publicLeaf + publicIntermediate, later).length, 1)
})

test('authorities that have expired are named', () => {
  const pem = fileOf(authority, other)
  assert.deepEqual(judgeAuthorities(pem, now), { state: 'ok', found: '2 authorities', next: null })
  const late = judgeAuthorities(pem, now + 2 * dayMs)
  assert.equal(late.state, 'warning')
  assert.match(late.found, /CN=house; CN=other$/)
})
