import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { revocationList } from '../support/revocation-list.ts'
import { configDir, faultLines, snapshotOf } from './config-dir.ts'

const named = await makeCertificate({ commonName: 'a', altNames: ['A.test', '*.b.test', '::1'] })
const nameless = await makeCertificate({ commonName: 'nameless.test' })
const authority = await makeAuthority('authority')
const files = {
  'a.pem': named.cert,
  'a.key': named.key,
  'n.pem': nameless.cert,
  'n.key': nameless.key,
  'ca.pem': authority.cert,
  'crl.pem': `${revocationList(authority, [])}${revocationList(authority, [named])}`,
}
const a = 'certFile: a.pem, keyFile: a.key'
const n = 'certFile: n.pem, keyFile: n.key'
const listen = (tls: string) => ({ ...files, 'switchback.yaml': `listen: { tls: { ${tls} } }\n` })

const allowed: readonly string[] = [
  a,
  n,
  `certificates: [{ ${n} }, { ${a} }]`,
  `certificates: [{ ${a}, names: [x.test] }, { ${n}, names: ["*.x.test", y] }]`,
  `${a}, unknownNames: refuse, minVersion: TLSv1.2, warnBeforeDays: 0`,
  `${a}, clientCaFile: ca.pem, clientCrlFile: crl.pem, clientCertificates: request`,
]

const name = 'a lower-case host name, or *. and such a name'

/** `listen.tls` → the faults, each without where it stands. */
const refused: Readonly<Record<string, readonly string[]>> = {
  '': ['certFile must be present, received nothing', 'keyFile must be present, received nothing'],
  'certFile: a.pem': ['keyFile must be present, received nothing'],
  [`certificates: [{ ${a} }], certFile: a.pem`]: [
    'certFile must be left out, since each of certificates has its own, received "a.pem"',
  ],
  'certificates: []': ['certificates must be a list of at least one, received []'],
  'certificates: [{ certFile: a.pem, keyFile: n.key }]': [
    'certificates[0].keyFile must be a file with the private key of certFile, received the key of another certificate',
  ],
  [`certificates: [{ ${a} }, { ${n} }]`]: [
    'certificates[1].names must be present, since the certificate has no DNS name, received nothing',
  ],
  [`certificates: [{ ${a}, names: [X.test, "*", 192.0.2.1, "[::1]"] }]`]: [
    `certificates[0].names[0] must be ${name}, received "X.test"`,
    `certificates[0].names[1] must be ${name}, received "*"`,
    `certificates[0].names[2] must be ${name}, received "192.0.2.1"`,
    `certificates[0].names[3] must be ${name}, received "[::1]"`,
  ],
  [`certificates: [{ ${a}, names: [x.test] }, { ${n}, names: [y.test, x.test] }]`]: [
    'certificates[1].names[1] must be another name than those of certificates[0], received "x.test"',
  ],
  [`${a}, clientCrlFile: crl.pem, clientCertificates: require`]: [
    'clientCertificates must be left out, or clientCaFile be given, received "require"',
    'clientCrlFile must be left out, or clientCaFile be given, received "crl.pem"',
  ],
  [`${a}, clientCaFile: a.key, clientCrlFile: ca.pem`]: [
    'clientCaFile must be a file with at least one PEM certificate, received PEM with PRIVATE KEY only',
    'clientCrlFile must be a file with at least one PEM revocation list (X509 CRL), received PEM with CERTIFICATE only',
  ],
  [`${a}, minVersion: TLSv1.1`]: [
    'minVersion must be one of "TLSv1.3", "TLSv1.2", received "TLSv1.1"; did you mean "TLSv1.3"?',
  ],
}

describe('TLS of the client listener', () => {
  for (const tls of allowed) {
    it(`allows ${tls}`, async t => {
      assert.deepEqual(await faultLines(await configDir(t, listen(tls))), [])
    })
  }
  for (const [tls, faults] of Object.entries(refused)) {
    it(`refuses ${tls || 'nothing'}`, async t => {
      const lines = await faultLines(await configDir(t, listen(tls)))
      const about = lines.map(line => line.replace(/^\S+ listen\.tls\./, ''))
      assert.deepEqual(about.sort(), [...faults].sort())
    })
  }
})

it('a damaged revocation list is told by its number', async t => {
  const damaged = revocationList(authority, []).replace(/^M.*$/m, line => 'A'.repeat(line.length))
  const dir = await configDir(t, {
    ...listen(`${a}, clientCaFile: ca.pem, clientCrlFile: crl.pem`),
    'crl.pem': `${revocationList(authority, [])}${damaged}`,
  })
  const [line = ''] = await faultLines(dir)
  assert.match(line, /each of them readable, received 2, of which number 2 cannot be read \(.+\)$/)
})

it('the snapshot has what was read, and names in the case that clients are compared in', async t => {
  const clients = 'clientCaFile: ca.pem, clientCrlFile: crl.pem'
  const { listenTls } = await snapshotOf(
    await configDir(t, listen(`certificates: [{ ${a} }, { ${n}, names: [x.test] }], ${clients}`)),
  )
  assert.deepEqual(
    listenTls?.certificates.map(({ names }) => names),
    [['a.test', '*.b.test'], ['x.test']],
  )
  assert.equal(listenTls?.certificates[0]?.cert, named.cert)
  assert.equal(listenTls?.certificates[1]?.key, nameless.key)
  assert.equal(listenTls?.clients?.demand, 'require')
  assert.equal(listenTls?.clients?.revocations.length, 2)
  assert.equal((await snapshotOf(await configDir(t))).listenTls, null)
})
