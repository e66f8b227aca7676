import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface RedisRelay {
  readonly port: number
  /** Published messages that were swallowed. */
  readonly swallowed: () => number
  close(): void
}

/** How Redis begins a published message: an array of three (RESP2) or a push of three (RESP3), and its first word. */
const published = /[*>]3\r\n\$7\r\nmessage\r\n/

/**
 * Stands before a Redis and swallows what is published, while everything else gets through: the
 * network that loses just those messages. A subscriber's connection stays up and is answered.
 */
export async function startRedisRelay(redisPort: number): Promise<RedisRelay> {
  const sockets = new Set<Socket>()
  let swallowed = 0
  const server = createServer(client => {
    const redis = connect(redisPort, '127.0.0.1')
    for (const [from, to] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
    client.pipe(redis)
    redis.on('data', (chunk: Buffer) => {
      const at = chunk.toString('latin1').search(published)
      if (at < 0) {
        client.write(chunk)
        return
      }
      // A message is one small write of Redis; what stood before it in the same piece is an answer.
      swallowed++
      if (at > 0) client.write(chunk.subarray(0, at))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    swallowed: () => swallowed,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
