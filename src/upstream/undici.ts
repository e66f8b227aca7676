import { createRequire } from 'node:module'
import type { OriginClient, UpstreamFault, UpstreamRequest } from './client.ts'
import type { OriginClientOptions } from './http1/client.ts'
import { writeRequestHead } from './http1/request-head.ts'
import { refusesOurCertificate } from './tls-trouble.ts'
import { UndiciExchange } from './undici-exchange.ts'

const sweepPeriodMs = 250

/** Loaded with the first client: few gateways want one, and it is a tenth of the start of a process. */
const undici = (): typeof import('undici') => createRequire(import.meta.url)('undici')

/**
 * The reference implementation of OriginClient over undici. It costs more per request than `http1/` and
 * keeps its promises by undici's own means; test/upstream/contract.ts names where the two differ.
 */
export function createUndiciClient(options: Omit<OriginClientOptions, 'clock'>): OriginClient {
  const { target, maxConnections, keepAliveTimeoutMs, maxHeaderBytes, awake } = options
  const { origin, serverName, tls: verified } = target
  const { buildConnector, Pool } = undici()
  // A session that is resumed is not verified: a certificate that expired meanwhile would still do.
  const connect = buildConnector({ ...verified, allowH2: false, maxCachedSessions: 0 })
  const pool = new Pool(origin, {
    connections: maxConnections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAliveTimeoutMs,
    keepAliveMaxTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    // Timed here, by the clock that tests own and with one sweep for all.
    headersTimeout: 0,
    bodyTimeout: 0,
    // undici would take the name to verify from each request's Host, which is the client's to choose.
    connect: (to, done) =>
      connect({ ...to, servername: verified.servername ?? '' }, (...[error, socket]) => {
        if (error !== null) {
          done(error, null)
          return
        }
        socket.on('error', cause => {
          // Else undici would take the end that follows for the reason.
          if (refusesOurCertificate(cause)) socket.destroy(cause)
        })
        done(null, socket)
      }),
  })
  const exchanges = new Set<UndiciExchange>()
  const owner = {
    awake,
    faultOf(error: Error, sent: boolean): UpstreamFault {
      const fault = faultOf(error, sent, target.secure)
      if (fault === 'tls-failed') target.tlsFailed(error)
      return fault
    },
    finished: (exchange: UndiciExchange) => void exchanges.delete(exchange),
  }
  let closing: Promise<void> | null = null

  const stopSweep = awake.every(sweepPeriodMs, () => {
    const now = awake.monotonic()
    for (const exchange of exchanges) exchange.expire(now)
  })

  return {
    origin,
    get inFlight() {
      return exchanges.size
    },
    send(request, sink) {
      // Throws what undici would report later, or accept.
      writeRequestHead(request)
      const exchange = new UndiciExchange(request, sink, owner)
      const full = exchanges.size >= maxConnections
      exchanges.add(exchange)
      if (closing !== null || full) {
        queueMicrotask(() => exchange.fail(closing === null ? 'busy' : 'aborted'))
        return exchange
      }
      // One name for all requests: undici reconnects when it changes.
      const dispatched = {
        method: request.method,
        path: request.target,
        headers: undiciHeaders(request),
        body: exchange.body,
        servername: serverName,
      }
      pool.dispatch(dispatched, exchange)
      return exchange
    },
    close() {
      closing ??= pool.close().finally(stopSweep)
      return closing
    },
  }
}

function undiciHeaders({ headers, bodyLength }: UpstreamRequest): string[] {
  const flat: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    // undici refuses it, and we have nothing to wait for: the body is under way already.
    if (headers[i] !== 'expect') flat.push(headers[i] as string, headers[i + 1] as string)
  }
  if (bodyLength > 0) flat.push('content-length', String(bodyLength))
  return flat
}

const networkCode =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|EMFILE|ENOTFOUND|EAI_\w+)$/

function faultOf(error: Error, sent: boolean, secure: boolean): UpstreamFault {
  const code = String((error as NodeJS.ErrnoException).code)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'connect-timeout'
  if (refusesOurCertificate(error)) return 'tls-failed'
  if (!sent) return secure && !networkCode.test(code) ? 'tls-failed' : 'connect-failed'
  const { errors } = undici()
  if (error instanceof errors.HTTPParserError) {
    // An answer that ends too early is broken off, not malformed.
    return error.message.includes('EOF') ? 'reset' : 'protocol'
  }
  if (error instanceof errors.HeadersOverflowError) return 'protocol'
  // For an answer that undici can read but did not expect: a 100, a 101.
  return error.message.startsWith('bad ') ? 'protocol' : 'reset'
}
