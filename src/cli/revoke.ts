import type { RevocationAnswer } from '../fleet/revocation/revocation-keeper.ts'
import { type AdminTarget, askGateway } from './admin-client.ts'
import { userName } from './change-latch.ts'
import { exitCodes } from './exit-codes.ts'

export interface RevokeOptions extends AdminTarget {
  readonly jti?: string | undefined
  readonly sub?: string | undefined
  readonly sid?: string | undefined
  readonly iss?: string | undefined
  /** Seconds since the epoch, as `until`. */
  readonly before?: number | undefined
  readonly until?: number | undefined
  readonly why: string
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** `switchback revoke`: what it names is refused from now on; the exit code. Which options go together is the gateway's to say. */
export async function revoke(options: RevokeOptions): Promise<number> {
  const { jti, sub, sid, iss, before, until, why, out, error, ...target } = options
  const who = userName(target.env)
  const body = { jti, sub, sid, iss, before, until, who, why }
  const reply = await askGateway(target, '/revocations', body)
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const { text } = reply.body as Extract<RevocationAnswer, { done: true }>
  out(text)
  return exitCodes.done
}
