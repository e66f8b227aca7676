import type { Command } from 'commander'
import { kind, place } from '../arguments.ts'
import { diff } from '../diff.ts'
import { changeDifference } from './change-difference.ts'

export interface DiffCommandsDeps {
  /** Gives a command the options that say which gateway is asked. */
  readonly onRunning: (command: Command) => Command
  /** Makes a reader of an argument one of the command line's. */
  readonly reads: <Value>(read: (text: string) => Value) => (text: string) => Value
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

/** `switchback diff` and what a person can say about a difference. */
export function addDiffCommands(program: Command, deps: DiffCommandsDeps): void {
  const { onRunning, reads, ended, ...told } = deps

  const differences = onRunning(
    program
      .command('diff')
      .description('show in what V2 differs from V1, worst first; exit code 6 if anything is real')
      .argument('[route]', 'file name in routes/, without .yaml (default: all that are shadowed)')
      .option('--all', 'noise, and what was acknowledged, too', false)
      .option('--json', 'print JSON', false),
  ).action(async (route, { config: dir, ...options }) => {
    ended(await diff({ ...options, ...told, route, dir }))
  })
  differences.enablePositionalOptions()

  for (const [to, description] of [
    ['acknowledge', 'say that a difference is meant: it does not count any more'],
    ['count-again', 'take that back'],
  ] as const) {
    onRunning(
      differences
        .command(to)
        .description(description)
        .argument('<route>', 'as listed')
        .argument('<where>', 'status, header:<name>, body, or a pointer', reads(place))
        .argument('<kind>', 'missing, extra, type, value, order or size', reads(kind))
        .requiredOption('--why <text>', 'for the audit and for whoever reads the list'),
    ).action(async (route, where, itsKind, { config: dir, ...options }) => {
      const change = { to, where, kind: itsKind }
      ended(await changeDifference(change, { ...options, ...told, route, dir }))
    })
  }

  onRunning(
    differences
      .command('forget')
      .description('forget what was seen of a route, as after V2 was mended')
      .argument('<route>', 'as listed')
      .requiredOption('--why <text>', 'for the audit'),
  ).action(async (route, { config: dir, ...options }) => {
    ended(await changeDifference({ to: 'forget' }, { ...options, ...told, route, dir }))
  })
}
