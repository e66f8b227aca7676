import type { Cost } from './cost.ts'
import { exampleFlag, runsFromSources } from './example.ts'
import type { Paint } from './paint.ts'
import { type FaultKind, faultInWords } from './sample-fault.ts'
import { countText, type SwitchBack, switchBackInWords } from './switch-back.ts'

/** What is said when V2 begins to fail. */
export function faultLine(kind: FaultKind, paint: Paint): string {
  return paint('red', `  from now on ${faultInWords(kind)}`)
}

/** What is said when it has been switched back, and what to do next. */
export function switchBackLines(found: SwitchBack, adminPort: number, paint: Paint): string[] {
  return [
    paint('yellow', `  switched back: ${switchBackInWords(found)}`),
    paint('dim', `  to allow V2 again: ${resumeCommand(adminPort)}`),
  ]
}

export interface FaultFacts {
  readonly kind: FaultKind
  /** Null when V2 did not come to fail. */
  readonly cost: Cost | null
  /** The first switch back after that; null when there was none. */
  readonly switchBack: SwitchBack | null
}

/** What the fault came to, for the end of the demo. */
export function faultSummaryLines(facts: FaultFacts, paint: Paint): string[] {
  const { kind, cost, switchBack } = facts
  if (cost === null) return ['', '  V2 did not come to fail.']
  const { GET, POST } = cost.errors
  const rows = [
    ['fault', faultInWords(kind)],
    ...(switchBack === null
      ? [['switched back', 'not yet: no budget was exceeded for certain']]
      : switchBackRows(switchBack)),
    ['V1 answered for V2', countText(cost.answeredByV1, 'request')],
    ['clients saw', `${countText(GET, 'failed GET')}, ${countText(POST, 'failed POST')}`],
  ]
  return [
    '',
    ...rows.map(([name = '', text = '']) => `  ${paint('bold', name.padEnd(20))}${text}`),
    ...(POST === 0
      ? []
      : [paint('dim', '  A POST is never sent twice: one that V2 fails is an error.')]),
  ]
}

function switchBackRows({ why, requests, milliseconds }: SwitchBack): string[][] {
  return [
    ['switched back', why],
    ['after', `${countText(requests, 'V2 request')} since the first failure`],
    ['last V2 request', milliseconds === null ? '–' : `${milliseconds} ms after the first failure`],
  ]
}

function resumeCommand(adminPort: number): string {
  const command = runsFromSources ? 'npm run -s switchback --' : 'npx switchback'
  return `${command} resume ${exampleFlag} --admin http://127.0.0.1:${adminPort}`
}
