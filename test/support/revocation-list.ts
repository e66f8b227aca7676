import { createPrivateKey, createSign, X509Certificate } from 'node:crypto'
import type { Certificate } from './certificates.ts'

/** Makes a revocation list of an authority (RFC 5280 section 5.1), signed by its EC key and good for a day. */
export function revocationList(authority: Certificate, revoked: readonly Certificate[]): string {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  const now = Date.now()
  const entries = revoked.map(({ cert }) => {
    const serial = Buffer.from(new X509Certificate(cert).serialNumber, 'hex')
    return sequence(integer(serial), time(now))
  })
  const list = sequence(
    integer(Buffer.from([1])),
    algorithm,
    issuerOf(authority),
    time(now - dayMs),
    time(now + dayMs),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
  )
  const signature = createSign('sha256').update(list).sign(createPrivateKey(authority.key))
  const bits = der(0x03, Buffer.concat([Buffer.from([0]), signature]))
  const lines =
    sequence(list, algorithm, bits)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN X509 CRL-----\n${lines.join('\n')}\n-----END X509 CRL-----\n`
}

const dayMs = 86_400_000

/** A value in DER (ITU-T X.690). */
function der(tag: number, contents: Buffer): Buffer {
  const { length } = contents
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), contents])
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...bytes]), contents])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

/** A positive number: one whose first bit is set would be read as negative. */
function integer(bytes: Buffer): Buffer {
  return der(0x02, (bytes[0] as number) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]))
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = rest.flatMap(part => {
    const groups = [part & 0x7f]
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]))
}

/** UTCTime. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}

/** The name of who issued a certificate, as it stands there: behind version, serial number and algorithm. */
function issuerOf({ cert }: Certificate): Buffer {
  const whole = new X509Certificate(cert).raw
  const body = whole.subarray(headLength(whole))
  let rest = body.subarray(headLength(body))
  for (let skipped = 0; skipped < 3; skipped++) rest = rest.subarray(lengthOf(rest))
  return rest.subarray(0, lengthOf(rest))
}

/** Bytes of tag and length. */
function headLength(value: Buffer): number {
  const length = value[1] as number
  return length < 0x80 ? 2 : 2 + (length & 0x7f)
}

/** Bytes of a value as a whole. */
function lengthOf(value: Buffer): number {
  const head = headLength(value)
  return head + (head === 2 ? (value[1] as number) : value.readUIntBE(2, head - 2))
}
