import type { ExperimentReport, VariantUsers } from '../../experiment/report.ts'
import { printable } from '../printable.ts'
import { table } from '../table.ts'

/** One experiment, whole: what it says, then who was counted and who was not. */
export function experimentText(report: ExperimentReport): string[] {
  const { rule, flag, v1, v2, crossed, moved, leftOut, began } = report
  const unit = rule.of === 'share' ? 'happened to' : `${rule.of} of each user`
  const who = began === null ? '' : `, begun by ${printable(began.who)}`
  const lost = [
    [crossed, 'seen on both variants'],
    [moved, 'first seen while the share moved'],
    [v1.alone + v2.alone, 'with nobody of the other variant beside them'],
    [leftOut, 'sightings for which there was no room'],
  ] as const
  return [
    `${verdictInWords(report.verdict)}  ${printable(report.text)}`,
    `  flag ${flag}, ${rule.of} from ${rule.from}, ${rule.better} is better${who}`,
    ...table([
      ['', 'users', unit, 'window open', 'of new users'],
      ['V1', ...variantRow(v1, rule.of === 'share')],
      ['V2', ...variantRow(v2, rule.of === 'share')],
    ]),
    ...table(
      lost.flatMap(([users, why]) => (users === 0 ? [] : [['left out', count(users), why]])),
    ),
  ]
}

/** One of many. */
export function experimentRow(report: ExperimentReport): string[] {
  return [report.flag, verdictInWords(report.verdict), printable(report.text)]
}

function variantRow({ users, mean, open, sampled }: VariantUsers, isShare: boolean): string[] {
  const value = mean === null ? '–' : isShare ? `${digits(mean * 100)} %` : digits(mean)
  return [count(users), value, count(open), `${digits(sampled * 100)} %`]
}

/** What speaks against V2 is written large. */
export function verdictInWords(verdict: ExperimentReport['verdict']): string {
  return verdict === 'worse' ? 'WORSE' : verdict.replaceAll('-', ' ')
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function digits(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 })
}
