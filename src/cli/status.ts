import type { GatewayStatus } from '../fleet/gateway-status.ts'
import { type AdminTarget, askGateway } from './admin-client.ts'
import { exitCodes } from './exit-codes.ts'
import { statusText } from './status-text.ts'

export interface StatusOptions extends AdminTarget {
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** `switchback status`: how a running gateway is; the exit code. */
export async function status({ json, out, error, ...target }: StatusOptions): Promise<number> {
  const reply = await askGateway(target, '/status')
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  if (json) out(JSON.stringify(reply.body))
  else for (const line of statusText(reply.body as GatewayStatus)) out(line)
  return exitCodes.done
}
