import { createFrequent, type Frequent } from './frequent.ts'

/** Steps in which a window moves on. */
const steps = 10

/** Clients that are told apart in each step. */
export const mostClients = 512

interface Step {
  /** Number of the step since time began; what is older is void. */
  number: number
  refusals: number
  readonly clients: Frequent
}

/** How many refusals there were within the last `withinMs`, looked at in tenths: the one that is open and nine before. */
export function createWindow(withinMs: number) {
  const ring: Step[] = Array.from({ length: steps }, () => ({
    number: -1,
    refusals: 0,
    clients: createFrequent(mostClients),
  }))
  const numberAt = (now: number) => Math.floor((now * steps) / withinMs)

  function open(now: number): Step {
    const number = numberAt(now)
    const step = ring[number % steps] as Step
    if (step.number === number) return step
    step.number = number
    step.refusals = 0
    step.clients.clear()
    return step
  }

  function sum(now: number, numberOf: (step: Step) => number): number {
    const oldest = numberAt(now) - steps + 1
    return ring.reduce((all, step) => (step.number < oldest ? all : all + numberOf(step)), 0)
  }

  return {
    /** `now`: monotonic milliseconds, never less than before. */
    add(refusals: number, now: number): void {
      open(now).refusals += refusals
    },
    addOf(client: string, refusals: number, now: number): void {
      open(now).clients.add(client, refusals)
    },
    all: (now: number): number => sum(now, step => step.refusals),
    /** No more than there were; see `createFrequent`. */
    of: (client: string, now: number): number => sum(now, step => step.clients.of(client)),
    /** Clients that are remembered, over all steps. */
    size: (): number => ring.reduce((all, { clients }) => all + clients.size(), 0),
  }
}

export type Window = ReturnType<typeof createWindow>
