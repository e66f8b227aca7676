import { readdirSync, readlinkSync } from 'node:fs'

/** What a process holds open. */
export interface OpenFiles {
  readonly all: number
  readonly sockets: number
}

/** Read from /proc; zeros where it cannot be. */
export function openFilesOf(pid: number): OpenFiles {
  const links = namesIn(`/proc/${pid}/fd`).map(fd => linkOf(`/proc/${pid}/fd/${fd}`))
  return { all: links.length, sockets: links.filter(link => link.startsWith('socket:')).length }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** Empty for one that was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
