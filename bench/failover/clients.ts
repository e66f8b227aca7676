import { join } from 'node:path'
import type { Children } from './children.ts'
import type { Reply } from './clients-process.ts'

export type { Reply }

/** Load that goes on until it is stopped. */
export interface Clients {
  /** Resolves with all replies once the last is there. */
  stop(): Promise<Reply[]>
}

/** Requests a second, where nothing else is said. */
export const usualRate = 300

const file = join(import.meta.dirname, 'clients-process.ts')

/** @param prefix Of all request ids; tells the clients of several gateways apart. */
export function startClients(
  children: Children,
  { url, prefix = 'r', rate = usualRate }: { url: string; prefix?: string; rate?: number },
): Clients {
  const argv = [process.execPath, file, url, String(rate), prefix]
  const child = children.start(`clients ${prefix}`, argv)
  return {
    async stop() {
      const replies = child.message()
      child.send({ type: 'stop' })
      return (await replies) as Reply[]
    },
  }
}
