import type { Command } from 'commander'
import { askGateway } from './admin-client.ts'
import { exitCodes } from './exit-codes.ts'

export interface HealthCommandDeps {
  /** Gives a command the options that say which gateway is asked. */
  readonly onRunning: (command: Command) => Command
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

/**
 * `switchback health`: whether a gateway lives, for the health checks of containers. It needs no token,
 * finds port and certificate in the configuration, and prints one word.
 */
export function addHealthCommand(program: Command, deps: HealthCommandDeps): void {
  const { onRunning, env, out, error, ended } = deps
  onRunning(
    program
      .command('health')
      .description('say whether a running gateway lives; needs no token, exit code 0 if it does')
      .option('--ready', 'whether it takes requests, too', false),
  ).action(async ({ config: dir, ready, ...target }) => {
    const reply = await askGateway({ ...target, dir, env }, ready ? '/ready' : '/health')
    const word = wordOf(reply.body)
    if (word !== null) out(word)
    else if (!reply.ok) error(reply.message)
    ended(exitCodes[reply.ok ? 'done' : reply.reason])
  })
}

/** `alive`, `ready` or `not-ready`; null for what another program says. */
function wordOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('status' in body)) return null
  return typeof body.status === 'string' ? body.status : null
}
