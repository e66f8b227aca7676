import { join } from 'node:path'
import type { Children } from '../children.ts'
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

export interface Load {
  readonly url: string
  /** Of all request ids; tells the clients of several gateways apart. */
  readonly prefix?: string
  readonly rate?: number
  /** Whether some of the connections are new. */
  readonly fresh?: boolean
}

export function startClients(children: Children, load: Load): Clients {
  const { url, prefix = 'r', rate = usualRate, fresh = true } = load
  const freshEvery = fresh ? 50 : 0
  const argv = [process.execPath, file, url, String(rate), prefix, String(freshEvery)]
  const child = children.start(`clients ${prefix}`, argv)
  return {
    async stop() {
      const replies = child.message()
      child.send({ type: 'stop' })
      return (await replies) as Reply[]
    },
  }
}
