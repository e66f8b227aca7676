import { cpuMicroseconds, residentBytes } from '../proc.ts'

/** What processes and those that they have started used meanwhile; null where nobody can say. */
export interface Usage {
  readonly cpuMicroseconds: number | null
  /** At the highest. */
  readonly residentBytes: number | null
}

const lookEveryMs = 250

/** Watches processes while something goes on. */
export async function watchUsage<T>(
  pids: readonly number[],
  run: () => Promise<T>,
): Promise<T & Usage> {
  const cpu = () => sum(pids.map(cpuMicroseconds))
  let peak = 0
  const look = () => {
    peak = Math.max(peak, sum(pids.map(residentBytes)))
  }
  const before = cpu()
  const timer = setInterval(look, lookEveryMs)
  try {
    const result = await run()
    look()
    return {
      ...result,
      cpuMicroseconds: pids.length === 0 ? null : cpu() - before,
      residentBytes: pids.length === 0 ? null : peak,
    }
  } finally {
    clearInterval(timer)
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
