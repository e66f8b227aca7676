import type { Command } from 'commander'
import { sayToRollout } from './say-to-rollout.ts'
import { showRollouts } from './show-rollouts.ts'

export interface RolloutCommandsDeps {
  readonly onRunning: (command: Command) => Command
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  readonly ended: (exitCode: number) => void
}

const words = [
  ['promote', 'agree to leave the stage that the rollout of a flag is in'],
  ['pause', 'stop the rollout of a flag where it is'],
  ['continue', 'let a rollout go on that was paused'],
] as const

/** `switchback rollout`, `promote`, `pause` and `continue`. */
export function addRolloutCommands(program: Command, deps: RolloutCommandsDeps): void {
  const { onRunning, env, out, error, ended } = deps

  onRunning(
    program
      .command('rollout')
      .description('say where rollouts stand, what is missing and about how long it takes')
      .argument('[flag]', 'flag whose policy has a rollout (default: all)')
      .option('--json', 'print JSON', false),
  ).action(async (flag, { config: dir, ...options }) => {
    ended(await showRollouts({ ...options, flag, dir, env, out, error }))
  })

  for (const [action, description] of words) {
    onRunning(
      program
        .command(action)
        .description(description)
        .argument('<flag>', 'flag whose policy has a rollout')
        .option('--note <text>', 'why, for the audit'),
    ).action(async (flag, { config: dir, ...options }) => {
      ended(await sayToRollout(action, { ...options, flag, dir, env, out, error }))
    })
  }
}
