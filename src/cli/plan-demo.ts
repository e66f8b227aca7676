import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import type { FlagSource } from '../cohort/flag-source.ts'
import type { RolloutReport } from '../fleet/rollout/rollout-report.ts'
import { createCallers } from './demo/callers.ts'
import { createEnding } from './demo/ending.ts'
import { faultLine } from './demo/fault-lines.ts'
import { liveHeader, liveLine } from './demo/live-line.ts'
import { matches } from './demo/offers.ts'
import { openParts } from './demo/open-parts.ts'
import { paint } from './demo/paint.ts'
import { planIntroLines, planLine } from './demo/plan/plan-lines.ts'
import { watchPlan } from './demo/plan/plan-watch.ts'
import { writePlannedExample } from './demo/plan/planned-example.ts'
import type { DemoPorts } from './demo/ports.ts'
import { createRandom } from './demo/random.ts'
import type { FaultKind } from './demo/sample-fault.ts'
import { sharesInForce } from './demo/shares.ts'
import { summaryLines } from './demo/summary.ts'
import { createTally } from './demo/tally.ts'
import { createTraffic } from './demo/traffic.ts'
import { flagFile } from './demo/write-example.ts'
import { exitCodes } from './exit-codes.ts'

export interface PlanDemoOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ports: DemoPorts
  /** Milliseconds that each stage is held. */
  readonly holdMs: number
  /** Requests per second. */
  readonly traffic: number
  /** How V2 fails once the flag says `failsAt` percent; it works by default. */
  readonly fault?: FaultKind
  readonly failsAt: number
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

const users = 10_000
const headerEverySeconds = 20
/** What is seen of the end, in live lines. */
const afterwards = 3

/**
 * `switchback demo --plan`: a rollout from 0 % to 100 %, in files of its own. Ends a little after the last
 * stage, or after the switch back. Returns the exit code: 1 where it ended otherwise than it should.
 */
export async function planDemo(options: PlanDemoOptions): Promise<number> {
  const { holdMs, traffic: perSecond, fault = null, failsAt, out } = options
  const { ended, end } = createEnding()
  await using open = new AsyncDisposableStack()
  const dir = await writePlannedExample(holdMs, open)
  const parts = await openParts({ ...options, dir, ownsFiles: true, matches }, open)
  if (parts === null) return exitCodes.refused
  const { gateway, v2, ports } = parts
  // One worker, so they are held here.
  const flags = () => gateway.flags() as FlagSource
  const intro = { ports, perSecond, holdMs, flagFile: join(dir, flagFile) }
  for (const line of planIntroLines({ ...intro, failsAt: fault && failsAt }, paint)) out(line)

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
  let failing = false
  const plan = watchPlan({ clock: systemClock, adminPort: ports.admin, onChange: tell })

  function tell(report: RolloutReport): void {
    out(planLine(report, paint))
    if (fault === null || failing || report.percent !== failsAt) return
    failing = true
    v2.fail(fault)
    out(faultLine(fault, paint))
  }

  let shares = sharesInForce(flags())
  let time = 0
  let over = 0
  const stopLines = systemClock.every(1000, () => {
    if (time % headerEverySeconds === 0) out(liveHeader(paint))
    const before = shares
    shares = sharesInForce(flags())
    out(liveLine({ time: ++time, counts: tally.takeSecond(), shares, before }, paint))
    if (isOver(plan.last()) && ++over >= afterwards) end()
  })

  await ended
  stopLines()
  plan.stop()
  await traffic.stop()
  out('')
  for (const line of summaryLines(tally, sharesInForce(flags()), paint)) out(line)
  const last = plan.last()
  const wanted = fault === null ? 'promoted' : 'switched-back'
  out('')
  out(`  ${paint('bold', 'the plan'.padEnd(20))}${last?.text ?? 'was not seen'}`)
  return last?.phase === wanted ? exitCodes.done : exitCodes.refused
}

function isOver(report: RolloutReport | null): boolean {
  return report?.phase === 'promoted' || report?.phase === 'switched-back'
}
