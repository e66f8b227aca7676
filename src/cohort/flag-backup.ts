import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FlagSet, parseFlagSet } from './flag-set.ts'

export interface BackupOptions {
  /** Absolute path; made when it does not exist. */
  readonly dir: string
  readonly url: string
  readonly token: string
  readonly appName: string
  /** Tells the writers of a shared directory apart. */
  readonly instanceId: string
}

export interface Backup {
  /** When Unleash gave these flags, milliseconds since the Unix epoch. */
  readonly savedAt: number
  readonly set: FlagSet
}

export interface FlagBackup {
  /** The last good state; null when there is none. Throws when there is one that cannot be used. */
  read(): Promise<Backup | null>
  write(backup: Backup): Promise<void>
}

/**
 * The last good flags on disk. The file is replaced by renaming, so that a reader never meets half a
 * file, and is named after server and environment, so that a directory used for staging yesterday
 * cannot decide over production today.
 */
export function createFlagBackup(options: BackupOptions): FlagBackup {
  const file = join(options.dir, `flags-${identity(options)}.json`)
  return {
    async read() {
      let text: string
      try {
        text = await readFile(file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
      try {
        return { savedAt: savedAtOf(JSON.parse(text)), set: parseFlagSet(text) }
      } catch (cause) {
        throw new Error(`Cannot use the flag backup ${file}: ${(cause as Error).message}`, {
          cause,
        })
      }
    },
    async write({ savedAt, set }) {
      const part = `${file}.${options.instanceId.replaceAll(/[^\w-]/g, '_')}.part`
      await mkdir(options.dir, { recursive: true })
      try {
        await writeFile(part, JSON.stringify({ savedAt, ...set }), { mode: 0o600, flush: true })
        await rename(part, file)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
  }
}

function savedAtOf(value: unknown): number {
  const savedAt = (value as { savedAt?: unknown } | null)?.savedAt
  if (typeof savedAt !== 'number') throw new Error('savedAt must be a number.')
  return savedAt
}

/** A client token is `<project>:<environment>.<secret>`: the part before the secret survives a rotation. */
function identity({ url, token, appName }: BackupOptions): string {
  const scope = token.slice(0, Math.max(0, token.indexOf('.')))
  return createHash('sha256')
    .update(JSON.stringify([url, scope, appName]))
    .digest('hex')
    .slice(0, 16)
}
