import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Clock } from '../../clock.ts'
import { type DialTarget, dialTarget, type OriginTls } from '../../upstream/dial-target.ts'
import { refusesOurCertificate, type TlsTrouble, tlsTrouble } from '../../upstream/tls-trouble.ts'

export type OriginAnswer =
  | {
      readonly kind: 'reached'
      readonly milliseconds: number
      /** Of the health path; null where nobody named one and so nothing was asked. */
      readonly status: number | null
      /** Wall-clock milliseconds at which its certificate ends; null without TLS. */
      readonly certificateEnds: number | null
    }
  | { readonly kind: 'tls'; readonly trouble: TlsTrouble }
  /** The code of the system, such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly why: string }

export interface OriginQuestion {
  /** `http://host:port` or `https://host:port` */
  readonly origin: string
  readonly tls: OriginTls
  /** What is asked for with GET; null for a connection alone. */
  readonly path: string | null
  readonly clock: Clock
}

/** Connects as the gateway does, with what TLS must prove and show. Never rejects; `signal` ends it. */
export async function askOrigin(
  { origin, tls, path, clock }: OriginQuestion,
  signal: AbortSignal,
): Promise<OriginAnswer> {
  const started = clock.monotonic()
  const target = dialTarget(origin, tls)
  const plain = connect({ host: target.host, port: target.port })
  const end = () => plain.destroy(new Error('no answer in time'))
  signal.addEventListener('abort', end)
  let phase: 'dialling' | 'shaking hands' | 'asking' = 'dialling'
  try {
    await opened(plain, 'connect')
    phase = 'shaking hands'
    const secure = target.secure ? await secured(plain, target) : null
    phase = 'asking'
    const status = path === null ? null : await statusOf(secure ?? plain, target, path)
    const milliseconds = clock.monotonic() - started
    return { kind: 'reached', milliseconds, status, certificateEnds: endOf(secure) }
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    const isOfTls = phase === 'shaking hands' || refusesOurCertificate(error)
    if (isOfTls && target.secure && !signal.aborted) {
      return { kind: 'tls', trouble: tlsTrouble(error) }
    }
    return { kind: 'unreachable', why: error.code ?? error.message }
  } finally {
    signal.removeEventListener('abort', end)
    plain.destroy()
  }
}

async function secured(plain: Socket, { tls, serverName }: DialTarget): Promise<TLSSocket> {
  // Of the host nothing is dialled: it is what the certificate must be for.
  const socket = connectTls({ socket: plain, host: serverName, ...tls })
  await opened(socket, 'secureConnect')
  return socket
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
  })
}

/** The status line is all that is waited for. */
function statusOf(socket: Socket, { origin }: DialTarget, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host: new URL(origin).host, 'user-agent': 'switchback-doctor' }
    const asking = request({ path, headers, createConnection: () => socket })
    asking.on('response', answer => {
      resolve(answer.statusCode ?? 0)
      answer.destroy()
    })
    asking.on('error', reject)
    asking.end()
  })
}

function endOf(socket: TLSSocket | null): number | null {
  return socket === null ? null : Date.parse(socket.getPeerCertificate().valid_to)
}
