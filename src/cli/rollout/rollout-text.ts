import type { StageRule } from '../../config/rollout-rule.ts'
import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import { printable } from '../printable.ts'
import { table } from '../table.ts'

/** One rollout, whole: its stages with where it stands, then what the stage demands. */
export function rolloutText(report: RolloutReport): string[] {
  const { flag, text, stages, requirements, percent, place, dryRun } = report
  const marks = stages.map(stage => ` ${markOf(stage, report)} ${stage.percent} %`)
  return [
    `${flag}  ${phaseInWords(report)}  ${printable(text)}`,
    `  in ${place}, now ${percent === null ? 'unknown' : `${percent} %`}${dryRun ? ', dry run: nothing is moved' : ''}`,
    ` ${marks.join('')}`,
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

/** Behind it, at it, before it. */
function markOf({ percent }: StageRule, { percent: now, next, phase }: RolloutReport): string {
  if (now === null) return '?'
  if (percent < now || phase === 'promoted') return '✓'
  if (percent === now) return '●'
  return percent === next ? '→' : '·'
}
