import { differenceKey } from '../compare/found.ts'
import type { Difference } from '../difference.ts'

/** The places in which a pair differed as one text, for counting; `differences` are sorted already. */
export function signatureText(differences: readonly Difference[]): string {
  return differences.map(differenceKey).join('\n')
}

export function differencesIn(text: string): readonly Difference[] {
  return text.split('\n').map(line => {
    const [part, at, kind] = line.split('\t')
    return { part, at, kind } as Difference
  })
}
