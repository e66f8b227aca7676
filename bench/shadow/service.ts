import { join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import type { Children, Placement } from '../children.ts'

/** How a service treats every request; `refuse`: nobody listens. */
export type Behaviour = 'well' | 'hang' | 'refuse' | 'reset' | 'drip' | 'huge'

const file = join(import.meta.dirname, 'service-process.ts')

/** V1 or V2 in a process of its own; its URL. */
export async function startService(
  children: Children,
  name: string,
  behaviour: Behaviour,
  placement: Placement,
): Promise<string> {
  if (behaviour === 'refuse') return `http://127.0.0.1:${await freePort()}`
  const child = children.start(name, [process.execPath, file, behaviour], placement)
  return `http://127.0.0.1:${(await child.line(/^listening (\d+)$/))[1]}`
}
