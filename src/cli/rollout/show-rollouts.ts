import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import { type AdminTarget, askGateway } from '../admin-client.ts'
import { exitCodes } from '../exit-codes.ts'
import { rolloutText } from './rollout-text.ts'

export interface ShowOptions extends AdminTarget {
  /** Absent: all of them. */
  readonly flag?: string | undefined
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** `switchback rollout [flag]`: the stages, where it stands, what is missing and about how long. */
export async function showRollouts({ flag, json, out, error, ...target }: ShowOptions) {
  const path = flag === undefined ? '/rollouts' : `/rollouts/${encodeURIComponent(flag)}`
  const reply = await askGateway(target, path)
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const found = (flag === undefined ? reply.body : [reply.body]) as readonly RolloutReport[]
  if (json) out(JSON.stringify(flag === undefined ? found : found[0]))
  else if (found.length === 0) out('no policy has a rollout')
  else for (const report of found) for (const line of rolloutText(report)) out(line)
  return exitCodes.done
}
