/**
 * Clients that do not wait for each other: `node clients-process.ts <url> <rate> <prefix> <fresh>`.
 * Sends `rate` requests a second, whatever becomes of those before, over connections that stay open;
 * ids begin with `prefix`, and every `fresh`th request comes over a connection of its own. On a message
 * it stops, and sends one `Reply` for each request.
 */
import { Agent, type ClientRequest, request } from 'node:http'
import type { Socket } from 'node:net'
import { startPace } from '../pace.ts'

/** What became of a request, as its client saw it. Times are wall-clock milliseconds. */
export interface Reply {
  readonly id: string
  readonly method: 'GET' | 'POST'
  readonly user: string
  /** When it was to be sent: what it waited before that counts as well. */
  readonly dueAt: number
  readonly sentAt: number
  readonly endedAt: number
  /** 0 for none. */
  readonly status: number
  readonly error: string | null
  /** Which service answered; null where the gateway did it itself. */
  readonly service: string | null
  /** Number of its connection, in the order of opening. */
  readonly connection: number
  /** Of the body, as far as it came. */
  readonly bytes: number
}

const [url = '', rate = '300', prefix = '', fresh = '0'] = process.argv.slice(2)
const users = 200
const openAtFirst = 32
/** Bound of what an outage can pile up. */
const maxConnections = 512
/** Every fifth request is one that must not be repeated. */
const postEvery = 5
/** Some clients come new, and so find processes that are new; 0 for none. */
const freshEvery = Number(fresh)
const patienceMs = 5000
const body = JSON.stringify({ order: 1 })

// The connection that rested longest is next: all of them are used, on all workers.
const agent = new Agent({ keepAlive: true, scheduling: 'fifo', maxSockets: maxConnections })
const replies: Reply[] = []
const numbers = new WeakMap<Socket, number>()
let connections = 0
let sent = 0
let underWay = 0
let stopping = false

function numberOf(socket: Socket | null): number {
  if (socket === null) return -1
  const number = numbers.get(socket) ?? connections++
  numbers.set(socket, number)
  return number
}

function send(dueAt: number): void {
  const number = sent++
  const id = `${prefix}${number}`
  const method = number % postEvery === postEvery - 1 ? 'POST' : 'GET'
  const user = `u${(number * 7919) % users}`
  const sentAt = Date.now()
  const isFresh = freshEvery > 0 && number % freshEvery === freshEvery - 1
  const outgoing: ClientRequest = request(`${url}/offers/${number % 7}`, {
    method,
    agent: isFresh ? false : agent,
    timeout: patienceMs,
    headers: {
      'x-request-id': id,
      'x-user-id': user,
      ...(method === 'POST' && { 'content-length': body.length }),
    },
  })
  let connection = -1
  let bytes = 0
  let over = false
  underWay++
  function end(status: number, service: string | null, error: string | null): void {
    if (over) return
    over = true
    underWay--
    const ending = { endedAt: Date.now(), status, error, service, connection, bytes }
    replies.push({ id, method, user, dueAt, sentAt, ...ending })
    if (stopping && underWay === 0) leave()
  }
  outgoing.on('socket', socket => {
    connection = numberOf(socket)
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
  outgoing.on('error', error =>
    end(0, null, (error as NodeJS.ErrnoException).code ?? error.message),
  )
  outgoing.on('response', response => {
    const { statusCode = 0, headers } = response
    response.on('data', chunk => {
      bytes += chunk.length
    })
    response.on('error', () => end(statusCode, null, 'cut'))
    response.on('end', () => end(statusCode, headers['x-service']?.toString() ?? null, null))
  })
  outgoing.end(method === 'POST' ? body : undefined)
}

function leave(): void {
  process.send?.(replies, () => process.exit())
}

for (let i = 0; i < openAtFirst; i++) send(Date.now())
const stop = startPace(Number(rate), Date.now, send)

process.on('message', () => {
  stop()
  stopping = true
  if (underWay === 0) leave()
})
process.on('disconnect', () => process.exit())
