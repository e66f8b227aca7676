import type { RolloutReport } from '../../../fleet/rollout/rollout-report.ts'
import { operatorCommand } from '../operator-command.ts'
import type { Paint } from '../paint.ts'
import type { DemoPorts } from '../ports.ts'
import { stages } from './planned-example.ts'

export interface PlanIntro {
  readonly ports: DemoPorts
  readonly perSecond: number
  readonly holdMs: number
  /** Percent at which V2 begins to fail; null for not at all. */
  readonly failsAt: number | null
  /** Where the percentage is written. */
  readonly flagFile: string
}

/** What a newcomer should know before the first line of numbers. */
export function planIntroLines(intro: PlanIntro, paint: Paint): string[] {
  const { ports, perSecond, holdMs, failsAt, flagFile } = intro
  const head = (text: string) => paint('bold', text)
  const plan = stages.map(percent => `${percent} %`).join(' → ')
  return [
    head('A rollout that goes by itself, from a V2 that nobody has to one that everybody has.'),
    '',
    `  gateway    http://127.0.0.1:${ports.gateway}   what clients call`,
    `  admin      http://127.0.0.1:${ports.admin}   the console, in a browser; /rollouts /status /audit for machines`,
    '',
    `  Plan: 0 % → ${plan}, each held for ${holdMs / 1000} s, and only while V2 keeps its budget:`,
    '  at most 5 % errors.',
    ...(failsAt === null ? [] : [`  At ${failsAt} % V2 begins to fail.`]),
    `  Traffic: ${perSecond} requests a second.`,
    '',
    head('Look at it, stop it, let it go on'),
    ...['rollout', 'pause', 'continue'].map(
      command => `  ${operatorCommand(`${command} v2_migration`, ports.admin)}`,
    ),
    head('Move it by hand: "rollout" in this file. The plan goes on from there'),
    `  ${flagFile}`,
    '',
  ]
}

/** What is said of a stage, and of a phase in it. */
export function planLine({ phase, text }: RolloutReport, paint: Paint): string {
  return paint(phase === 'switched-back' ? 'red' : 'yellow', `  ${phase}: ${text}`)
}
