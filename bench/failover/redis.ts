import { freePort } from '../../test/support/free-port.ts'
import type { Children } from '../children.ts'

export interface RedisServer {
  readonly port: number
  signal(name: NodeJS.Signals): void
}

/** A Redis that keeps nothing on disk. */
export async function startRedis(children: Children): Promise<RedisServer> {
  const port = await freePort()
  const argv = ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '']
  const child = children.start('redis', argv)
  await child.line(/Ready to accept connections/)
  return { port, signal: child.signal }
}
