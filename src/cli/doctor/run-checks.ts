import { after, type Clock } from '../../clock.ts'
import { type CheckName, type Finding, type Judgement, problem, warning } from './judgement.ts'

export interface Check {
  readonly check: CheckName
  readonly subject: string
  /** `late` ends what is still under way; a look that rejects is a problem. */
  readonly look: (
    late: AbortSignal,
  ) => Judgement | readonly Judgement[] | Promise<Judgement | readonly Judgement[]>
  /** The gateway serves without it: no answer in time is a warning. */
  readonly isSpare?: boolean
}

/** Looks at everything at once, each within `timeoutMs`; the findings are in the order of the checks. */
export async function runChecks(
  checks: readonly Check[],
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<Finding[]> {
  const found = await Promise.all(checks.map(each => looked(each, clock, timeoutMs)))
  return found.flat()
}

async function looked(
  { check, subject, look, isSpare = false }: Check,
  clock: Clock,
  timeoutMs: number,
): Promise<Finding[]> {
  const late = new AbortController()
  const over = Promise.withResolvers<never>()
  const cancel = after(clock, timeoutMs, () => {
    late.abort()
    over.reject(new Error(`no answer within ${timeoutMs / 1000} s`))
  })
  try {
    const judged = await Promise.race([look(late.signal), over.promise])
    return [judged].flat().map(each => ({ ...each, check, subject }))
  } catch (cause) {
    const next = 'see whether what is asked there runs and can be reached from this machine'
    const judged = (isSpare ? warning : problem)((cause as Error).message, next)
    return [{ ...judged, check, subject }]
  } finally {
    cancel()
  }
}
