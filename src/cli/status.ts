import type { GatewayStatus } from '../fleet/gateway-status.ts'
import { type AdminTarget, askGateway } from './admin-client.ts'
import { exitCodes } from './exit-codes.ts'
import { printable } from './printable.ts'
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
  for (const line of statusLines(reply.body, json)) out(line)
  return exitCodes.done
}

/** An answer of `GET /status`, on one line in JSON or as text. */
export function statusLines(body: unknown, json: boolean): string[] {
  return json ? [JSON.stringify(body)] : statusText(body as GatewayStatus).map(printable)
}
