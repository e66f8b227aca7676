import type { Finding, RouteDifferences } from '../../../shadow/finding.ts'
import { exampleRoute } from '../example.ts'
import { operatorCommand } from '../operator-command.ts'
import type { Paint } from '../paint.ts'
import { noiseOf } from './differences.ts'

/** What is said when the error has been named. */
export function foundLines(
  found: Finding,
  all: RouteDifferences,
  afterMs: number,
  paint: Paint,
): string[] {
  const [sample] = found.samples
  const noise = noiseOf(all).map(each => `${each.at} (${each.kind})`)
  return [
    paint('yellow', `  named after ${(afterMs / 1000).toFixed(1)} s: ${found.text}`),
    ...(sample === undefined
      ? []
      : [paint('dim', `  such as ${sample.v1} → ${sample.v2} in ${sample.endpoint}`)]),
    paint('dim', `  noise, and silent: ${noise.join(', ') || 'none yet'}`),
  ]
}

export function mendedLines(adminPort: number, paint: Paint): string[] {
  const forget = operatorCommand(`diff forget ${exampleRoute} --why mended`, adminPort)
  return [
    paint('yellow', "  from now on V2's prices are right"),
    paint('dim', `  to have the gate judged anew: ${forget}`),
  ]
}

export function gateLine(text: string, paint: Paint): string {
  return paint('yellow', `  the gate is closed: ${text}`)
}
