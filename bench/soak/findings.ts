import type { Interval } from '../bootstrap.ts'
import { decide, type Verdict } from '../load-test/verdicts.ts'
import { type Course, type Memory, memoryPoints, settled } from './course.ts'
import { type Slope, slopeOf } from './slope.ts'
import { askedIn, unexpectedIn } from './traffic/tally.ts'

/** One thing that was found. */
export interface Finding {
  readonly what: string
  readonly value: string
  /** In words; empty where nothing is promised. */
  readonly promise: string
  readonly verdict: Verdict | ''
}

/** MiB in ten minutes. */
const mostSlope = 1
export const mostLeftOpen = 5
/** Minutes of traffic below which a slope says more about chance than about memory. */
const leastMinutes = 10
/**
 * Below which resident memory is told and not judged: the process still touches pages of the program for
 * the first time, and its allocators keep what they took.
 */
const leastMinutesResident = 60

export function findingsOf(course: Course): Finding[] {
  const { tally, before, after } = course
  const unexpected = unexpectedIn(tally)
  const calm = settled(course)
  const late = calm.map(({ lateP99Ms }) => lateP99Ms).sort((a, b) => a - b)
  return [
    told('requests and WebSockets', String(askedIn(tally))),
    none('unexpected endings', unexpected.length === 0 ? [] : unexpected.map(inWords)),
    memory('memory in use, MiB in 10 min', course, 'liveBytes'),
    told('of that, code that V8 compiled', slopeInWords(slope(course, 'codeBytes'))),
    residentMemory(course),
    told('resident memory at the end, MiB', mebibytes(course.moments.at(-1)?.residentBytes)),
    leftOpen('open files', before.all, after.all),
    leftOpen('open sockets', before.sockets, after.sockets),
    told('ms that the event loop was late, p99, median', digits(late[late.length >> 1])),
    told('ms that it was late at most', digits(greatest(calm.map(each => each.lateMostMs)))),
    told('reloads, and refused ones', `${course.reloads}, ${course.refusals}`),
    none('reloads that came to something else', course.reloadFaults),
    none(
      'switches back of a V2 that was well',
      Array.from({ length: course.switchesBack }, () => 'one'),
    ),
  ]
}

function told(what: string, value: string): Finding {
  return { what, value, promise: '', verdict: '' }
}

function none(what: string, found: readonly string[]): Finding {
  const value = found.length === 0 ? '0' : found.join(', ')
  return { what, value, promise: 'none', verdict: found.length === 0 ? 'pass' : 'fail' }
}

function leftOpen(what: string, before: number, after: number): Finding {
  return {
    what: `${what}: before, after`,
    value: `${before}, ${after}`,
    promise: `± ${mostLeftOpen}`,
    verdict: Math.abs(after - before) <= mostLeftOpen ? 'pass' : 'fail',
  }
}

function memory(what: string, course: Course, of: Memory): Finding {
  const isShort = course.durationMs < leastMinutes * 60_000
  const found = slope(course, of)
  const value = slopeInWords(found)
  return {
    what,
    value: isShort ? `${value}; a verdict needs ${leastMinutes} min` : value,
    promise: `≤ ${mostSlope}`,
    verdict: isShort ? 'cannot-tell' : decideSlope(found.interval),
  }
}

function residentMemory(course: Course): Finding {
  const what = 'resident memory, MiB in 10 min'
  if (course.durationMs >= leastMinutesResident * 60_000) {
    return memory(what, course, 'residentBytes')
  }
  const value = slopeInWords(slope(course, 'residentBytes'))
  return told(what, `${value}; judged from ${leastMinutesResident} min on`)
}

function slope(course: Course, of: Memory): Slope {
  return slopeOf(memoryPoints(settled(course), of))
}

function slopeInWords({ slope, interval }: Slope): string {
  return `${digits(slope)} (95 %: ${interval.map(digits).join(' to ')})`
}

function decideSlope(interval: Interval): Verdict {
  return decide(interval, { limit: mostSlope, isMost: true })
}

function inWords([what, times]: readonly [string, number]): string {
  return `${what}: ${times}`
}

function greatest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values)
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : (bytes / 2 ** 20).toFixed(0)
}

function digits(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2)
}
