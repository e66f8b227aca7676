import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { AfterHooks } from './redis-server.ts'

export interface TcpProxy {
  readonly port: number
  /** Forwards nothing more on the connections that are open, and closes none: a network that is gone. */
  freeze(): void
  /** Connections from now on lead there. */
  leadTo(port: number): void
}

/** Stands between a client and a server on loopback. */
export async function startProxy(t: AfterHooks, port: number): Promise<TcpProxy> {
  let target = port
  const open = new Set<[client: Socket, server: Socket]>()
  const proxy = createServer(client => {
    const server = connect(target, '127.0.0.1')
    const pair: [Socket, Socket] = [client, server]
    open.add(pair)
    client.pipe(server).pipe(client)
    for (const socket of pair) {
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(pair)
        for (const each of pair) each.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(async () => {
    for (const pair of open) for (const socket of pair) socket.destroy()
    proxy.close()
  })
  return {
    port: (proxy.address() as { port: number }).port,
    freeze() {
      for (const [client, server] of open) {
        client.unpipe(server)
        server.unpipe(client)
        client.resume()
        server.resume()
      }
    },
    leadTo(next) {
      target = next
    },
  }
}
