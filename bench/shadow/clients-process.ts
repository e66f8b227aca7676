/**
 * Clients that do not wait for each other: `node clients-process.ts`. Each message is a `Burst` to be
 * sent, and is answered with its `BurstResult` when the last request has ended.
 */
import { startPace } from '../pace.ts'
import { type Connection, openConnection } from './connection.ts'

/** Requests of one kind, so many a second whatever becomes of them. */
export interface Burst {
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Of the request's body; 0 for none. */
  readonly bytes: number
  readonly rate: number
  readonly requests: number
}

export interface BurstResult {
  readonly sent: number
  /** Whatever is no whole answer with a 2xx status. */
  readonly failed: number
  /** Of each request: milliseconds from when it was due to the end of its answer. */
  readonly timesMs: readonly number[]
}

const maxConnections = 256

/** Connections of a port, and what waits for one. */
interface Pool {
  readonly resting: Connection[]
  readonly waiting: ((connection: Connection) => void)[]
  busy: number
}

const pools = new Map<number, Pool>()

function poolOf(port: number): Pool {
  const known = pools.get(port) ?? { resting: [], waiting: [], busy: 0 }
  pools.set(port, known)
  return known
}

function send(port: number, request: Buffer, onDone: (status: number) => void): void {
  const pool = poolOf(port)
  const start = (connection: Connection) =>
    connection.send(request, status => {
      onDone(status)
      const next = pool.waiting.shift()
      if (next === undefined) {
        pool.busy--
        pool.resting.push(connection)
      } else next(connection.isClosed ? openConnection(port) : connection)
    })
  if (pool.busy === maxConnections) {
    pool.waiting.push(start)
    return
  }
  pool.busy++
  let connection = pool.resting.pop()
  while (connection?.isClosed) connection = pool.resting.pop()
  start(connection ?? openConnection(port))
}

async function play({ url, method, bytes, rate, requests }: Burst): Promise<BurstResult> {
  const { host, port, pathname } = new URL(url)
  const body = bytes > 0 ? `content-type: text/plain\r\ncontent-length: ${bytes}\r\n` : ''
  const request = Buffer.concat([
    Buffer.from(`${method} ${pathname} HTTP/1.1\r\nhost: ${host}\r\n${body}\r\n`),
    Buffer.alloc(bytes, 'x'),
  ])
  const times: number[] = []
  let sent = 0
  let failed = 0
  const { promise: isOver, resolve: leave } = Promise.withResolvers<void>()
  const now = () => performance.now()
  const stop = startPace(rate, now, dueAt => {
    if (sent === requests) return
    sent++
    send(Number(port), request, status => {
      times.push(now() - dueAt)
      if (status < 200 || status > 299) failed++
      if (times.length === requests) leave()
    })
  })
  await isOver
  stop()
  return { sent, failed, timesMs: times }
}

process.on('message', async (burst: Burst) => process.send?.(await play(burst)))
process.on('disconnect', () => process.exit())
