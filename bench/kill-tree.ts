import type { ChildProcess } from 'node:child_process'
import { processTree } from './proc.ts'

/** Ends what is left of a process and its children at once; SIGKILL ends a stopped one as well. */
export function killTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  for (const pid of processTree(child.pid)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It went by itself in between.
    }
  }
}
