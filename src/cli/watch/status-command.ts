import type { Command } from 'commander'
import { systemClock } from '../../clock.ts'
import { status } from '../status.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { watchStatus } from './watch-status.ts'

export interface StatusCommandDeps {
  /** Gives a command the options that say which gateway is asked. */
  readonly onRunning: (command: Command) => Command
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

/** Milliseconds between two looks. */
const everyMs = 2000

/** `switchback status`, once or until it is interrupted. */
export function addStatusCommand(program: Command, deps: StatusCommandDeps): void {
  const { onRunning, ended, ...told } = deps
  onRunning(
    program
      .command('status')
      .description('say how a running gateway is: latches, verdicts, origins, stores')
      .option('--watch', 'say it anew every 2 s until interrupted', false)
      .option('--json', 'print JSON, one answer a line', false),
  ).action(async ({ config: dir, watch, ...options }) => {
    const asked = { ...options, ...told, dir }
    if (!watch) return ended(await status(asked))
    const terminal = process.stdout.isTTY && told.env.TERM !== 'dumb' ? process.stdout : null
    const watched = { ...asked, terminal, clock: systemClock, everyMs }
    ended(await untilInterrupted(stop => watchStatus({ ...watched, stop })))
  })
}
