import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import { createMeter, type Meter, pieces } from './pattern.ts'
import { readSlowly } from './slow-reader.ts'

/** The service behind the gateway: takes uploads slowly, sends downloads fast, echoes WebSockets. */
export interface StreamUpstream {
  /** Meter of the transfer under way, or of the last one. */
  readonly meter: Meter
  /** WebSockets that clients closed with 1000. */
  readonly socketsClosedCleanly: number
  /** Resolves when no WebSocket is open any more; rejects after 10 s. */
  allSocketsClosed(): Promise<void>
  close(): void
}

export async function startStreamUpstream(ports: readonly number[]): Promise<StreamUpstream> {
  let meter = createMeter()
  let socketsClosedCleanly = 0
  const sockets = new WebSocketServer({ noServer: true })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    meter = createMeter()
    if (request.method === 'POST') {
      await readSlowly(request, meter)
      response.end()
      return
    }
    const total = Number(request.headers['x-bytes'])
    await pipeline(Readable.from(pieces(total, meter), { objectMode: false }), response)
  }

  const servers = ports.map(port =>
    createServer((request, response) => {
      handle(request, response).catch(() => response.destroy())
    })
      .on('upgrade', (request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, client => {
          client.on('message', (data, binary) => client.send(data, { binary }))
          client.on('close', code => {
            if (code === 1000) socketsClosedCleanly++
          })
        }),
      )
      .listen(port, '127.0.0.1'),
  )
  await Promise.all(servers.map(server => server.listening || once(server, 'listening')))

  return {
    get meter() {
      return meter
    },
    get socketsClosedCleanly() {
      return socketsClosedCleanly
    },
    async allSocketsClosed() {
      const signal = AbortSignal.timeout(10_000)
      await Promise.all([...sockets.clients].map(client => once(client, 'close', { signal })))
    },
    close() {
      for (const client of sockets.clients) client.terminate()
      for (const server of servers) end(server)
    },
  }
}

function end(server: Server): void {
  server.close()
  server.closeAllConnections()
}
