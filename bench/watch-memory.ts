import { residentBytes } from './proc.ts'

const lookEveryMs = 50

/** What something came to, and the resident memory of a process before it and at its highest, in bytes. */
export interface Watched<T> {
  readonly result: T
  readonly before: number
  readonly peak: number
}

export async function watchMemory<T>(pid: number, run: () => Promise<T>): Promise<Watched<T>> {
  const before = residentBytes(pid)
  let peak = before
  const look = () => {
    peak = Math.max(peak, residentBytes(pid))
  }
  const timer = setInterval(look, lookEveryMs)
  try {
    const result = await run()
    look()
    return { result, before, peak }
  } finally {
    clearInterval(timer)
  }
}
