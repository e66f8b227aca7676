import type { DifferenceAnswer, DifferencesView } from '../shadow/finding.ts'
import type { Mismatches } from '../shadow/mismatches.ts'

/** Where no route is compared, there is nothing to tell and nothing to acknowledge. */
export const noDifferences: DifferencesView & Mismatches = {
  differences: () => [],
  acknowledge: async ({ route }) => unknown(route),
  forget: async ({ route }) => unknown(route),
  take: () => [],
  worst: () => null,
  undecided: () => null,
}

function unknown(route: string): DifferenceAnswer {
  const text = `Cannot change differences: route must be one that is shadowed, received ${JSON.stringify(route)}`
  return { done: false, refusal: 'unknown-route', text }
}
