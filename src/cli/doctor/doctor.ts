import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { formatFault } from '../../config/format-fault.ts'
import { type Loaded, loadConfig } from '../../config/load.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import { exitCodes } from '../exit-codes.ts'
import { createProgress } from '../progress.ts'
import { allChecks } from './all-checks.ts'
import { countFindings, doctorText } from './doctor-text.ts'
import { judgeClock, type Sighting } from './judge-clock.ts'
import { judgeNode } from './judge-node.ts'
import { type Finding, type Judgement, ok, problem, skipped, warning } from './judgement.ts'
import { runningGateway } from './ports.ts'
import { runChecks } from './run-checks.ts'

export interface DoctorOptions {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds that each look has; they look at the same time. */
  readonly timeoutMs: number
  readonly json: boolean
  readonly out: (line: string) => void
}

/**
 * `switchback doctor`: whether everything around a gateway is as it needs it. Changes nothing. Returns
 * the exit code: 0 also with warnings, `refused` where there is a problem.
 */
export async function doctor(options: DoctorOptions): Promise<number> {
  const { dir, env, json, out } = options
  const loaded = await loadConfig({ dir, env })
  const findings: Finding[] = [
    { ...judgeNode(process.versions.node), check: 'node', subject: '' },
    { ...(await judgeConfiguration(dir, loaded)), check: 'configuration', subject: dir },
    ...(loaded.ok ? await lookAround(options, loaded.snapshot) : [unlooked]),
  ]
  const counts = countFindings(findings)
  const isWell = counts.problem === 0
  if (json) out(JSON.stringify({ ok: isWell, counts, findings }))
  else for (const line of doctorText(findings)) out(line)
  return isWell ? exitCodes.done : exitCodes.refused
}

const unlooked: Finding = {
  ...skipped('everything else needs a configuration that is in order'),
  check: 'configuration',
  subject: '',
}

async function judgeConfiguration(dir: string, loaded: Loaded): Promise<Judgement> {
  if (loaded.ok) {
    const { routes, version } = loaded.snapshot
    return ok(`${routes.length} ${routes.length === 1 ? 'route' : 'routes'}, version ${version}`)
  }
  if (!(await hasAny(dir))) {
    return warning(
      'there is none here',
      'name its directory with -c, or see one at work: switchback demo',
    )
  }
  const [first] = loaded.faults.map(formatFault)
  const rest = loaded.faults.length - 1
  return problem(
    rest === 0 ? String(first) : `${first}, and ${rest} more`,
    `correct what \`switchback check ${dir}\` names`,
  )
}

async function hasAny(dir: string): Promise<boolean> {
  const found = await Promise.allSettled(
    ['switchback.yaml', 'routes', 'policies', 'flags'].map(name => stat(join(dir, name))),
  )
  return found.some(({ status }) => status === 'fulfilled')
}

async function lookAround(
  { dir, env, timeoutMs }: DoctorOptions,
  snapshot: Snapshot,
): Promise<Finding[]> {
  const clock = systemClock
  const sightings: Sighting[] = []
  const saw = (sighting: Sighting) => void sightings.push(sighting)
  const progress = createProgress()
  // First for the gateway that runs here, then at everything else at once.
  progress.say(`looking around, for ${(2 * timeoutMs) / 1000} s at most`)
  const running = await runningGateway({ dir, env }, AbortSignal.timeout(timeoutMs))
  const checks = allChecks(snapshot, { clock, running, saw })
  const findings = await runChecks(checks, { clock, timeoutMs })
  progress.end()
  const judged = judgeClock(sightings, leastTolerance(snapshot))
  return [...findings, { ...judged, check: 'clock', subject: '' }]
}

/** Seconds that the strictest policy with tokens allows; null where nobody asks for one. */
function leastTolerance({ routes }: Snapshot): number | null {
  const all = routes.flatMap(({ rules: { auth } }) =>
    auth === 'public' || auth.issuers.length === 0 ? [] : auth.clockToleranceSeconds,
  )
  return all.length === 0 ? null : Math.min(...all)
}
