import { readFile } from 'node:fs/promises'
import type { Snapshot } from '../../config/snapshot.ts'
import { type Judgement, ok, skipped, warning } from './judgement.ts'

/** Files that a process has open beside connections of requests: its own, stores, Redis, Unleash, operators. */
const spare = 200

/** Files that one worker may need at once: each client's connection, and one to an upstream for each of them. */
export function openFilesNeeded({ process, routes }: Pick<Snapshot, 'process' | 'routes'>): number {
  const origins = new Set(
    routes.flatMap(({ v1, v2 }) =>
      [v1, v2].flatMap(each => each?.urls ?? (each?.url === undefined ? [] : [each.url])),
    ),
  )
  const { maxConnections } = process.limits
  const upstream = Math.min(maxConnections, origins.size * process.upstream.maxConnections)
  return maxConnections + upstream + spare
}

/** `limit`: null where the system does not say; Infinity for none. */
export function judgeOpenFiles(limit: number | null, needed: number): Judgement {
  if (limit === null) return skipped('this system does not say how many files a process may open')
  if (limit === Number.POSITIVE_INFINITY) return ok('no limit')
  if (limit >= needed) return ok(`${limit} for each process, of which a worker may need ${needed}`)
  return warning(
    `${limit} for each process, and a worker may need ${needed}: beyond them connections fail`,
    `raise it to ${needed} (ulimit -n, LimitNOFILE= of systemd), or lower limits.maxConnections`,
  )
}

/** The limit of this process, which Node has raised as far as it may be; that of a service can be another. */
export async function openFileLimit(): Promise<number | null> {
  try {
    return limitIn(await readFile('/proc/self/limits', 'utf8'))
  } catch {
    return null
  }
}

/** Reads /proc/self/limits; null for anything else. */
export function limitIn(limits: string): number | null {
  const [, soft] = /^Max open files +(\d+|unlimited) /m.exec(limits) ?? []
  if (soft === undefined) return null
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}
