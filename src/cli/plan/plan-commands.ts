import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { heldDecisions } from './held-decisions.ts'

export interface PlanCommandsDeps {
  readonly onRunning: (command: Command) => Command
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  readonly ended: (exitCode: number) => void
}

/** `switchback plan` and `switchback decisions`. */
export function addPlanCommands(program: Command, deps: PlanCommandsDeps): void {
  const { onRunning, env, out, error, ended } = deps

  onRunning(
    program
      .command('plan')
      .description(
        'say what another configuration would change, and which of the last requests it would decide differently: exit code 0 none, 8 some, 5 nobody can say; changes nothing',
      )
      .argument(
        '<dir>',
        'the configuration directory that is proposed; --config is the one in force',
      )
      .option(
        '--log <file>',
        'decisions to replay, as `decisions` prints them (default: the gateway is asked)',
      )
      .option('--json', 'print JSON', false),
  ).action(async (proposed, { config: dir, ...options }) => {
    const { plan } = await import('./plan.ts')
    ended(await plan({ ...options, proposed, dir, env, out, error }))
  })

  onRunning(
    program
      .command('decisions')
      .description(
        'print the decisions that a gateway remembers, one in JSON a line, for `plan --log`',
      ),
  ).action(async ({ config: dir, ...options }) => {
    const held = await heldDecisions({ ...options, dir, env })
    if (!held.ok) {
      error(held.message)
      ended(exitCodes[held.reason])
      return
    }
    for (const decision of held.decisions) out(JSON.stringify(decision))
    if (held.unheard > 0) error(`missing: the decisions of ${held.unheard} workers`)
    ended(held.unheard > 0 ? exitCodes.refused : exitCodes.done)
  })
}
