import { exampleFlag } from '../example.ts'
import type { IntroFacts } from '../intro.ts'
import { operatorCommand } from '../operator-command.ts'
import type { Paint } from '../paint.ts'
import { sharesText } from '../shares.ts'

export interface UnleashIntro {
  /** Address of Unleash's own pages. */
  readonly origin: string
  /** Who may do anything on the admin listener. */
  readonly operatorToken: string
}

/** The account that every fresh Unleash has. */
const account = { user: 'admin', password: 'unleash4all' }

/** What a newcomer should know before the first line of numbers. */
export function unleashIntroLines(
  { origin, operatorToken }: UnleashIntro,
  { ports, shares, perSecond, users }: Pick<IntroFacts, 'ports' | 'shares' | 'perSecond' | 'users'>,
  paint: Paint,
): string[] {
  const address = (port: number) => `http://127.0.0.1:${port}`
  const head = (text: string) => paint('bold', text)
  const flagPage = `${origin}/projects/default/features/${exampleFlag}`
  return [
    head(
      'Two versions of a job-matching service behind one gateway, and its flag in a real Unleash.',
    ),
    '',
    `  gateway    ${address(ports.gateway)}   what clients call`,
    `  console    ${address(ports.admin)}   log in with the token ${operatorToken}`,
    `  Unleash    ${origin}   log in as ${account.user}, password ${account.password}`,
    '',
    `  Traffic: ${perSecond} requests a second from ${users} users in four groups.`,
    `  V2 goes to: ${sharesText(shares)}.`,
    '',
    head('Move it by hand, and the next lines and the console follow'),
    `  ${flagPage}`,
    '  Open a strategy under "development", move its percentage, save.',
    head('Or let the plan move it, a stage at a time: on the page Rollout of the console, or'),
    `  export SWITCHBACK_ADMIN_TOKEN=${operatorToken}`,
    `  ${operatorCommand('rollout', ports.admin)}`,
    `  ${operatorCommand(`promote ${exampleFlag}`, ports.admin)}`,
    head('Switch back: all callers have V1 at once, and Unleash says that the flag is off'),
    `  ${operatorCommand(`rollback ${exampleFlag} --note 'to see it'`, ports.admin)}`,
    '',
  ]
}
