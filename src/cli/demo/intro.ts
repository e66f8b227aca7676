import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { exampleDir, exampleFlag, examplePath, exampleRoute, runsFromSources } from './example.ts'
import type { Paint } from './paint.ts'
import type { DemoPorts } from './ports.ts'
import { type FaultKind, faultInWords, faultKinds } from './sample-fault.ts'
import { type Shares, sharesText } from './shares.ts'

export interface IntroFacts {
  /** The configuration directory. */
  readonly dir: string
  /** Ports in use. */
  readonly ports: DemoPorts
  readonly shares: Shares
  /** Where the flag comes from. */
  readonly flagKind: 'flags' | 'unleash'
  readonly perSecond: number
  readonly users: number
  /** How V2 is going to fail; null for not at all. */
  readonly fault: FaultKind | null
  readonly faultAfterMs: number
}

/** What a newcomer should know before the first line of numbers. */
export async function introLines(facts: IntroFacts, paint: Paint): Promise<string[]> {
  const { ports, shares, perSecond, users } = facts
  const address = (port: number) => `http://127.0.0.1:${port}`
  const gateway = address(ports.gateway)
  const head = (text: string) => paint('bold', text)
  return [
    head('Two versions of a job-matching service behind one gateway.'),
    '',
    `  gateway    ${gateway}   what clients call`,
    `  admin      ${address(ports.admin)}   the console, in a browser; /status /metrics /audit /flags for machines`,
    `  sample V1  ${address(ports.v1)}   the stable version`,
    `  sample V2  ${address(ports.v2)}   the new one`,
    '',
    `  Traffic: ${perSecond} requests a second from ${users} users in four groups.`,
    `  V2 goes to: ${sharesText(shares)}.`,
    '',
    head('Move it'),
    ...(await moveLines(facts)),
    head('Ask it'),
    `  curl -s '${gateway}${examplePath}?user=42' -H 'x-user-id: 42'`,
    `  curl -s '${gateway}${examplePath}?user=42' -H 'x-user-id: 42' -H 'x-segment: beta_users'`,
    `  curl -s ${gateway}${examplePath} -H 'x-user-id: 7' -H 'content-type: application/json' -d '{"user":"7","skills":["sql"]}'`,
    head('Ask why'),
    `  ${explainCommand(facts.dir)} --user 42 --segment api_partners`,
    head('Break it'),
    ...breakLines(facts),
    '',
  ]
}

async function moveLines({ dir, flagKind }: IntroFacts): Promise<string[]> {
  if (flagKind === 'unleash') return [`  Change the rollout of ${exampleFlag} in Unleash.`]
  const file = join(dir, 'flags', `${exampleFlag}.json`)
  const lines = (await readFile(file, 'utf8')).split('\n')
  const line = lines.findIndex(text => text.includes('"rollout"')) + 1
  return [
    `  Edit ${fromHere(file)}: "rollout" in line ${line} is the percentage of everyone else;`,
    '  the strategies below it are the segments. Save, and the next line shows the new split.',
  ]
}

function breakLines({ fault, faultAfterMs }: IntroFacts): string[] {
  if (fault !== null) return [`  In ${faultAfterMs / 1000} s ${faultInWords(fault)}.`]
  const command = runsFromSources ? 'npm run demo --' : 'npx switchback demo'
  return [`  ${command} --fault errors    lets V2 fail after 5 s; also ${otherFaults}.`]
}

const otherFaults = faultKinds.filter(kind => kind !== 'errors').join(', ')

function explainCommand(dir: string): string {
  const command = runsFromSources ? 'npm run -s switchback --' : 'npx switchback'
  // In a checkout npm runs it in the very folder that is the default.
  const config = runsFromSources && resolve(dir) === exampleDir ? '' : ` -c ${fromHere(dir)}`
  return `${command} explain --route ${exampleRoute}${config}`
}

/** The shorter of the ways to name a path. */
function fromHere(path: string): string {
  const short = relative('', path)
  return short.startsWith('..') ? path : short || '.'
}
