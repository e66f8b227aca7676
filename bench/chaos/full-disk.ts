import { spawnSync } from 'node:child_process'

/**
 * Processes for which every write to a file fails from now on, as on a full disk: none may become longer
 * than it is. What they have to say on a pipe is no file.
 */
export function fillDisk(pids: readonly number[]): void {
  limit(pids, '0')
}

export function freeDisk(pids: readonly number[]): void {
  limit(pids, 'unlimited')
}

/** The soft limit alone, which may be raised again. */
function limit(pids: readonly number[], bytes: string): void {
  for (const pid of pids) {
    const { error, status, stderr } = spawnSync(
      'prlimit',
      ['--pid', String(pid), `--fsize=${bytes}:`],
      { encoding: 'utf8' },
    )
    if (error !== undefined || status !== 0) {
      throw new Error(
        `Cannot fill the disk: prlimit must set a limit, received ${error?.message ?? stderr.trim()}`,
      )
    }
  }
}
