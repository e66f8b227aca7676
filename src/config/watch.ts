import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { after, type Clock } from '../clock.ts'
import { directoryIdentity, fileStamp } from './disk-identity.ts'
import { folders, processFile } from './read.ts'

/** Milliseconds between two looks at what a watch cannot tell. */
export const lookEveryMs = 2000

export interface ConfigWatchDeps {
  readonly dir: string
  readonly clock: Clock
  /** Absolute paths of the files that the configuration names by now; asked at every look. */
  readonly files?: () => readonly string[]
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
  /** Identity of the directory that is watched, whatever its path leads to by now. */
  readonly identity: string
}

/**
 * Watches the configuration directory and its folders, never single files: editors and Kubernetes
 * replace files by rename, which a watch on the file would lose. A ConfigMap update swaps the
 * directory entry `..data`, which is seen like any other.
 *
 * A watch cannot tell that its own directory was replaced, and the files that the configuration
 * names may stand anywhere, behind any link; so both are looked at every two seconds. A directory
 * that is gone is waited for. One that the system will not watch, as when it is out of watches, is
 * taken for changed at each look. Changes from before the call are not told: load once after it.
 */
export function watchConfig(deps: ConfigWatchDeps): ConfigWatch {
  const { dir, clock, files = () => [], onChange, quietMs = 100 } = deps
  const watched = new Map<string, Watched>()
  let stamps = new Map<string, string | undefined>()
  let cancelQuiet: (() => void) | null = null

  function changed(): void {
    followDirectories()
    cancelQuiet?.()
    cancelQuiet = after(clock, quietMs, () => {
      cancelQuiet = null
      followDirectories()
      onChange()
    })
  }

  /** Watches the directories that stand there now; true when one came, went or was replaced. */
  function followDirectories(): boolean {
    const moved = [follow(dir, concernsTop)]
    for (const { name } of folders) moved.push(follow(join(dir, name), () => true))
    return moved.includes(true)
  }

  function follow(path: string, concerns: (name: string | null) => boolean): boolean {
    const identity = directoryIdentity(path)
    const before = watched.get(path)
    if (before?.identity === identity) return false
    before?.watcher.close()
    watched.delete(path)
    if (identity === undefined) return true
    try {
      const watcher = watch(path, (_, name) => {
        if (concerns(name)) changed()
      })
      watcher.on('error', () => {
        watcher.close()
        if (watched.get(path)?.watcher === watcher) watched.delete(path)
      })
      watched.set(path, { watcher, identity })
    } catch {
      // Gone again between the two calls, or refused: the next look tries once more.
    }
    return true
  }

  /** True when a file was rewritten, or is named since the last look and may have been since it was read. */
  function followFiles(): boolean {
    const before = stamps
    stamps = new Map(files().map(path => [path, fileStamp(path)]))
    return [...stamps].some(([path, stamp]) => before.get(path) !== stamp)
  }

  followDirectories()
  followFiles()
  const cancelLooks = clock.every(lookEveryMs, () => {
    const moved = followDirectories()
    if (followFiles() || moved) changed()
  })

  return {
    close() {
      cancelLooks()
      cancelQuiet?.()
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
