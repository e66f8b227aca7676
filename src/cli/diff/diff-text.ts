import type { Sample } from '../../shadow/difference.ts'
import type { Finding, RouteDifferences } from '../../shadow/finding.ts'
import { moment } from '../moment.ts'
import { printable } from '../printable.ts'
import { table } from '../table.ts'
import { placeInWords } from './place.ts'

/** Characters of a value that a row has room for. */
const shownLength = 32

/** Shares are of pairs: how often V2 differs there of late and in all, and V1 from itself. */
const head = [
  '',
  'where',
  'kind',
  'of late',
  'in all',
  'V1 itself',
  'first seen',
  'last seen',
  'V1 → V2',
]

/** The differences as a person reads them at 3 a.m.: where we stand, then the worst place first. */
export function diffText(routes: readonly RouteDifferences[]): string[] {
  if (routes.length === 0) return ['no route is shadowed']
  return routes.flatMap((each, i) => (i === 0 ? routeLines(each) : ['', ...routeLines(each)]))
}

function routeLines({ route, flag, since, text, findings, latency, ...rest }: RouteDifferences) {
  const lines = [`${route}  flag ${flag}, since ${moment(since)}`, `  ${printable(text)}`]
  if (findings.length > 0) lines.push('', ...table([head, ...findings.map(rowOf)]))
  for (const { acknowledged, ...difference } of findings) {
    if (acknowledged === null) continue
    const { who, why, at } = acknowledged
    const what = `${printable(placeInWords(difference))} (${difference.kind})`
    lines.push(`  ${what} was acknowledged by ${printable(who)}, ${moment(at)}: ${printable(why)}`)
  }
  const lost = Object.entries(rest.notCompared)
  if (latency !== null || lost.length > 0) lines.push('')
  if (latency !== null) lines.push(`  latency: ${latency.text}`)
  if (lost.length > 0) {
    lines.push(`  not compared: ${lost.map(([why, pairs]) => `${pairs} ${why}`).join(', ')}`)
  }
  const real = findings.find(isReal)
  if (real !== undefined) {
    const typed = quoted(printable(placeInWords(real)))
    lines.push(
      `  if that is meant: switchback diff acknowledge ${route} ${typed} ${real.kind} --why <text>`,
    )
  }
  return lines
}

function isReal({ verdict, acknowledged }: Finding): boolean {
  return verdict === 'real' && acknowledged === null
}

function rowOf(finding: Finding): string[] {
  const { verdict, acknowledged, kind, pairs, compared, rate, noiseRate, samples } = finding
  return [
    acknowledged !== null ? 'acknowledged' : verdict === 'real' ? 'REAL' : verdict,
    printable(placeInWords(finding)),
    kind,
    percent(rate),
    `${pairs} of ${compared}`,
    noiseRate === null ? 'unknown' : percent(noiseRate),
    moment(finding.firstSeenAt),
    moment(finding.lastSeenAt),
    sampleInWords(samples[0]),
  ]
}

function sampleInWords(sample: Sample | undefined): string {
  if (sample === undefined) return ''
  const { v1, v2, endpoint } = sample
  return `${shortened(v1)} → ${shortened(v2)}  (${printable(endpoint)})`
}

function shortened(value: string): string {
  const shown = printable(value)
  return shown.length > shownLength ? `${shown.slice(0, shownLength - 1)}…` : shown
}

function percent(share: number | null): string {
  return share === null ? '-' : `${Number((share * 100).toPrecision(3))} %`
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w/:.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
