import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { configDir, faultLines } from './config-dir.ts'
import { goodKeySet, jwk, keySet, rsa } from './key-material.ts'

const [one, other] = [await made('one'), await made('other')]

/** PEM files that end with a line break, so that they can be joined. */
async function made(commonName: string) {
  const { cert, key } = await makeCertificate({ commonName })
  return { cert: `${cert.trimEnd()}\n`, key: `${key.trimEnd()}\n` }
}

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed = generateKeyPairSync('ed25519')
const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
const encrypted = ec.privateKey.export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
})
const damaged = (pem: string) => pem.replace(/^M.*$/m, line => 'A'.repeat(line.length))

/** The faults, each without where it stands. */
async function faultsWith(
  t: Parameters<typeof configDir>[0],
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  const lines = await faultLines(await configDir(t, files))
  return lines.map(line => line.slice(line.indexOf(' ') + 1))
}

const listen = 'listen: { tls: { certFile: cert.pem, keyFile: key.pem } }\n'

for (const { title, cert, key, faults } of [
  { title: 'a pair', cert: one.cert, key: one.key, faults: [] },
  { title: 'a chain', cert: one.cert + other.cert, key: one.key, faults: [] },
  {
    title: 'a pair of two halves',
    cert: one.cert,
    key: other.key,
    faults: [
      'listen.tls.keyFile must be a file with the private key of certFile, received the key of another certificate',
    ],
  },
  {
    title: 'a pair that was swapped',
    cert: one.key,
    key: one.cert,
    faults: [
      'listen.tls.certFile must be a file with a PEM certificate, received PEM with PRIVATE KEY only',
      'listen.tls.keyFile must be a file with a PEM private key, received PEM with CERTIFICATE only',
    ],
  },
  {
    title: 'text and nothing',
    cert: 'cert\n',
    key: '',
    faults: [
      'listen.tls.certFile must be a file with a PEM certificate, received text that is not PEM',
      'listen.tls.keyFile must be a file with a PEM private key, received an empty file',
    ],
  },
  {
    title: 'an encrypted key',
    cert: one.cert,
    key: encrypted,
    faults: [
      'listen.tls.keyFile must be a file with a PEM private key and no passphrase, received an encrypted key',
    ],
  },
]) {
  test(`TLS for clients with ${title}: ${faults.length} faults`, async t => {
    const files = { 'switchback.yaml': listen, 'cert.pem': cert, 'key.pem': key.toString() }
    assert.deepEqual(await faultsWith(t, files), faults)
  })
}

test('a damaged certificate and a damaged key are told with the reason', async t => {
  const faults = await faultsWith(t, {
    'switchback.yaml': listen,
    'cert.pem': one.cert + damaged(other.cert),
    'key.pem': damaged(one.key),
  })
  assert.match(
    faults[0] ?? '',
    /^listen\.tls\.certFile must be .*, received one that cannot be read \(.+\)$/,
  )
  assert.match(
    faults[1] ?? '',
    /^listen\.tls\.keyFile must be .*, received one that cannot be read \(.+\)$/,
  )
  assert.equal(faults.length, 2)
})

for (const { title, ca, fault } of [
  { title: 'two certificates', ca: one.cert + other.cert, fault: null },
  { title: 'a key', ca: one.key, fault: /received PEM with PRIVATE KEY only$/ },
  { title: 'other text', ca: 'ca', fault: /received text that is not PEM$/ },
  {
    title: 'a damaged certificate after a good one',
    ca: one.cert + damaged(other.cert),
    fault: /received 2, of which number 2 cannot be read \(.+\)$/,
  },
  {
    title: 'certificates joined in one line',
    ca: one.cert.trimEnd() + other.cert,
    fault: /received 1, of which number 1 cannot be read \(bad end line\)$/,
  },
  {
    title: 'a certificate that was cut off',
    ca: one.cert.slice(0, 200),
    fault: /received 1, of which number 1 cannot be read \(.+\)$/,
  },
]) {
  test(`authorities of an upstream with ${title}: ${fault ?? 'no fault'}`, async t => {
    const faults = await faultsWith(t, {
      'routes/match.yaml':
        'match: { path: / }\nv1: { url: "https://a", tls: { caFile: ca.pem } }\npolicy: careful\n',
      'ca.pem': ca,
    })
    assert.equal(faults.length, fault === null ? 0 : 1)
    if (fault === null) return
    assert.match(
      faults[0] ?? '',
      /^v1\.tls\.caFile must be a file with at least one PEM certificate/,
    )
    assert.match(faults[0] ?? '', fault)
  })
}

test('each variant has a pair of its own, and each is told of', async t => {
  const pair = (n: number) =>
    `url: "https://a", tls: { certFile: cert${n}.pem, keyFile: key${n}.pem }`
  const files = {
    'routes/match.yaml': `match: { path: / }\nv1: { ${pair(1)} }\nv2: { ${pair(2)} }\nflag: v2_migration\npolicy: careful\n`,
    'cert1.pem': one.cert,
    'key1.pem': one.key,
    'cert2.pem': other.cert,
    'key2.pem': other.key,
  }
  assert.deepEqual(await faultsWith(t, files), [])
  assert.deepEqual(await faultsWith(t, { ...files, 'key1.pem': other.key, 'key2.pem': one.key }), [
    'v1.tls.keyFile must be a file with the private key of certFile, received the key of another certificate',
    'v2.tls.keyFile must be a file with the private key of certFile, received the key of another certificate',
  ])
  // The key of V2 is not held against the certificate of V1.
  assert.deepEqual(await faultsWith(t, { ...files, 'cert2.pem': 'no certificate' }), [
    'v2.tls.certFile must be a file with a PEM certificate, received text that is not PEM',
  ])
})

