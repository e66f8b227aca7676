import { CannotBegin } from '../exit-code.ts'
import { machineFacts } from '../machine.ts'
import { pooledQuantile } from '../pooled-quantile.ts'
import type { Stage } from '../stage.ts'
import type { ConnectionOptions } from './connection.ts'
import { figuresOf } from './figures.ts'
import { milliseconds, perSecond } from './in-words.ts'
import { startLoad } from './load.ts'
import { sampleHeaders, samplePath, startOwnTargets } from './own-targets.ts'
import { ownersOf } from './port-owners.ts'
import { probe } from './probe.ts'
import { profileInWords, profiles } from './profiles.ts'
import { createProgress, type Screen } from './progress.ts'
import { promisesOf } from './promises.ts'
import type { Report } from './report.ts'
import { requestsOf } from './request.ts'
import { playTurns, turnsOf } from './rounds.ts'
import type { Settings } from './settings.ts'
import { type Target, type TargetName, targetNames, titles } from './target.ts'
import { watchUsage } from './usage.ts'
import { judge, overall } from './verdicts.ts'

const warmUpMs = 3000

/** Loads V1, V2 and the gateway in turn. @param screen Where progress is told. */
export async function loadTest(settings: Settings, stage: Stage, screen: Screen): Promise<Report> {
  const { profile, durationMs, rounds, connections, timeoutMs } = settings
  const facts = machineFacts()
  const targets = await targetsOf(settings, stage)
  const optionsOf = (target: Target) => requestOptions(settings, target)
  for (const target of targets) {
    const fault = await probe(target, optionsOf(target))
    if (fault !== null) throw new CannotBegin(fault)
  }

  const perMinute = profiles[profile]
  const load = startLoad(stage.children)
  const turns = turnsOf(targets, rounds)
  const lengthOf = (round: number) => (round === 0 ? Math.min(warmUpMs, durationMs) : durationMs)
  const total = turns.reduce((sum, { round }) => sum + lengthOf(round), 0)
  const progress = createProgress(screen, total / 1000, () => performance.now())
  try {
    const loaded = await playTurns({
      turns,
      play: ({ target, round }) =>
        watchUsage(target.owners, () =>
          load.play({
            ...optionsOf(target),
            ...{ connections, durationMs: lengthOf(round) },
            perSecond: perMinute === null ? null : perMinute / 60,
          }),
        ),
      beforeTurn: ({ round, target }) =>
        progress.begin(
          `${roundInWords(round, rounds)}, ${titles[target.name]}`,
          lengthOf(round) / 1000,
        ),
      afterTurn({ round, target }, played) {
        const p95 = milliseconds(pooledQuantile([played.timesMs], 0.95)([1]))
        const rate = perSecond((played.good / played.elapsedMs) * 1000)
        progress.tell(
          `${roundInWords(round, rounds)}, ${titles[target.name]}: ${rate} answers/s, p95 ${p95}, ${played.due - played.good} failed`,
        )
      },
    })
    const judged = judge(promisesOf(profile, settings.tolerance), loaded)
    return {
      profile,
      title: profileInWords(profile),
      facts: [...facts, ...factsOf(settings, targets)],
      verdict: overall(judged),
      judged,
      figures: loaded.map(figuresOf),
      loaded,
    }
  } finally {
    progress.close()
  }

  function requestOptions(
    { method, headers, body, urls }: Settings,
    { url }: Target,
  ): ConnectionOptions {
    const { pathname, search } = new URL(url)
    // A URL writes braces as escapes.
    const path = `${pathname}${search}`.replaceAll('%7Bn%7D', '{n}')
    const own = urls === null ? sampleHeaders : {}
    const request = { path, method, headers: { ...own, ...headers }, body: body ?? '' }
    return { url, timeoutMs, requests: requestsOf(request) }
  }
}

async function targetsOf({ urls, path }: Settings, stage: Stage): Promise<Target[]> {
  const bases: Settings['urls'] = urls ?? (await startOwnTargets(stage))
  const wanted = path ?? (urls === null ? samplePath : null)
  const urlOf = (base: string) => (wanted === null ? base : new URL(wanted, base).href)
  return targetNames.flatMap((name: TargetName) => {
    const base = bases[name]
    return base === undefined ? [] : [{ name, url: urlOf(base), owners: ownersOf(base) }]
  })
}

function roundInWords(round: number, rounds: number): string {
  return round === 0 ? 'warm-up' : `round ${round} of ${rounds}`
}

function factsOf(settings: Settings, targets: readonly Target[]): string[] {
  const { profile, connections, rounds, durationMs, method, timeoutMs, urls, tolerance } = settings
  const paced =
    'sent when it is due, whatever became of those before; times count from then, so that waiting for a free connection is in them'
  const always = 'each connection asks again as soon as it is answered'
  return [
    `load: ${profileInWords(profile)}, over at most ${connections} connections; ${profiles[profile] === null ? always : paced}`,
    `rounds: ${rounds} of ${durationMs / 1000} s on each target in turn, in the other direction each time, after a warm-up`,
    `failed: any answer that is not 2xx, none within ${timeoutMs / 1000} s, a lost connection`,
    `times: of good answers, and of those that were waited for in vain`,
    `no worse: V2 may look ${tolerance * 100} % worse than V1`,
    ...(urls === null
      ? [
          'V1 and V2 are the sample services of the demo, the gateway has its example configuration, without access log and as patient as the load tester; nobody has V2 through it, so that what it takes longer than V1 is its own; all of them, and the load, share this machine',
        ]
      : []),
    ...targets.map(({ name, url, owners }) => {
      const where =
        owners.length === 0
          ? 'CPU and memory not known: not on this machine, or not to be looked at'
          : `on this machine, process ${owners.join(' and ')}`
      return `${titles[name]}: ${method} ${url}, ${where}`
    }),
  ]
}
