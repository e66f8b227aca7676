import type { AddressInfo } from 'node:net'
import { ApiTokenType, LogLevel, start } from 'unleash-server'
import { systemClock } from '../../../clock.ts'

/**
 * One Unleash server, run as a process of its own by `unleash-host.ts`, so that it can be killed.
 * Tells the port it listens on, and ends with the process that started it.
 */
export interface UnleashSettings {
  /** Directory of the Postgres socket. */
  readonly databaseHost: string
  /** 0 for any free port. */
  readonly port: number
  readonly adminToken: string
  readonly clientToken: string
}

process.once('disconnect', () => process.exit())

const settings = JSON.parse(process.argv[2] as string) as UnleashSettings
const token = { createdAt: new Date(systemClock.now()), tokenName: 'switchback' }
const { server } = await start({
  db: { host: settings.databaseHost, user: 'unleash', database: 'postgres', ssl: false },
  server: { host: '127.0.0.1', port: settings.port },
  logLevel: LogLevel.error,
  enableOAS: false,
  authentication: {
    initApiTokens: [
      {
        ...token,
        type: ApiTokenType.ADMIN,
        secret: settings.adminToken,
        projects: ['*'],
        environment: '*',
      },
      {
        ...token,
        type: ApiTokenType.BACKEND,
        secret: settings.clientToken,
        projects: ['*'],
        environment: 'development',
      },
    ],
  },
})
if (!server) throw new Error('Cannot start Unleash: it does not listen.')
const { port } = server.address() as AddressInfo
process.send?.({ port })
