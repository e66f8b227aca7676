import { type FSWatcher, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { folders, processFile } from './read.ts'

export interface ConfigWatchDeps {
  readonly dir: string
  readonly clock: Clock
  /** Called once after a burst of changes. */
  readonly onChange: () => void
  /** Milliseconds of silence that end a burst; default 100. */
  readonly quietMs?: number
}

export interface ConfigWatch {
  close(): void
}

interface Watched {
  readonly watcher: FSWatcher
  /** Identity of the directory that is watched, whatever its name points to by now. */
  readonly identity: string
}

/**
 * Watches the configuration directory and its folders, never single files: editors and Kubernetes
 * replace files by rename, which a watch on the file would lose. A ConfigMap update swaps the
 * directory entry `..data`, which is seen like any other. Throws when `dir` cannot be watched.
 */
export function watchConfig({ dir, clock, onChange, quietMs = 100 }: ConfigWatchDeps): ConfigWatch {
  const watched = new Map<string, Watched>()
  let cancelTimer: (() => void) | null = null

  const top = watch(dir, (_, name) => {
    if (concernsTop(name)) changed()
  })
  // A directory that is gone ends its watch; the reload on SIGHUP still works.
  top.on('error', () => top.close())

  function changed(): void {
    follow()
    cancelTimer?.()
    const cancel = clock.every(quietMs, () => {
      cancel()
      cancelTimer = null
      follow()
      onChange()
    })
    cancelTimer = cancel
  }

  /** Watches the folders that stand there now, also where a name got another directory behind it. */
  function follow(): void {
    for (const { name } of folders) {
      const path = join(dir, name)
      const identity = identityOf(path)
      const before = watched.get(name)
      if (before?.identity === identity) continue
      before?.watcher.close()
      watched.delete(name)
      if (identity === undefined) continue
      try {
        const watcher = watch(path, changed)
        watcher.on('error', () => watcher.close())
        watched.set(name, { watcher, identity })
      } catch {
        // Gone again between the two calls; its parent's watch reports what comes next.
      }
    }
  }

  follow()
  return {
    close() {
      cancelTimer?.()
      top.close()
      for (const { watcher } of watched.values()) watcher.close()
      watched.clear()
    },
  }
}

/** Other files beside the folders, a log for instance, may be written all the time. */
function concernsTop(name: string | null): boolean {
  if (name === null || name.startsWith('..') || name === processFile) return true
  return folders.some(folder => folder.name === name)
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() ? `${found.dev}:${found.ino}` : undefined
}
