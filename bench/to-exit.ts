import { say } from './say.ts'

/**
 * Runs a bench as a program: exit code 1 where a promise is broken or it throws, 130 when it is
 * interrupted, always by way of the exit handlers that end what it started.
 */
export async function toExit(bench: () => Promise<boolean>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  try {
    process.exitCode = (await bench()) ? 0 : 1
  } catch (error) {
    say((error as Error).stack ?? String(error))
    process.exitCode = 1
  }
}
