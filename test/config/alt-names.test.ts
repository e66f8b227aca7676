import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { altNames } from '../../src/config/alt-names.ts'
import { makeCertificate } from '../support/certificates.ts'

async function namesOf(...names: string[]) {
  const { cert } = await makeCertificate({ commonName: 'not.a.name', altNames: names })
  return altNames(new X509Certificate(cert))
}

test('the names of a certificate are told by their kind', async () => {
  const found = await namesOf('a.test', '127.0.0.1', '*.b.test', 'spiffe://trust.test/billing')
  assert.deepEqual(found, {
    dns: ['a.test', '*.b.test'],
    uris: ['spiffe://trust.test/billing'],
  })
  assert.deepEqual(await namesOf(), { dns: [], uris: [] })
})

test('a name that looks like two is one', async () => {
  assert.deepEqual(await namesOf('a.test, DNS:root.test', 'spiffe://a/b, URI:spiffe://a/root'), {
    dns: ['a.test, DNS:root.test'],
    uris: ['spiffe://a/b, URI:spiffe://a/root'],
  })
  assert.deepEqual(await namesOf('spiffe://a/"quoted", URI:spiffe://b'), {
    dns: [],
    uris: ['spiffe://a/"quoted", URI:spiffe://b'],
  })
})

test('what cannot be read to its end names nobody', () => {
  for (const subjectAltName of ['DNS:a.test, ', 'DNS:a.test, DNS', 'DNS:a.test, DNS:"b', 'a']) {
    const found = altNames({ subjectAltName })
    assert.ok(found.dns.length + found.uris.length <= 1, subjectAltName)
  }
  assert.deepEqual(altNames({ subjectAltName: 'DNS:a.test, DNS:"b' }), { dns: [], uris: [] })
})
