import type { Line } from '../lines.ts'
import { inWords, spreadOf } from '../spread.ts'
import { type Figure, isKept } from './figure.ts'

/** All rounds of one scenario. */
export interface Played {
  readonly name: string
  readonly what: string
  readonly rounds: readonly (readonly Figure[])[]
}

/** A promise is kept when every round kept it. */
export function linesOf({ name, rounds }: Played): Line[] {
  const [first = []] = rounds
  return first.map(({ what, most }) => {
    const figures = rounds.flatMap(round => round.find(figure => figure.what === what) ?? [])
    const verdicts = figures.map(isKept)
    const isPromise = most !== undefined
    return {
      scenario: name,
      what,
      value: figureInWords(figures),
      promise: isPromise ? `≤ ${most}` : '',
      verdict: !isPromise ? '' : verdicts.every(kept => kept) ? 'pass' : 'broken',
    }
  })
}

function figureInWords(figures: readonly Figure[]): string {
  const values = figures.flatMap(({ value }) => value ?? [])
  const digits = values.every(Number.isInteger) && values.length === 1 ? 0 : 1
  const words = inWords(spreadOf(values), digits).replaceAll('.0', '')
  const never = figures.length - values.length
  return never === 0 ? words : `${words}, never in ${never} of ${figures.length}`
}
