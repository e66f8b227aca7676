import type { CopyCounts, ShadowStatus } from '../../../shadow/account.ts'
import type { Finding, RouteDifferences } from '../../../shadow/finding.ts'
import { shareText } from '../numbers.ts'
import type { Paint } from '../paint.ts'
import { falseFindings, noiseOf } from './differences.ts'

export interface ShadowSummary {
  /** When the error was named, and how; null when it was not. */
  readonly named: { readonly afterMs: number; readonly finding: Finding } | null
  readonly differences: RouteDifferences | null
  readonly copies: ShadowStatus | null
  /** What the gate said before V2 was mended. */
  readonly gate: string | null
  /** Pairs since V2 was mended, and how many of them mismatched; null when it was not. */
  readonly mended: { readonly compared: number; readonly wrong: number } | null
  /** Requests of users, and how many V2 answered. */
  readonly requests: number
  readonly onV2: number
}

/** Whether the demo shows what it is there to show. */
export function isConvincing({ named, differences }: ShadowSummary): boolean {
  return named !== null && falseFindings(differences).length === 0
}

/** What the whole demo came to. */
export function shadowSummaryLines(summary: ShadowSummary, paint: Paint): string[] {
  const { named, differences, copies, gate, mended, requests, onV2 } = summary
  const noise = noiseOf(differences)
  const wrongly = falseFindings(differences)
  const rows: (readonly [string, string])[] = [
    ['users', `${requests} requests, ${onV2} answered by V2`],
    ['copies to V2', accountText(copies?.shadow)],
    ['V1 asked twice', accountText(copies?.noise)],
    [
      'named',
      named === null ? 'nothing yet' : `after ${secondsText(named.afterMs)}: ${named.finding.text}`,
    ],
    ...wrongly.map(({ text }) => ['named wrongly', text] as const),
    ...noise.map(({ text }, at) => [at === 0 ? 'noise' : '', text] as const),
    ['latency', differences?.latency?.text ?? 'not compared yet'],
    ['gate', gate ?? 'not asked'],
    ...(mended === null
      ? []
      : [
          [
            'after mending V2',
            `${mended.wrong} of ${mended.compared} pairs mismatch (${shareText(mended.wrong, mended.compared)})`,
          ] as const,
        ]),
  ]
  return rows.map(([name, text]) => `  ${paint('bold', name.padEnd(18))}${text}`)
}

/** `212 = 210 sent + 2 dropped (in-flight 2) + 0 failed`. */
function accountText(counts: CopyCounts | undefined): string {
  if (counts === undefined) return 'none'
  const { eligible, sent, dropped, failed } = counts
  return `${eligible} = ${sent} sent + ${reasonsText('dropped', dropped)} + ${reasonsText('failed', failed)}`
}

function reasonsText(name: string, reasons: Readonly<Record<string, number>>): string {
  const all = Object.entries(reasons)
  const count = all.reduce((sum, [, each]) => sum + each, 0)
  const told = all.map(([reason, each]) => `${reason} ${each}`).join(', ')
  return `${count} ${name}${told === '' ? '' : ` (${told})`}`
}

function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
