import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import { buildConnector, type Dispatcher, errors, Pool } from 'undici'
import type { Clock } from '../clock.ts'
import type {
  Exchange,
  OriginClient,
  ResponseSink,
  UpstreamFault,
  UpstreamRequest,
} from './client.ts'
import type { OriginClientOptions } from './http1/client.ts'
import { Deadline } from './http1/deadline.ts'
import { writeRequestHead } from './http1/request-head.ts'

const sweepPeriodMs = 250

/**
 * The reference implementation of OriginClient over undici. It costs more per request than `http1/` and
 * keeps its promises by undici's own means; test/upstream/contract.ts names where the two differ.
 */
export function createUndiciClient(options: OriginClientOptions): OriginClient {
  const { origin, maxConnections, keepAliveTimeoutMs, maxHeaderBytes, tls, clock } = options
  const { hostname, protocol } = new URL(origin)
  const secure = protocol === 'https:'
  const serverName = tls?.serverName ?? hostname.replace(/^\[|\]$/g, '')
  const connect = buildConnector({
    rejectUnauthorized: true,
    allowH2: false,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  })
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
    connect: (target, done) =>
      connect({ ...target, servername: isIP(serverName) === 0 ? serverName : '' }, done),
  })
  const exchanges = new Set<UndiciExchange>()
  let closing: Promise<void> | null = null

  const stopSweep = clock.every(sweepPeriodMs, () => {
    const now = clock.monotonic()
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
      const exchange = new UndiciExchange(request, sink, secure, clock, exchanges)
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

class UndiciExchange implements Exchange, Dispatcher.DispatchHandler {
  answered = false
  sent = false
  readonly body: Readable | null
  readonly #request: UpstreamRequest
  readonly #sink: ResponseSink
  readonly #secure: boolean
  readonly #clock: Clock
  readonly #exchanges: Set<UndiciExchange>
  readonly #deadline = new Deadline()
  #controller: Dispatcher.DispatchController | null = null
  #bodyLeft: number
  #bodyDone: boolean
  #blocked = false
  #paused = false
  #headSeen = false
  #finished = false

  constructor(
    request: UpstreamRequest,
    sink: ResponseSink,
    secure: boolean,
    clock: Clock,
    exchanges: Set<UndiciExchange>,
  ) {
    this.#request = request
    this.#sink = sink
    this.#secure = secure
    this.#clock = clock
    this.#exchanges = exchanges
    this.#bodyLeft = request.bodyLength
    this.#bodyDone = request.bodyLength === 0
    this.body = this.#bodyDone ? null : new Readable({ read: () => this.#drained() })
    this.body?.on('error', () => {})
    this.#wait('connect-timeout', request.connectTimeoutMs)
  }

  write(chunk: Buffer): boolean {
    if (this.#finished || chunk.length === 0) return !this.#blocked
    const known = this.#bodyLeft >= 0
    if (this.#bodyDone || (known && chunk.length > this.#bodyLeft)) {
      this.#breakOff('aborted', new Error('Cannot send a request body: it is longer than declared'))
      return true
    }
    if (known) this.#bodyLeft -= chunk.length
    this.#blocked = this.body?.push(chunk) === false
    this.#awaitUpstream()
    return !this.#blocked
  }

  end(): void {
    if (this.#finished || this.#bodyDone) return
    if (this.#bodyLeft > 0) {
      this.#breakOff(
        'aborted',
        new Error('Cannot send a request body: it is shorter than declared'),
      )
      return
    }
    this.#bodyDone = true
    this.body?.push(null)
    this.#awaitUpstream()
  }

  resume(): void {
    if (!this.#paused || this.#finished) return
    this.#paused = false
    this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    this.#controller?.resume()
  }

  abort(): void {
    this.#breakOff('aborted')
  }

  expire(now: number): void {
    const fault = this.#deadline.overdue(now)
    if (fault !== null) this.#breakOff(fault)
  }

  fail(fault: UpstreamFault, cause?: Error): void {
    if (!this.#finish()) return
    this.#sink.onFault(fault, cause)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#finished) {
      controller.abort(new Error('aborted'))
      return
    }
    this.sent = true
    this.#awaitUpstream()
  }

  onResponseStarted(): void {
    this.answered = true
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.#finished) return
    const headers = sinkHeaders(controller.rawHeaders as Buffer[])
    if (status < 200) {
      this.#sink.onInformation(status, headers)
      return
    }
    this.#headSeen = true
    this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    this.#sink.onHead(status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // After a resume undici tells a piece of no bytes.
    if (this.#finished || chunk.length === 0) return
    this.#paused = !this.#sink.onData(chunk)
    if (this.#finished) return
    if (this.#paused) {
      this.#deadline.off()
      controller.pause()
    } else {
      this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    }
  }

  onResponseEnd(): void {
    if (!this.#finish()) return
    this.#sink.onEnd()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(faultOf(error, this.sent, this.#secure), error)
  }

  #breakOff(fault: UpstreamFault, cause?: Error): void {
    if (this.#finished) return
    this.fail(fault, cause)
    this.#controller?.abort(new Error(fault))
  }

  #finish(): boolean {
    if (this.#finished) return false
    this.#finished = true
    this.#blocked = false
    this.#exchanges.delete(this)
    this.body?.destroy()
    return true
  }

  #drained(): void {
    if (!this.#blocked || this.#finished) return
    this.#blocked = false
    this.#awaitUpstream()
    this.#sink.onDrain()
  }

  #awaitUpstream(): void {
    if (!this.sent || this.#headSeen) return
    if (this.#bodyDone || this.#blocked) {
      this.#wait('headers-timeout', this.#request.headersTimeoutMs)
    } else {
      this.#deadline.off()
    }
  }

  #wait(fault: UpstreamFault, limitMs: number): void {
    this.#deadline.set(fault, limitMs, this.#clock.monotonic())
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

function sinkHeaders(raw: readonly Buffer[]): string[] {
  return raw.map((field, index) => {
    const text = field.toString('latin1')
    return index % 2 === 0 ? text.toLowerCase() : text
  })
}

const networkCode =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|EMFILE|ENOTFOUND|EAI_\w+)$/

function faultOf(error: Error, sent: boolean, secure: boolean): UpstreamFault {
  const code = String((error as NodeJS.ErrnoException).code)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'connect-timeout'
  if (!sent) return secure && !networkCode.test(code) ? 'tls-failed' : 'connect-failed'
  if (error instanceof errors.HTTPParserError) {
    // An answer that ends too early is broken off, not malformed.
    return error.message.includes('EOF') ? 'reset' : 'protocol'
  }
  if (error instanceof errors.HeadersOverflowError) return 'protocol'
  // For an answer that undici can read but did not expect: a 100, a 101.
  return error.message.startsWith('bad ') ? 'protocol' : 'reset'
}
