import type { DifferenceKind } from '../../shadow/difference.ts'
import type { DifferenceAnswer } from '../../shadow/finding.ts'
import { type AdminTarget, askGateway } from '../admin-client.ts'
import { userName } from '../change-latch.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Place } from './place.ts'

export interface ChangeDifferenceOptions extends AdminTarget {
  readonly route: string
  readonly why: string
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** What a person says about differences of a route. */
export type DifferenceChange =
  | {
      readonly to: 'acknowledge' | 'count-again'
      readonly where: Place
      readonly kind: DifferenceKind
    }
  | { readonly to: 'forget' }

/** `switchback diff acknowledge`, `count-again` and `forget`; the exit code. */
export async function changeDifference(
  change: DifferenceChange,
  { route, why, out, error, ...target }: ChangeDifferenceOptions,
): Promise<number> {
  const person = { who: userName(target.env), why }
  const body = change.to === 'forget' ? person : { ...change.where, kind: change.kind, ...person }
  const path = `/differences/${encodeURIComponent(route)}/${change.to}`
  const reply = await askGateway(target, path, body)
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const { text } = reply.body as Extract<DifferenceAnswer, { done: true }>
  out(text)
  return exitCodes.done
}
