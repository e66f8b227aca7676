import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FlagStrategy } from '../../src/cohort/flag-source.ts'
import type { HostAnswer, HostCommand } from './unleash-host.ts'

/** The wanted state of a flag in the environment `development`. */
export interface WantedFlag {
  readonly name: string
  readonly enabled: boolean
  readonly strategies: readonly FlagStrategy[]
}

export interface UnleashServer {
  /** Base address of the API, for `unleash.url`. The same after a restart. */
  readonly url: string
  readonly adminToken: string
  /** Client token for the environment `development`. */
  readonly clientToken: string
  /** Makes the flag if need be and brings it to the wanted state, strategy by strategy. */
  setFlag(flag: WantedFlag): Promise<void>
  /** Calls the admin API, such as `admin('GET', '/projects/default/features')`. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>
  /** SIGKILL; the database stays. */
  kill(): Promise<void>
  /** Starts Unleash again after `kill`, on the same port and database. */
  restart(): Promise<void>
  /** Ends Unleash and its database and removes their files. */
  stop(): Promise<void>
}

/**
 * A real Unleash on a real Postgres, in about five seconds. Its processes end with this one, also
 * when a test fails to call `stop` or the test runner is killed.
 */
export async function startUnleash(): Promise<UnleashServer> {
  const adminToken = '*:*.test-admin-token'
  const clientToken = '*:development.test-client-token'
  const host = fork(
    join(import.meta.dirname, 'unleash-host.ts'),
    [JSON.stringify({ adminToken, clientToken })],
    { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const { port } = await command(host, 'start')
  host.unref()
  host.channel?.unref()
  const url = `http://127.0.0.1:${port}/api`

  async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}/admin${path}`, {
      method,
      headers: { authorization: adminToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  return {
    url,
    adminToken,
    clientToken,
    admin,
    setFlag: flag => bringToState(admin, flag),
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

/** Strategies are changed in place, since a flag without any is on for everyone. */
async function bringToState(admin: UnleashServer['admin'], flag: WantedFlag): Promise<void> {
  const features = '/projects/default/features'
  const environment = `${features}/${flag.name}/environments/development`
  await admin('GET', `${features}/${flag.name}`).catch(() =>
    admin('POST', features, { name: flag.name, type: 'release' }),
  )
  const present = (await admin('GET', `${environment}/strategies`)) as { id: string }[]
  for (const [index, strategy] of flag.strategies.entries()) {
    const old = present[index]
    if (old) await admin('PUT', `${environment}/strategies/${old.id}`, strategy)
    else await admin('POST', `${environment}/strategies`, strategy)
  }
  for (const { id } of present.slice(flag.strategies.length)) {
    await admin('DELETE', `${environment}/strategies/${id}`)
  }
  await admin('POST', `${environment}/${flag.enabled ? 'on' : 'off'}`)
}
