import type { RouteDifferences } from '../shadow/finding.ts'
import { type AdminTarget, askGateway } from './admin-client.ts'
import { diffText } from './diff/diff-text.ts'
import { exitCodes } from './exit-codes.ts'

export interface DiffOptions extends AdminTarget {
  /** This route alone. */
  readonly route?: string | undefined
  /** Noise and what was acknowledged too. */
  readonly all: boolean
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** `switchback diff`: in what V2 differs from V1, worst first; the exit code tells real differences. */
export async function diff({ route, all, json, out, error, ...target }: DiffOptions) {
  const query = new URLSearchParams({ all: String(all), ...(route === undefined ? {} : { route }) })
  const reply = await askGateway(target, `/differences?${query}`)
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const routes = reply.body as readonly RouteDifferences[]
  if (json) out(JSON.stringify(routes))
  else for (const line of diffText(routes)) out(line)
  const isReal = routes.some(({ findings }) =>
    findings.some(({ verdict, acknowledged }) => verdict === 'real' && acknowledged === null),
  )
  return isReal ? exitCodes.different : exitCodes.done
}
