import type { SlotRule } from './slots.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const units: Readonly<Record<string, number>> = { s: 1000, m: minuteMs, h: hourMs, d: dayMs }

/** A rule with the words in which people ask for it. */
export interface KeptSteps extends SlotRule {
  readonly step: string
  readonly kept: string
}

/**
 * What is kept, finest first: an hour as fine as a switch back can be seen in, a day by the minute, and
 * two weeks by the quarter of an hour. 3504 slots in all, whatever the traffic.
 */
export const keptSteps = [
  { step: '5s', stepMs: 5000, kept: '1h', keptMs: hourMs },
  { step: '1m', stepMs: minuteMs, kept: '24h', keptMs: dayMs },
  { step: '15m', stepMs: 15 * minuteMs, kept: '14d', keptMs: 14 * dayMs },
] as const satisfies readonly KeptSteps[]

/** How far back somebody wants to see, and how fine. */
export type AskedSpan =
  | { readonly ok: true; readonly stepMs: number; readonly forMs: number }
  | { readonly ok: false; readonly text: string }

/**
 * Reads `15m` and `5s`. Without a step it is the finest that is kept for so long, so that no answer has
 * more than 1440 slots.
 */
export function readSpan(forText: string, stepText: string | undefined): AskedSpan {
  const forMs = milliseconds(forText)
  const longest = keptSteps[keptSteps.length - 1] ?? keptSteps[0]
  if (forMs === null || forMs > longest.keptMs) {
    return wrong(`for must be a time up to ${longest.kept} such as 15m, 24h or 7d`, forText)
  }
  const kept =
    stepText === undefined
      ? keptSteps.find(({ keptMs }) => forMs <= keptMs)
      : keptSteps.find(({ step }) => step === stepText)
  if (kept === undefined) {
    const known = keptSteps.map(({ step }) => step).join(', ')
    return wrong(`step must be one of ${known}`, stepText ?? '')
  }
  if (forMs < kept.stepMs) return wrong(`for must be a step of ${kept.step} at least`, forText)
  if (forMs > kept.keptMs) {
    return wrong(`for must be at most ${kept.kept} in steps of ${kept.step}`, forText)
  }
  return { ok: true, stepMs: kept.stepMs, forMs }
}

function milliseconds(text: string): number | null {
  const [, digits, unit = ''] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? []
  return digits === undefined ? null : Number(digits) * (units[unit] as number)
}

function wrong(rule: string, received: string): AskedSpan {
  return { ok: false, text: `${rule}, received ${JSON.stringify(received)}` }
}
