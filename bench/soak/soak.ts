import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createProgress, type Screen } from '../load-test/progress.ts'
import { residentBytes } from '../proc.ts'
import type { Stage } from '../stage.ts'
import type { Course, Moment } from './course.ts'
import { mostLeftOpen } from './findings.ts'
import { type OpenFiles, openFilesOf } from './open-files.ts'
import { type Scene, startScene } from './scene.ts'
import { sumOf, type Tally } from './traffic/tally.ts'

export interface SoakOptions {
  readonly durationMs: number
  /** Requests a second, WebSockets among them. */
  readonly perSecond: number
}

/**
 * Before the baseline is taken the same comes so many times as fast: what is opened once and stays open is
 * open by then, and what V8 compiles is compiled, which goes by how often it was called.
 */
const warmUpSpeed = 5
const leastWarmUpMs = 3000
const lookEveryMs = 2000
const reloadEveryMs = 10_000
/** Each of so many reloads is of a configuration that must be refused. */
const refusedEvery = 4
/** Milliseconds that clients may take to start, and the last of them to be answered. */
const lastAnswersMs = 120_000
/** For rest: what is open must stay the same for so long, and is waited for no longer than that. */
const calmMs = 2500
const patienceMs = 60_000

export async function soak(
  { durationMs, perSecond }: SoakOptions,
  stage: Stage,
  screen: Screen,
): Promise<Course> {
  const scene = await startScene(stage)
  const warmUpMs = Math.max(leastWarmUpMs, durationMs / warmUpSpeed)
  const total = (warmUpMs + durationMs) / 1000
  const progress = createProgress(screen, total, () => performance.now())
  try {
    const fast = perSecond * warmUpSpeed
    progress.begin(`warm-up, ${fast} a second`, warmUpMs / 1000)
    const warmUp = await drive(stage, scene, fast, warmUpMs, reloadEveryMs / warmUpSpeed)
    const before = await atRest(scene.pid)

    progress.begin(`traffic, ${perSecond} a second`, durationMs / 1000)
    const driven = await drive(stage, scene, perSecond, durationMs, reloadEveryMs)
    const after = await atRest(scene.pid, before)
    return {
      ...{ durationMs, before, after, moments: driven.moments },
      tally: sumOf(warmUp.tally, driven.tally),
      reloads: warmUp.reloads + driven.reloads,
      refusals: warmUp.refusals + driven.refusals,
      reloadFaults: [...warmUp.reloadFaults, ...driven.reloadFaults],
      switchesBack: scene.switchesBack(),
    }
  } finally {
    progress.close()
  }
}

/** Traffic for so long, and meanwhile looks at the gateway, and reloads. */
async function drive(
  stage: Stage,
  scene: Scene,
  perSecond: number,
  durationMs: number,
  reloadEveryMs: number,
): Promise<Pick<Course, 'moments' | 'tally' | 'reloads' | 'refusals' | 'reloadFaults'>> {
  const moments: Moment[] = []
  const reloads = { asked: 0, refused: 0, faults: [] as string[] }
  const over = new AbortController()
  const end = () => over.abort()
  const startedAt = performance.now()
  const [tally] = await Promise.all([
    traffic(stage, scene, perSecond, durationMs).finally(end),
    every(lookEveryMs, over.signal, async () => {
      moments.push(await momentOf(scene, performance.now() - startedAt))
    }),
    every(reloadEveryMs, over.signal, async () => {
      const isGood = ++reloads.asked % refusedEvery !== 0
      if (!isGood) reloads.refused++
      const fault = await scene.reload(isGood)
      if (fault !== null) reloads.faults.push(fault)
    }),
  ]).finally(end)
  return {
    ...{ moments, tally, reloadFaults: reloads.faults },
    ...{ reloads: reloads.asked, refusals: reloads.refused },
  }
}

async function traffic(
  { children }: Stage,
  { port }: Scene,
  perSecond: number,
  durationMs: number,
): Promise<Tally> {
  const program = join(import.meta.dirname, 'traffic-process.ts')
  const requests = Math.ceil((perSecond * durationMs) / 1000)
  const child = children.start('clients', [
    ...[process.execPath, program, String(port), String(perSecond), String(requests)],
  ])
  return (await child.message(durationMs + lastAnswersMs)) as Tally
}

/** Does something at once and then again and again, never twice at a time, until it is over. */
async function every(ms: number, over: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!over.aborted) {
    await act()
    await delay(ms, null, { signal: over }).catch(() => {})
  }
}

async function momentOf(scene: Scene, at: number): Promise<Moment> {
  const look = await scene.look()
  return { at, ...look, residentBytes: residentBytes(scene.pid), open: openFilesOf(scene.pid) }
}

/** What is open when it does not change any more; with a baseline, when it is near that as well. */
async function atRest(pid: number, baseline?: OpenFiles): Promise<OpenFiles> {
  const deadline = performance.now() + patienceMs
  let last = openFilesOf(pid)
  let since = performance.now()
  for (;;) {
    const isNear = baseline === undefined || Math.abs(last.all - baseline.all) <= mostLeftOpen
    const isCalm = performance.now() - since >= calmMs
    if ((isNear && isCalm) || performance.now() > deadline) return last
    await delay(100)
    const now = openFilesOf(pid)
    if (now.all !== last.all || now.sockets !== last.sockets) since = performance.now()
    last = now
  }
}
