import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { ArgumentFault } from '../src/cli/arguments.ts'
import { say } from './say.ts'

/** How a program ends that judges. */
export const exitCodes = {
  /** Every promise was kept. */
  pass: 0,
  /** One was broken. */
  fail: 1,
  /** What was typed is wrong, or what is needed is not there. */
  cannotBegin: 2,
  /** It cannot be told, or the run broke off. */
  'cannot-tell': 3,
} as const

/** It could not begin, and the message says what to do. */
export class CannotBegin extends Error {
  override readonly name = 'CannotBegin'
}

/** What the command line has of these options. @throws ArgumentFault, where it has others. */
export function readOptions<Options extends ParseArgsOptionsConfig>(
  options: Options,
  args: readonly string[] = process.argv.slice(2),
) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new ArgumentFault((error as Error).message)
  }
}

/**
 * Runs a program to its exit code; 130 when it is interrupted. Always by way of the exit handlers that end
 * what it started.
 */
export async function toExitCode(run: () => Promise<number>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  try {
    process.exitCode = await run()
  } catch (error) {
    const isExpected = error instanceof ArgumentFault || error instanceof CannotBegin
    say(isExpected ? error.message : ((error as Error).stack ?? String(error)))
    process.exitCode = isExpected ? exitCodes.cannotBegin : exitCodes['cannot-tell']
  }
}
