import { join } from 'node:path'
import type { Children } from '../children.ts'
import type { UnleashPart } from './fault.ts'

/** The part of an Unleash server that gateways ask, in a process that can be killed and stopped. */
export async function startUnleash(
  children: Children,
  feature: object,
): Promise<UnleashPart & { readonly url: string }> {
  const program = join(import.meta.dirname, 'unleash-process.ts')
  const child = children.start('unleash', [process.execPath, program, JSON.stringify(feature)])
  const [, port] = await child.line(/^listening (\d+)$/)
  return { url: `http://127.0.0.1:${port}/api`, signal: child.signal }
}
