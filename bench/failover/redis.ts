import { freePort } from '../../test/support/free-port.ts'
import type { Children } from '../children.ts'

export interface RedisServer {
  readonly port: number
  signal(name: NodeJS.Signals): void
  /** Starts it again on its port after it was killed, empty; resolves when it can be asked. */
  restart(): Promise<void>
}

/** A Redis that keeps nothing on disk. @param settings Further ones, as its command line has them. */
export async function startRedis(
  children: Children,
  settings: readonly string[] = [],
): Promise<RedisServer> {
  const port = await freePort()
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '']
  async function live() {
    const child = children.start('redis', ['redis-server', ...own, ...settings])
    await child.line(/Ready to accept connections/)
    return child
  }
  let child = await live()
  return {
    port,
    signal: name => child.signal(name),
    async restart() {
      await child.kill()
      child = await live()
    },
  }
}
