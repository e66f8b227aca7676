import { readFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { type Judgement, ok, warning } from './judgement.ts'

const MiB = 2 ** 20

/** What a worker holds at most in docs/bench.md, rounded up; the process beside them has less. */
const bytesOfWorker = 256 * MiB

/** Processes of a gateway: with several workers another one holds the control plane. */
function processesOf(workers: number): number {
  return workers === 1 ? 1 : workers + 1
}

export function judgeMemory(bytes: number, workers: number): Judgement {
  const needed = processesOf(workers) * bytesOfWorker
  const found = `${inMiB(bytes)}, of which ${workers === 1 ? 'the process' : `${workers} workers`} may need ${inMiB(needed)}`
  if (bytes >= needed) return ok(found)
  return warning(
    found,
    workers === 1
      ? 'give it more (MemoryMax= of systemd, resources.limits of Kubernetes)'
      : 'give it more (MemoryMax= of systemd, resources.limits of Kubernetes), or lower workers',
  )
}

/** `processors` may be a part of one, as a quota can be. */
export function judgeProcessors(processors: number, workers: number): Judgement {
  const found = `${processors} for ${workers === 1 ? 'one worker' : `${workers} workers`}`
  if (processors < 1) {
    return warning(
      `${found}: its quota stops the process for a while in each period, and all requests with it`,
      'give it at least one whole processor, or no quota',
    )
  }
  if (processors >= workers) return ok(found)
  return warning(
    `${found}, which wait for each other`,
    `lower workers to ${Math.floor(processors)}`,
  )
}

/** Bytes that this process may have: the limit of its cgroup, or the machine's. */
export function memoryOfProcess(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** Processors that this process may use: by its affinity, and by the quotas of its cgroup and those above it. */
export async function processorsOfProcess(): Promise<number> {
  const [, path = '/'] = /^0::(\/.*)$/m.exec(await textOf('/proc/self/cgroup')) ?? []
  const quotas = [availableParallelism()]
  for (let at = path; ; at = dirname(at)) {
    quotas.push(quotaIn(await textOf(join('/sys/fs/cgroup', at, 'cpu.max'))))
    if (at === '/') return Math.min(...quotas)
  }
}

/** Reads cpu.max of a cgroup, `50000 100000` for half a processor; Infinity for no quota. */
export function quotaIn(text: string): number {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text) ?? []
  return quota === undefined ? Number.POSITIVE_INFINITY : Number(quota) / Number(period)
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return ''
  }
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / MiB)} MiB`
}
