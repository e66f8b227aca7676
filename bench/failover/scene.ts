import type { Stage } from '../stage.ts'
import { type Gateway, startGateway } from './gateway.ts'
import type { GatewayFiles } from './gateway-files.ts'
import { type Service, startService } from './service.ts'

/** V1, V2 and a gateway before them. */
export interface Scene {
  readonly v1: Service
  readonly v2: Service
  readonly gateway: Gateway
}

export async function startScene(
  { children, scratch }: Stage,
  files: Omit<GatewayFiles, 'v1' | 'v2'>,
): Promise<Scene> {
  const v1 = await startService(children, 'v1')
  const v2 = await startService(children, 'v2')
  const gateway = await startGateway(children, scratch, 'gateway', {
    ...files,
    v1: v1.url,
    v2: v2.url,
  })
  return { v1, v2, gateway }
}

/** Policy lines of most scenarios: GETs fall back, and one error in a hundred is allowed. */
export const guarded = 'fallback: {}\nbudgets: [{ signal: errors, max: 1% }]\n'
