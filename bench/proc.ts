import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second, whatever the kernel was built with. */
const microsecondsPerTick = 10_000

/** Whether this machine tells what processes use. */
export function canReadProc(): boolean {
  return readOr('/proc/self/stat') !== ''
}

/** A process and its descendants, such as nginx's workers. */
export function processTree(pid: number): number[] {
  const children = taskIds(pid).flatMap(task =>
    readOr(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(processTree)]
}

/** CPU time that a process tree has used, user and system, in microseconds. */
export function cpuMicroseconds(pid: number): number {
  return sum(processTree(pid).map(ownCpu))
}

/** Resident memory of a process tree in bytes. */
export function residentBytes(pid: number): number {
  return sum(processTree(pid).map(ownResident))
}

function ownCpu(pid: number): number {
  // The name, second field, may hold spaces; what follows its closing parenthesis does not.
  const stat = readOr(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [utime = 0, stime = 0] = [fields[11], fields[12]].map(field => Number(field ?? 0))
  return (utime + stime) * microsecondsPerTick
}

function ownResident(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readOr(`/proc/${pid}/status`))?.[1]
  return Number(kibibytes ?? 0) * 1024
}

function taskIds(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function readOr(path: string, otherwise = ''): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise // the process is gone, or there is no /proc
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
