import { systemClock } from '../clock.ts'
import type { FlagSource } from '../cohort/flag-source.ts'
import { createCallers } from './demo/callers.ts'
import { createEnding } from './demo/ending.ts'
import { exampleDir } from './demo/example.ts'
import { faultSummaryLines } from './demo/fault-lines.ts'
import { type IntroFacts, introLines } from './demo/intro.ts'
import { liveHeader, liveLine } from './demo/live-line.ts'
import { matches } from './demo/offers.ts'
import { openParts } from './demo/open-parts.ts'
import { type Paint, paint } from './demo/paint.ts'
import type { DemoPorts } from './demo/ports.ts'
import { createRandom } from './demo/random.ts'
import type { FaultKind } from './demo/sample-fault.ts'
import { sharesInForce } from './demo/shares.ts'
import { createStagedFault } from './demo/staged-fault.ts'
import { summaryLines } from './demo/summary.ts'
import { createTally } from './demo/tally.ts'
import { createTraffic } from './demo/traffic.ts'

export interface DemoOptions {
  /** The configuration directory; the example's by default. */
  readonly dir?: string
  /** See `DemoPlaces`; they are the user's by default. */
  readonly ownsFiles?: boolean
  /** What is said before the first line of numbers; of the example's files by default. */
  readonly intro?: (facts: IntroFacts, paint: Paint) => Promise<string[]> | string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ports: DemoPorts
  /** Ends after this many milliseconds of traffic, with the line of that second; else Ctrl-C ends it. */
  readonly forMs?: number
  /** Requests per second; 0 for none. */
  readonly traffic: number
  /** How V2 fails after `faultAfterMs` of traffic; it works by default. */
  readonly fault?: FaultKind
  readonly faultAfterMs: number
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

const users = 10_000
const headerEverySeconds = 20

/** `switchback demo`: live traffic split between two sample services. Returns the exit code, 0 or 1. */
export async function demo(options: DemoOptions): Promise<number> {
  const { dir = exampleDir, traffic: perSecond, forMs = Infinity, out } = options
  const { ownsFiles = false, intro = introLines } = options
  const { fault = null, faultAfterMs } = options
  const { ended, end } = createEnding()

  await using open = new AsyncDisposableStack()
  const parts = await openParts({ ...options, dir, ownsFiles, matches }, open)
  if (parts === null) return 1
  const { gateway, v2, ports } = parts
  // One worker, so they are held here.
  const flags = () => gateway.flags() as FlagSource

  let shares = sharesInForce(flags())
  const flagKind = flags().kind
  const facts = { dir, ports, shares, flagKind, perSecond, users, fault, faultAfterMs }
  for (const line of await intro(facts, paint)) out(line)

  const tally = createTally()
  const traffic = createTraffic({
    port: ports.gateway,
    perSecond,
    callers: createCallers(users),
    clock: systemClock,
    random: createRandom(362_436_069),
    onAnswered(answered) {
      tally.add(answered)
      staged.add(answered)
    },
  })
  if (perSecond > 0) await traffic.warmUp()
  const staged = createStagedFault({
    kind: fault,
    afterMs: faultAfterMs,
    clock: systemClock,
    gateway,
    v2,
    out,
    paint,
  })
  traffic.start()
  let time = 0
  const stopLines = systemClock.every(1000, () => {
    if (time % headerEverySeconds === 0) out(liveHeader(paint))
    const before = shares
    shares = sharesInForce(flags())
    out(liveLine({ time: ++time, counts: tally.takeSecond(), shares, before }, paint))
    if (time * 1000 >= forMs) end()
  })

  await ended
  stopLines()
  await traffic.stop()
  staged.stop()
  out('')
  for (const line of summaryLines(tally, sharesInForce(flags()), paint)) out(line)
  const came = staged.facts()
  if (came !== null) for (const line of faultSummaryLines(came, paint)) out(line)
  return 0
}
