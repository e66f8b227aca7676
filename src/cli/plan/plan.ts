import { configChanges } from '../../config/changes.ts'
import { formatFault } from '../../config/format-fault.ts'
import { type Loaded, loadConfig } from '../../config/load.ts'
import type { ProcessConfig } from '../../config/schema-process.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { Decision } from '../../decisions/decision.ts'
import { type ReplayReport, replayAll } from '../../decisions/replay-report.ts'
import { processChanges } from '../../pipeline/process-changes.ts'
import { createReplay } from '../../pipeline/replaying/replay.ts'
import type { AdminTarget } from '../admin-client.ts'
import { exitCodes } from '../exit-codes.ts'
import { openFlags } from '../open-flags.ts'
import { createProgress, type Progress } from '../progress.ts'
import { LogFault, readDecisionLog } from './decision-log.ts'
import { heldDecisions } from './held-decisions.ts'
import { changeLines, replayLines } from './plan-text.ts'
import type { ConfigPlan, FlagsUsed, Plan } from './planned.ts'

export interface PlanOptions extends AdminTarget {
  /** The configuration directory that is proposed; `dir` has the one in force. */
  readonly proposed: string
  /** File with decisions, in the place of those that the gateway remembers. */
  readonly log?: string | undefined
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

type Read = Extract<Loaded, { ok: true }>

/**
 * `switchback plan`: what another configuration says differently, and what it would have decided
 * differently about the last requests. Changes nothing. Returns the exit code: 0 where no decision
 * changes, `changes` where some do, `notYet` where nobody can say.
 */
export async function plan(options: PlanOptions): Promise<number> {
  const { dir, proposed, env, json, out, error } = options
  const after = await loadConfig({ dir: proposed, env })
  if (!after.ok) return refuse(after, options)
  const before = await loadConfig({ dir, env })
  if (!before.ok) {
    error(`Cannot plan: --config must be the configuration in force, received ${dir}, in which`)
    return refuse(before, options)
  }
  const config = configPlan(before, after)
  if (!json) for (const line of changeLines(config, after.snapshot)) out(line)

  const progress = createProgress()
  const read = await readDecisions(options, progress)
  if (!read.ok) {
    progress.end()
    error(read.message)
    return exitCodes[read.reason]
  }
  const { decisions, running, unheard } = read
  progress.say(`deciding ${decisions.length} requests by both configurations`)
  const { flags, report } = await replayed(before.snapshot, after.snapshot, decisions)
  progress.end()
  const planned: Plan = { ...config, running, unheard, flags, replay: report }
  if (json) out(JSON.stringify(planned))
  else for (const line of replayLines(planned)) out(line)
  return exitCodeOf(planned)
}

function refuse({ faults }: Extract<Loaded, { ok: false }>, { out }: PlanOptions): number {
  for (const fault of faults) out(formatFault(fault))
  return exitCodes.refused
}

function configPlan(before: Read, after: Read): ConfigPlan {
  const hasWorkers = before.snapshot.process.workers > 1
  const changes = processChanges(processOf(before), processOf(after), hasWorkers)
  return {
    inForce: before.snapshot.version,
    proposed: after.snapshot.version,
    changed: configChanges(before.documents, after.documents),
    newWorkers: changes.restartWorkers,
    atNextStart: changes.atNextStart,
  }
}

/** As written: paths of files are made absolute later, and another directory alone changes nothing. */
function processOf({ documents, snapshot }: Read): ProcessConfig {
  const written = documents.find(({ document }) => document.kind === 'process')
  return (written?.whole as ProcessConfig | undefined) ?? snapshot.process
}

type ReadDecisions =
  | {
      readonly ok: true
      readonly decisions: readonly Decision[]
      readonly running: string | null
      readonly unheard: number
    }
  | {
      readonly ok: false
      readonly reason: Exclude<keyof typeof exitCodes, 'done'>
      readonly message: string
    }

async function readDecisions(
  { log, ...target }: PlanOptions,
  progress: Progress,
): Promise<ReadDecisions> {
  if (log === undefined) {
    const held = await heldDecisions(target, (read, kept) =>
      progress.say(`reading what the gateway remembers: ${read} of ${kept} decisions`),
    )
    return held.ok ? { ...held, running: held.config } : held
  }
  progress.say(`reading ${log}`)
  try {
    return { ok: true, decisions: await readDecisionLog(log), running: null, unheard: 0 }
  } catch (fault) {
    if (!(fault instanceof LogFault)) throw fault
    return { ok: false, reason: 'badUsage', message: `Cannot plan: ${fault.message}` }
  }
}

/** With the flags that each of the two configurations has now. */
async function replayed(
  before: Snapshot,
  after: Snapshot,
  decisions: readonly Decision[],
): Promise<{ readonly flags: FlagsUsed; readonly report: ReplayReport }> {
  const old = await openFlags(before)
  // One look at one Unleash, or what its flags changed in between would count as the files' doing.
  const now = isSameUnleash(before, after) ? old : await openFlags(after)
  try {
    const report = replayAll(decisions, createReplay(before, old), createReplay(after, now))
    return { flags: { inForce: old.status(), proposed: now.status() }, report }
  } finally {
    await old.close()
    if (now !== old) await now.close()
  }
}

function isSameUnleash(before: Snapshot, after: Snapshot): boolean {
  const [old, now] = [before.process.unleash, after.process.unleash]
  if (old === undefined || now === undefined) return false
  return old.url === now.url && old.token === now.token && old.appName === now.appName
}

/** Never "nothing changes" where some of it, or all, could not be looked at. */
function exitCodeOf({ replay, unheard, flags }: Plan): number {
  if (!flags.inForce.ready || !flags.proposed.ready) return exitCodes.notYet
  if (replay.changes > 0) return exitCodes.changes
  if (replay.decisions === 0 || replay.unknowns > 0 || unheard > 0) return exitCodes.notYet
  return exitCodes.done
}
