import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import type { RouteDifferences } from '../shadow/finding.ts'
import { createCallers } from './demo/callers.ts'
import { createEnding } from './demo/ending.ts'
import { watchLatch } from './demo/latch-watch.ts'
import { openParts } from './demo/open-parts.ts'
import { paint } from './demo/paint.ts'
import type { DemoPorts } from './demo/ports.ts'
import { createRandom } from './demo/random.ts'
import { createCopyCounts } from './demo/shadow/copy-counts.ts'
import { pairsBetween } from './demo/shadow/differences.ts'
import { shadowIntroLines } from './demo/shadow/intro.ts'
import { shadowHeader, shadowLine } from './demo/shadow/live-line.ts'
import { createOperator } from './demo/shadow/operator.ts'
import { createPricedMatch } from './demo/shadow/priced-match.ts'
import { writeShadowedExample } from './demo/shadow/shadowed-example.ts'
import { createShadowStory } from './demo/shadow/story.ts'
import { isConvincing, type ShadowSummary, shadowSummaryLines } from './demo/shadow/summary.ts'
import { createTally } from './demo/tally.ts'
import { createTraffic } from './demo/traffic.ts'
import { flagFile } from './demo/write-example.ts'
import { exitCodes } from './exit-codes.ts'

export interface ShadowDemoOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ports: DemoPorts
  /** Ends after this many milliseconds of traffic; else Ctrl-C ends it. */
  readonly forMs?: number
  /** Requests per second. */
  readonly traffic: number
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

const users = 10_000
const headerEverySeconds = 20
/** What V2 multiplies its prices by. */
const wrong = 1.01

/**
 * `switchback demo --shadow`: a V2 that no user sees, with one wrong field among much that is never the
 * same twice. Returns the exit code: 1 where the field was not named, or something else was.
 */
export async function shadowDemo(options: ShadowDemoOptions): Promise<number> {
  const { traffic: perSecond, forMs = Infinity, out } = options
  const { ended, end } = createEnding()
  await using open = new AsyncDisposableStack()
  const dir = await writeShadowedExample(open)
  const shared = { random: createRandom(88_172_645), clock: systemClock }
  let factor = wrong
  const matches = {
    v1: createPricedMatch({ ...shared, factor: () => 1 }),
    v2: createPricedMatch({ ...shared, factor: () => factor }),
  }
  const parts = await openParts({ ...options, dir, ownsFiles: true, matches }, open)
  if (parts === null) return exitCodes.refused
  const { gateway, ports } = parts
  const intro = { ports, perSecond, flagFile: join(dir, flagFile) }
  for (const line of shadowIntroLines(intro, paint)) out(line)

  const tally = createTally()
  const traffic = createTraffic({
    port: ports.gateway,
    perSecond,
    callers: createCallers(users),
    clock: systemClock,
    random: createRandom(362_436_069),
    onAnswered: tally.add,
  })
  traffic.start()
  const story = createShadowStory({
    clock: systemClock,
    ...createOperator(ports.admin),
    adminPort: ports.admin,
    mend() {
      factor = 1
    },
    out,
    paint,
  })
  const stopWatching = watchLatch({
    clock: systemClock,
    status: gateway.status,
    onSwitchedBack: ({ state }) =>
      out(paint('yellow', `  switched back: ${state.evidence?.text ?? state.by}`)),
    onResumed: () => out(paint('yellow', '  resumed: V2 is allowed again')),
  })
  const copies = createCopyCounts(systemClock, gateway.status)
  let time = 0
  let before = null as RouteDifferences | null
  const stopLines = systemClock.every(1000, () => void showSecond())
  async function showSecond(): Promise<void> {
    if (time % headerEverySeconds === 0) out(shadowHeader(paint))
    const { requests, answers } = tally.takeSecond()
    const differences = story.differences()
    const { compared, wrong } = pairsBetween(before, differences)
    before = differences
    const sent = await copies.takeSent()
    const mismatched = story.named() === null ? null : wrong
    const second = { time: ++time, requests, onV2: answers.v2, ...sent, compared, mismatched }
    out(shadowLine(second, paint))
    if (time * 1000 >= forMs) end()
  }

  await ended
  stopLines()
  await traffic.stop()
  story.stop()
  stopWatching()
  const { requests, answers } = tally.total()
  const summary: ShadowSummary = {
    requests,
    onV2: answers.v2,
    copies: await copies.settled(),
    differences: story.differences(),
    named: story.named(),
    gate: story.gate(),
    mended: story.sinceMended(),
  }
  out('')
  for (const line of shadowSummaryLines(summary, paint)) out(line)
  return isConvincing(summary) ? exitCodes.done : exitCodes.refused
}
