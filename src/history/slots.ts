import type { Variant } from '../cohort/assignment.ts'
import { addPacked, packAll } from './packed.ts'
import type { HistoryReport } from './report.ts'
import { addReport, emptySums, type Sums } from './sums.ts'

/** How long time is kept in slots of which length, in milliseconds. */
export interface SlotRule {
  readonly stepMs: number
  readonly keptMs: number
}

/** A slot that is over. */
export interface Slot {
  /** Which: its begin in wall-clock milliseconds is `number * stepMs`. */
  readonly number: number
  /** Milliseconds of it in which somebody counted: less where the gateway began or ended in it. */
  readonly coveredMs: number
  /** By variant and route, see `keyOf`. */
  readonly packed: ReadonlyMap<string, Uint8Array>
}

/** A slot with the length of those of its kind. */
export interface SlotOf {
  readonly stepMs: number
  readonly slot: Slot
}

interface OpenSlot {
  readonly number: number
  readonly coveredBefore: number
  /** Wall-clock milliseconds from which on it is covered this time. */
  readonly from: number
  readonly sums: Map<string, Sums>
}

export function keyOf(variant: Variant, route: string): string {
  return `${variant} ${route}`
}

/**
 * Time in slots of one length. The one that runs is added to; those that are over are packed, kept for
 * as long as the rule says, and never change again, unless the clock is set back into them.
 */
export function createSlots({ stepMs, keptMs }: SlotRule, stepCount: number) {
  const kept = Math.ceil(keptMs / stepMs)
  const over = new Map<number, Slot>()
  let open: OpenSlot | null = null

  const numberAt = (now: number) => Math.floor(now / stepMs)

  /** A slot that was there before goes on where it was. */
  function begin(number: number, from: number): OpenSlot {
    const known = over.get(number)
    over.delete(number)
    const sums = new Map<string, Sums>()
    for (const [key, bytes] of known?.packed ?? []) {
      const own = emptySums(stepCount)
      addPacked(own, bytes)
      sums.set(key, own)
    }
    return { number, coveredBefore: known?.coveredMs ?? 0, from, sums }
  }

  function packedAt({ number, coveredBefore, from, sums }: OpenSlot, now: number): Slot {
    const end = Math.min((number + 1) * stepMs, now)
    const covered = coveredBefore + Math.max(0, end - from)
    return {
      number,
      coveredMs: Math.min(stepMs, covered),
      packed: packAll(sums),
    }
  }

  function keep(slot: Slot, now: number): void {
    over.set(slot.number, slot)
    for (const number of over.keys()) {
      if (number >= numberAt(now) - kept && over.size <= kept) break
      over.delete(number)
    }
  }

  /** The slot that runs now; that before it, if it is over by now, is kept. */
  function roll(now: number): { readonly running: OpenSlot; readonly ended: Slot | null } {
    const number = numberAt(now)
    if (open !== null && open.number === number) return { running: open, ended: null }
    const ended = open === null ? null : packedAt(open, now)
    if (ended !== null) keep(ended, now)
    const running = begin(number, ended === null ? now : number * stepMs)
    open = running
    return { running, ended }
  }

  return {
    stepMs,
    keptMs,
    /** Takes what was counted up to now; gives the slot that ended by that, if one did. */
    take(report: HistoryReport, now: number): Slot | null {
      const { running, ended } = roll(now)
      const { sums } = running
      for (const each of report) {
        const key = keyOf(each.variant, each.route)
        const own = sums.get(key) ?? emptySums(stepCount)
        sums.set(key, own)
        addReport(own, each)
      }
      return ended
    },
    /** Takes over what was kept before. */
    restore(slots: Iterable<Slot>, now: number): void {
      for (const slot of slots) keep(slot, now)
    },
    /** A slot that is over; null where nobody counted. */
    at: (number: number): Slot | null => over.get(number) ?? null,
    /** The slot that runs as it would be kept if it ended now. */
    soFar: (now: number): Slot | null => (open === null ? null : packedAt(open, now)),
    numberAt,
  }
}

export type Slots = ReturnType<typeof createSlots>
