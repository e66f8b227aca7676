import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import { percentInWords } from '../../rollout/percent.ts'
import type { StageStanding } from '../../rollout/stage-line.ts'
import { printable } from '../printable.ts'
import { table } from '../table.ts'

const marks: Readonly<Record<StageStanding, string>> = {
  over: '✓',
  here: '●',
  next: '→',
  ahead: '·',
  unknown: '?',
}

/** One rollout, whole: its stages with where it stands, then what the stage demands. */
export function rolloutText(report: RolloutReport): string[] {
  const { flag, text, stages, requirements, percent, place, dryRun } = report
  const line = stages.map(stage => ` ${marks[stage.stands]} ${printable(stage.text)}`)
  const now = percent === null ? 'unknown' : printable(percentInWords(percent))
  return [
    `${flag}  ${phaseInWords(report)}  ${printable(text)}`,
    `  in ${place}, now ${now}${dryRun ? ', dry run: nothing is moved' : ''}`,
    ` ${line.join('')}`,
    ...table(
      requirements.map(each => [each.met ? 'met' : 'MISSING', each.kind, printable(each.text)]),
    ),
  ]
}

/** One of many. */
export function rolloutRow(report: RolloutReport): string[] {
  return [report.flag, phaseInWords(report), printable(report.text)]
}

/** What needs a person is written large. */
function phaseInWords({ phase }: RolloutReport): string {
  return phase === 'waiting-approval' || phase === 'switched-back' || phase === 'paused'
    ? phase.toUpperCase().replace('-', ' ')
    : phase
}
