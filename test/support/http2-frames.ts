import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'

/** Frame types of RFC 9113 section 6. */
export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export type FrameType = keyof typeof frameTypes

export const endStream = 0x1
export const endHeaders = 0x4
const ack = 0x1

/** One frame as bytes, right or wrong. */
export function frame(
  type: FrameType,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
  flags = 0,
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(frameTypes[type], 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A field block (RFC 7541) in which every field is written out: literal, not indexed, no Huffman code. */
export function fieldBlock(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]),
  )
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  return Buffer.concat([length(bytes.length), bytes])
}

/** An integer with a prefix of seven bits (RFC 7541 section 5.1). */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value])
  const bytes = [127]
  let rest = value - 127
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}

/** The pseudo-headers of a GET, the changed ones changed; `null` leaves one out. */
export function requestFields(
  changes: Readonly<Record<string, string | null>> = {},
  more: readonly (readonly [string, string])[] = [],
): (readonly [string, string])[] {
  const fields = {
    ':method': 'GET',
    ':scheme': 'https',
    ':authority': 'shop.test',
    ':path': '/',
    ...changes,
  }
  const present = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] !== null,
  )
  return [...present, ...more]
}

/** A whole request without a body, or with `body` and no declared length. */
export function requestFrames(
  stream: number,
  fields: readonly (readonly [string, string])[],
  body?: string,
): Buffer {
  const head = frame(
    'headers',
    stream,
    fieldBlock(fields),
    endHeaders | (body === undefined ? endStream : 0),
  )
  return body === undefined
    ? head
    : Buffer.concat([head, frame('data', stream, Buffer.from(body), endStream)])
}

export interface Frame {
  readonly type: FrameType | 'unknown'
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

export interface FrameClient {
  readonly socket: TLSSocket
  /** Every frame that came so far. */
  readonly frames: readonly Frame[]
  write(...bytes: readonly Uint8Array[]): void
  /** The first frame so far or to come for which this holds; rejects when the connection ends before. */
  next(what: (frame: Frame) => boolean): Promise<Frame>
  /** Resolves when the connection is over, however that came. */
  readonly closed: Promise<void>
}

/** The status of a response, as far as it is one of those with a place in the static table; else 0. */
export function statusOf({ payload }: Frame): number {
  // Static table entries 8 to 14, RFC 7541 appendix A.
  const known = [200, 204, 206, 304, 400, 404, 500]
  return known[(payload[0] ?? 0) - 0x88] ?? 0
}

/** The error code of a RST_STREAM or GOAWAY frame, RFC 9113 section 7. */
export function errorOf({ type, payload }: Frame): number {
  return payload.readUInt32BE(type === 'goaway' ? 4 : 0)
}

const names = Object.entries(frameTypes) as [FrameType, number][]

/** A client of HTTP/2 whose frames are the test's own: it has sent its preface and settings, no more. */
export async function openFrames(
  t: Pick<TestContext, 'after'>,
  port: number,
  settings: Uint8Array = Buffer.alloc(0),
  { socket: below }: { readonly socket?: Socket } = {},
): Promise<FrameClient> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    ...(below === undefined ? {} : { socket: below }),
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  })
  t.after(() => socket.destroy())
  const frames: Frame[] = []
  const waiting = new Set<() => void>()
  let pending = Buffer.alloc(0)
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()))
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      if (pending.length < 9) break
      const size = pending.readUIntBE(0, 3)
      if (pending.length < 9 + size) break
      const code = pending.readUInt8(3)
      const type = names.find(([, number]) => number === code)?.[0] ?? 'unknown'
      const flags = pending.readUInt8(4)
      const stream = pending.readUInt32BE(5)
      frames.push({ type, flags, stream, payload: pending.subarray(9, 9 + size) })
      if (type === 'settings' && (flags & ack) === 0)
        socket.write(frame('settings', 0, undefined, ack))
      pending = pending.subarray(9 + size)
    }
    for (const look of waiting) look()
  })
  await once(socket, 'secureConnect')
  socket.write(
    Buffer.concat([
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      frame('settings', 0, settings),
    ]),
  )

  return {
    socket,
    frames,
    closed,
    write: (...bytes) => void (socket.writable && socket.write(Buffer.concat(bytes))),
    next(what) {
      const { promise, resolve, reject } = Promise.withResolvers<Frame>()
      const look = () => {
        const found = frames.find(what)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      void closed.then(() => reject(new Error('the connection ended without that frame')))
      return promise
    },
  }
}
