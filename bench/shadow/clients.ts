import { join } from 'node:path'
import type { Children, Placement } from '../children.ts'
import type { Burst, BurstResult } from './clients-process.ts'

export type { Burst, BurstResult }

/** Clients in a process of their own, the same for all bursts. */
export interface Clients {
  send(burst: Burst): Promise<BurstResult>
}

const file = join(import.meta.dirname, 'clients-process.ts')

export function startClients(children: Children, placement: Placement): Clients {
  const child = children.start('clients', [process.execPath, file], placement)
  return {
    async send(burst) {
      const result = child.message()
      child.send(burst)
      return (await result) as BurstResult
    },
  }
}
