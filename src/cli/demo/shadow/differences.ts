import type { Finding, RouteDifferences } from '../../../shadow/finding.ts'

/** The field that the sample V2 gets wrong. */
const wrongField: Pick<Finding, 'part' | 'at' | 'kind'> = {
  part: 'body',
  at: '/offers/*/price',
  kind: 'value',
}

/** The finding about it; null before it is certain. */
export function namedError({ findings }: RouteDifferences): Finding | null {
  return findings.find(finding => finding.verdict === 'real' && isWrongField(finding)) ?? null
}

/** What was called a real difference and is none. */
export function falseFindings(differences: RouteDifferences | null): readonly Finding[] {
  return (differences?.findings ?? []).filter(
    finding => finding.verdict === 'real' && !isWrongField(finding),
  )
}

export function noiseOf(differences: RouteDifferences | null): readonly Finding[] {
  return (differences?.findings ?? []).filter(({ verdict }) => verdict === 'noise')
}

function isWrongField({ part, at, kind }: Finding): boolean {
  return part === wrongField.part && at === wrongField.at && kind === wrongField.kind
}

/** Pairs that were compared between two looks, or since all was forgotten, and how many of them showed the error. */
export function pairsBetween(
  earlier: RouteDifferences | null,
  now: RouteDifferences | null,
): { readonly compared: number; readonly wrong: number } {
  const before = earlier?.since === now?.since ? earlier : null
  const wrong = (differences: RouteDifferences | null) =>
    differences?.findings.find(isWrongField)?.pairs ?? 0
  return {
    compared: (now?.compared ?? 0) - (before?.compared ?? 0),
    wrong: wrong(now) - wrong(before),
  }
}
