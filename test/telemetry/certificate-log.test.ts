import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateStatuses } from '../../src/fleet/certificate-status.ts'
import { createCertificateLog } from '../../src/telemetry/certificate-log.ts'
import { createLog } from '../../src/telemetry/log.ts'

const dayMs = 86_400_000
const end = 100 * dayMs

const none = { listenTls: null, adminTls: null, own: [] }

const tls = (expiresAt: number) => ({
  certificates: [{ file: '/a.pem', names: ['a.test'], cert: '', key: '', expiresAt }],
  unknownNames: 'first' as const,
  minVersion: 'TLSv1.3' as const,
  clients: null,
  warnBeforeDays: 14,
})

test('a certificate is good, expires soon, and is expired', () => {
  const stateAt = (now: number) =>
    certificateStatuses({ ...none, listenTls: tls(end) }, now)[0]?.state
  assert.equal(stateAt(end - 14 * dayMs), 'good')
  assert.equal(stateAt(end - 14 * dayMs + 1), 'expiring')
  assert.equal(stateAt(end - 1), 'expiring')
  assert.equal(stateAt(end), 'expired')
  assert.deepEqual(certificateStatuses(none, end), [])
})

test('a warning comes at once, then once a day, until another certificate is there', () => {
  const lines: string[] = []
  const { log } = createLog('info', { write: line => void lines.push(line) })
  const tell = createCertificateLog(log)
  const told = (expiresAt: number, now: number) => {
    lines.length = 0
    tell(certificateStatuses({ ...none, listenTls: tls(expiresAt) }, now), now)
    return lines.map(line => JSON.parse(line).event)
  }
  assert.deepEqual(told(end, end - 20 * dayMs), [])
  assert.deepEqual(told(end, end - 2 * dayMs), ['certificate-expiring'])
  assert.deepEqual(told(end, end - 1.5 * dayMs), [])
  assert.deepEqual(told(end, end - dayMs), ['certificate-expiring'])
  assert.deepEqual(told(end, end), ['certificate-expired'])
  assert.deepEqual(told(end + 1, end + 0.5), ['certificate-expiring'])
  assert.deepEqual(told(end + 90 * dayMs, end + 1), [])
})

test('a certificate that upstreams are shown is watched as well, 14 days ahead unless said otherwise', () => {
  const own = [{ file: '/own.pem', expiresAt: end }]
  const stateAt = (now: number) => certificateStatuses({ ...none, own }, now)[0]?.state
  assert.equal(stateAt(end - 14 * dayMs), 'good')
  assert.equal(stateAt(end - 14 * dayMs + 1), 'expiring')
  assert.equal(stateAt(end), 'expired')
  assert.equal(
    certificateStatuses(
      { ...none, listenTls: { ...tls(0), warnBeforeDays: 30 }, own },
      end - 20 * dayMs,
    )[1]?.state,
    'expiring',
  )
  const lines: string[] = []
  const { log } = createLog('info', { write: line => void lines.push(line) })
  createCertificateLog(log)(certificateStatuses({ ...none, own }, end), end)
  assert.match(
    String(JSON.parse(lines[0] ?? '').msg),
    /^a certificate that upstreams are shown has expired/,
  )
})

test('the certificate of the admin listener is watched as well, for operators', () => {
  const [adminTls] = tls(end).certificates
  assert.ok(adminTls)
  const [status] = certificateStatuses({ ...none, adminTls }, end - 14 * dayMs + 1)
  assert.deepEqual(
    [status?.shownTo, status?.state, status?.names],
    ['operators', 'expiring', ['a.test']],
  )
  const lines: string[] = []
  const { log } = createLog('info', { write: line => void lines.push(line) })
  createCertificateLog(log)(certificateStatuses({ ...none, adminTls }, end), end)
  assert.match(
    String(JSON.parse(lines[0] ?? '').msg),
    /^the certificate of the admin listener has expired: operators refuse/,
  )
})
