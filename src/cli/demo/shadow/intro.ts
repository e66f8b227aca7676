import { exampleFlag, examplePath, exampleRoute } from '../example.ts'
import { operatorCommand } from '../operator-command.ts'
import type { Paint } from '../paint.ts'
import type { DemoPorts } from '../ports.ts'
import { shadowedPolicy } from './shadowed-example.ts'

export interface ShadowIntroFacts {
  /** Ports in use. */
  readonly ports: DemoPorts
  readonly perSecond: number
  /** File of the flag. */
  readonly flagFile: string
}

/** What is about to be seen, and what the gateway was told of it: next to nothing. */
export function shadowIntroLines(facts: ShadowIntroFacts, paint: Paint): string[] {
  const { ports, perSecond, flagFile } = facts
  const address = (port: number) => `http://127.0.0.1:${port}`
  const head = (text: string) => paint('bold', text)
  return [
    head('V2 in the shadow: it is asked what V1 is asked, and no user sees its answers.'),
    '',
    `  gateway    ${address(ports.gateway)}   what clients call`,
    `  admin      ${address(ports.admin)}   the console, in a browser; /differences /gates /metrics for machines`,
    `  sample V1  ${address(ports.v1)}   answers everybody`,
    `  sample V2  ${address(ports.v2)}   gets copies; its prices are 1 % too high`,
    '',
    `  Traffic: ${perSecond} requests a second, one in five a POST, which is not copied.`,
    '  Both versions give every answer an id, a time and an order of its own.',
    '',
    head('All that the gateway was told'),
    ...shadowedPolicy
      .trimEnd()
      .split('\n')
      .map(line => `  ${line}`),
    head('Ask it'),
    `  curl -s '${address(ports.gateway)}${examplePath}?user=42' -H 'x-user-id: 42'`,
    `  ${operatorCommand(`diff ${exampleRoute} --all`, ports.admin)}`,
    `  ${operatorCommand(`gate ${exampleFlag}`, ports.admin)}`,
    head('Give it users'),
    '  Change "rollout" in this file, and see what the gateway makes of it:',
    `  ${flagFile}`,
    '',
  ]
}