test('a certificate for upstreams needs its key, and a key its certificate', async t => {
  const half = (field: string) => ({
    'routes/match.yaml': `match: { path: / }\nv1: { url: "https://a", tls: { ${field} } }\npolicy: careful\n`,
    'cert.pem': one.cert,
    'key.pem': one.key,
  })
  assert.deepEqual(await faultsWith(t, half('certFile: cert.pem')), [
    'v1.tls.keyFile must be present, since certFile is given, received nothing',
  ])
  assert.deepEqual(await faultsWith(t, half('keyFile: key.pem')), [
    'v1.tls.certFile must be present, since keyFile is given, received nothing',
  ])
})

const list = 'a JSON Web Key Set with a list "keys"'
const publicOnly = 'a JSON Web Key Set of public keys only'
const rs256 = 'a JSON Web Key Set with a public key for RS256'
const unusable = [
  { title: 'nothing', keys: '', fault: `${list}, received an empty file` },
  { title: 'no JSON', keys: 'keys: []', fault: `${list}, received text that is not JSON` },
  { title: 'a bare list', keys: '[]', fault: `${list}, received JSON that is not an object` },
  { title: 'one bare key', keys: '{}', fault: `${list}, received an object without one` },
  { title: 'no key', keys: keySet(), fault: `${list}, received an empty list of keys` },
  {
    title: 'no object',
    keys: keySet('key'),
    fault: `${list} of objects, received another value as keys[0]`,
  },
  {
    title: 'a private key beside a good one',
    keys: keySet(jwk(rsa.publicKey), jwk(rsa.privateKey)),
    fault: `${publicOnly}, received a private key as keys[1]`,
  },
  {
    title: 'a shared secret',
    keys: keySet({ kty: 'oct', k: 'c2VjcmV0' }),
    fault: `${publicOnly}, received a symmetric key as keys[0]`,
  },
  {
    title: 'keys of other kinds',
    keys: keySet(jwk(ec.publicKey), jwk(ed.publicKey), {}),
    fault: `${rs256}, received a key of kind EC P-256; a key of kind OKP Ed25519; a key of kind unknown (no kty)`,
  },
  {
    title: 'a key for another algorithm',
    keys: keySet(jwk(rsa.publicKey, { alg: 'PS256' })),
    fault: `${rs256}, received a key of kind RSA for alg "PS256"`,
  },
  {
    title: 'a key for encryption',
    keys: keySet(jwk(rsa.publicKey, { use: 'enc' })),
    fault: `${rs256}, received a key of kind RSA for use "enc"`,
  },
  {
    title: 'a key for other work',
    keys: keySet(jwk(rsa.publicKey, { key_ops: ['encrypt'] })),
    fault: `${rs256}, received a key of kind RSA whose key_ops lack verify`,
  },
  {
    title: 'a broken key',
    keys: keySet({ kty: 'RSA', e: 'AQAB' }),
    fault: `${rs256}, received a key of kind RSA that cannot be read`,
  },
  {
    title: 'a short key',
    keys: keySet(jwk(small.publicKey)),
    fault: `${rs256}, received a key of kind RSA of 1024 bits, below 2048`,
  },
]

const policy = (algorithms = '') => ({
  'policies/careful.yaml': `auth: { issuer: a, audience: b, jwksFile: keys.json${algorithms} }\n`,
})

for (const { title, keys, fault } of unusable) {
  test(`a key set with ${title} is refused`, async t => {
    assert.deepEqual(await faultsWith(t, { ...policy(), 'keys.json': keys }), [
      `auth.jwksFile must be ${fault}`,
    ])
  })
}

for (const { algorithm, key } of [
  { algorithm: 'RS256', key: rsa.publicKey },
  { algorithm: 'PS256', key: rsa.publicKey },
  { algorithm: 'ES256', key: ec.publicKey },
  { algorithm: 'EdDSA', key: ed.publicKey },
]) {
  test(`a key for ${algorithm} among others is enough`, async t => {
    const good = jwk(key, { alg: algorithm, use: 'sig', key_ops: ['verify'], kid: '1' })
    const keys = keySet({ kty: 'unheard-of' }, good)
    const files = { ...policy(`, algorithms: [${algorithm}]`), 'keys.json': keys }
    assert.deepEqual(await faultsWith(t, files), [])
  })
}

test('a mistake in the algorithms is not told of the key set too', async t => {
  const files = { ...policy(', algorithms: [RS265]'), 'keys.json': goodKeySet }
  const faults = await faultsWith(t, files)
  assert.equal(faults.length, 1)
  assert.match(faults[0] ?? '', /^auth\.algorithms\[0\] /)
})
