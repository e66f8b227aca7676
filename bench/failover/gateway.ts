import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Child, Children } from '../children.ts'
import { processTree } from '../proc.ts'
import { type GatewayFiles, writeGatewayFiles } from './gateway-files.ts'
import { type LogEvent, logEventOf } from './gateway-log.ts'

/** A gateway, in a process of its own or several. */
export interface Gateway {
  readonly url: () => string
  /** Of its configuration. */
  readonly dir: string
  /** What its log has told so far, of all its lives. */
  events(): LogEvent[]
  /** Resolves when it has said that it switched back. */
  switchedBack(): Promise<void>
  /** What `/status` of the admin API says; null where it does not. */
  status(): Promise<GatewayStatus | null>
  /** Process ids of its workers; empty where it is one process. */
  workers(): number[]
  /** Those of all its processes. */
  processes(): number[]
  /** To the process that was started: the only one, or the primary. */
  signal(name: NodeJS.Signals): void
  /** Ends it as an operator does; resolves when it has ended. */
  leave(): Promise<void>
  /** Kills it whole, at once. */
  kill(): Promise<void>
  /** Starts it again with the same files; resolves when it serves. */
  restart(): Promise<void>
}

/** The part of the status that is measured by. */
export interface GatewayStatus {
  readonly workers: readonly {
    readonly pid: number
    /** Who counts rates, as docs/rate-limits.md names it; null where nothing is limited. */
    readonly rateLimits: string | null
    readonly latches: readonly {
      readonly state: { readonly flag: string; readonly state: string; readonly since: number }
      readonly takenAt: number
      readonly lastV2At: number | null
    }[]
  }[]
}

const main = join(import.meta.dirname, '../../src/main.ts')

/** @param scratch Directory that is removed after the round. */
export async function startGateway(
  children: Children,
  scratch: string,
  name: string,
  files: GatewayFiles,
): Promise<Gateway> {
  const dir = mkdtempSync(join(scratch, `${name}-`))
  writeGatewayFiles(dir, files)
  const lives: Child[] = []
  let url = ''
  let adminUrl = ''

  async function live(): Promise<void> {
    const child = children.start(name, [process.execPath, main, 'start', dir])
    lives.push(child)
    url = `http://127.0.0.1:${(await child.line(/^ {2}clients .*:(\d+)/))[1]}`
    adminUrl = `http://127.0.0.1:${(await child.line(/^ {2}admin .*?:(\d+)/))[1]}`
  }
  await live()
  const current = () => lives.at(-1) as Child

  return {
    url: () => url,
    dir,
    events: () => lives.flatMap(({ lines }) => lines.flatMap(line => logEventOf(line) ?? [])),
    async switchedBack() {
      await current().line(/"switched back: /)
    },
    async status() {
      try {
        const answer = await fetch(`${adminUrl}/status`, { signal: AbortSignal.timeout(2000) })
        return answer.ok ? ((await answer.json()) as GatewayStatus) : null
      } catch {
        return null
      }
    },
    workers: () => processTree(current().pid).slice(1),
    processes: () => processTree(current().pid),
    signal: signal => current().signal(signal),
    async leave() {
      current().signal('SIGTERM')
      await current().ended
    },
    kill: () => current().kill(),
    restart: live,
  }
}
