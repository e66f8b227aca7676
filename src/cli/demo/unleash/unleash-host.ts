import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runsFromSources } from '../example.ts'
import { type Postgres, startPostgres } from './postgres-process.ts'
import type { UnleashSettings } from './unleash-process.ts'

/**
 * Keeps Postgres and Unleash for one process, and outlives it just long enough to end them: when the
 * channel to it closes, for whatever reason, everything is killed and removed.
 */
export type HostCommand = 'start' | 'kill'
export type HostAnswer = { readonly port: number } | { readonly error: string }

const wanted = JSON.parse(process.argv[2] as string) as Omit<UnleashSettings, 'databaseHost'>
const dir = await mkdtemp(join(tmpdir(), 'sb-unleash-'))
const ending = new AbortController()
let postgres: Promise<Postgres> | null = null
let unleash: ChildProcess | null = null
let { port } = wanted

process.once('disconnect', end)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)

process.on('message', async (command: HostCommand) => {
  try {
    if (command === 'start') await startUnleash()
    else await killUnleash()
    answer({ port })
  } catch (error) {
    answer({ error: String(error) })
  }
})
if (!process.connected) await end()

async function startUnleash(): Promise<void> {
  postgres ??= startPostgres(dir, ending.signal)
  await postgres
  if (ending.signal.aborted) return
  const settings: UnleashSettings = { ...wanted, databaseHost: dir, port }
  const program = runsFromSources ? 'unleash-process.ts' : 'unleash-process.js'
  unleash = fork(join(import.meta.dirname, program), [JSON.stringify(settings)], {
    // Not the caller's environment: DATABASE_URL and its like would steer Unleash.
    env: { NODE_ENV: 'production', TZ: 'UTC', CHECK_VERSION: 'false', SEND_TELEMETRY: 'false' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let log = ''
  unleash.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4096)
  })
  const exited = once(unleash, 'exit').then(() => Promise.reject(new Error(log)))
  const [started] = await Promise.race([once(unleash, 'message'), exited])
  exited.catch(() => {})
  port = (started as { port: number }).port
}

async function killUnleash(): Promise<void> {
  if (unleash === null || unleash.exitCode !== null || unleash.signalCode !== null) return
  const ended = once(unleash, 'exit')
  unleash.kill('SIGKILL')
  await ended
}

function answer(message: HostAnswer): void {
  if (process.connected) process.send?.(message, undefined, {}, () => {})
}

async function end(): Promise<void> {
  if (ending.signal.aborted) return
  ending.abort()
  await killUnleash()
  const started = await postgres?.catch(() => null)
  await started?.ended
  await rm(dir, { recursive: true, force: true })
  process.exit()
}
