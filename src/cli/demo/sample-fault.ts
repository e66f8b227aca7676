import type { Clock } from '../../clock.ts'

/** Ways in which the sample V2 can fail, and what it does then. */
const faults = {
  errors: 'answers 500 to everything',
  latency: 'takes 400 ms longer for every answer',
  hang: 'accepts every request and never answers',
  crash: 'is gone: its port is closed and every connection cut',
} as const satisfies Record<string, string>

export type FaultKind = keyof typeof faults

export const faultKinds = Object.keys(faults) as readonly FaultKind[]

/** What latency adds to an answer, in milliseconds. */
export const slowerMs = 400

export function faultInWords(kind: FaultKind): string {
  return `V2 ${faults[kind]}`
}

/** How a service fails, and what it saw of its failing. */
export function createSampleFault(clock: Clock) {
  let kind: FaultKind | null = null
  let firstAt: number | null = null
  let requestsSince = 0

  return {
    kind: () => kind,
    begin(next: FaultKind): void {
      kind = next
    },
    /** An answer was due and did not come as it should. */
    failed(): void {
      firstAt ??= clock.now()
    },
    requested(): void {
      if (firstAt !== null) requestsSince++
    },
    /** Wall-clock milliseconds of the first failure; null before. */
    firstAt: () => firstAt,
    /** Requests that came in after it; a service that is gone sees none. */
    requestsSince: () => requestsSince,
    /** Forgets what was seen: the next failure is the first. One that is gone fails from `at` on. */
    countAnew(at: number): void {
      firstAt = kind === 'crash' ? at : null
      requestsSince = 0
    },
  }
}

export type SampleFault = ReturnType<typeof createSampleFault>
