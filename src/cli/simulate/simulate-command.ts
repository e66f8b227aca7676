import type { Command } from 'commander'
import { number } from '../arguments.ts'

export interface SimulateCommandDeps {
  /** Makes a reader of an argument one of the command line's. */
  readonly reads: <Value>(read: (text: string) => Value) => (text: string) => Value
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

/** `switchback simulate`. */
export function addSimulateCommand(program: Command, deps: SimulateCommandDeps): void {
  const { reads, env, out, error, ended } = deps
  program
    .command('simulate')
    .description('say who of a list of users would move at another percentage; changes nothing')
    .argument('[flag]', 'flag that a route names (default: that of --route)')
    .option('--route <name>', 'file name in routes/, without .yaml, where routes share the flag')
    .requiredOption('--percent <n>', 'the percentage, 0 to 100', reads(number(100)))
    .option(
      '--strategy <n>',
      'whose percentage, as explain counts them (default: the one that a rollout moves)',
      reads(number(999, 1)),
    )
    .option(
      '--users <file>',
      'user ids, one a line, or objects in JSON with user, session, address, properties (default: standard input)',
    )
    .option('-c, --config <dir>', 'configuration directory', '.')
    .option('--json', 'print JSON, with everybody in it', false)
    .action(async (flag, { config: dir, ...options }) => {
      const { simulate } = await import('./simulate.ts')
      ended(await simulate({ ...options, flag, dir, env, input: process.stdin, out, error }))
    })
}
