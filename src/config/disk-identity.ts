import { type Stats, statSync } from 'node:fs'

/**
 * Tells the directory behind a path from another one that came to stand there; undefined when none
 * does. Links are followed. The time of birth is part of it since a file system hands the number of
 * a removed directory to the next one.
 */
export function directoryIdentity(path: string): string | undefined {
  const found = look(path)
  return found?.isDirectory() ? `${found.dev}:${found.ino}:${found.birthtimeMs}` : undefined
}

/** Differs after every write, replacement and change of permission; undefined where nothing is. */
export function fileStamp(path: string): string | undefined {
  const found = look(path)
  return found && `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}`
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    // Not there, or behind a directory that may not be entered: either way not to be had.
    return undefined
  }
}
