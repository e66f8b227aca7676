import type { Clock } from '../clock.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { FleetNotices } from '../fleet/stores/fleet-notices.ts'
import { noFacts } from '../guard/mismatch-facts.ts'
import { basisOf } from '../shadow/basis.ts'
import type { DifferencesView } from '../shadow/finding.ts'
import { newerDecision, readDecision } from '../shadow/findings/decision.ts'
import {
  createHeldRoute,
  type HeldRoute,
  type ShadowedRoute,
} from '../shadow/findings/held-route.ts'
import { readSums, sumsAsText } from '../shadow/findings/stored-sums.ts'
import type { Sums } from '../shadow/findings/sums.ts'
import type { Mismatches } from '../shadow/mismatches.ts'
import type { RouteReport, ShadowReport } from '../shadow/report.ts'
import type { OnLeftOut } from '../telemetry/left-out-log.ts'
import { createDecisions, subjectOfDecisions } from './difference-decisions.ts'

/** Milliseconds between two exchanges with the stores: the most that a restart forgets. */
const exchangePeriodMs = 5000

/** Reports of one route that wait to be added up, which they are every quarter second. */
const mostWaiting = 1000

export interface DifferencesDeps {
  readonly clock: Clock
  readonly notices: FleetNotices
  /** Names this machine's own sums among all that share a store, also after a restart. */
  readonly holder: string
  readonly audit: WriteAudit
  /** Hears of a person's word on the differences of a route, given here or on another machine. */
  readonly onDecided: (route: string) => void
  /** Hears of pairs that cannot be added up. */
  readonly onLeftOut: OnLeftOut
  readonly log: { warn(details: object, message: string): void }
}

/** One route, and what is under way for it. */
interface Desk {
  readonly shadowed: ShadowedRoute
  /** Milliseconds that a difference is kept after it was last seen. */
  keepMs: number
  readonly held: HeldRoute
  waiting: RouteReport[]
  /** Whether what was stored was looked for; nothing is added before, or it would be written over. */
  isLoaded: boolean
  isChanged: boolean
  /** Others' notices as read last: most have not changed the next time. */
  heard: ReadonlyMap<string, { readonly text: string; readonly sums: Sums | null }>
}

/** Holds what comparing V2 with V1 came to: on this machine, in the stores, and of all machines. */
export function createDifferences(deps: DifferencesDeps) {
  const { clock, notices, holder, log, onLeftOut } = deps
  let desks: ReadonlyMap<string, Desk> = new Map()
  let exchanging: Promise<void> | null = null
  let loading = Promise.resolve()

  /** Adds up what came. */
  function settle(desk: Desk): HeldRoute {
    if (desk.isLoaded && desk.waiting.length > 0) {
      desk.held.add(desk.waiting, clock.now())
      desk.waiting = []
      desk.isChanged = true
    }
    return desk.held
  }

  async function exchangeOne(desk: Desk): Promise<void> {
    const { shadowed, held } = desk
    const subject = `shadow/${shadowed.route}`
    await hearDecisions(desk)
    const stores = await notices.of(subject)
    const stored = stores.flatMap(each => each ?? [])
    if (!desk.isLoaded) {
      const own = stored.map(each => readSums(each.get(holder) ?? '')).find(each => each !== null)
      const { forgotten } = held.own()
      if (own?.basis === shadowed.basis && own.forgotten === forgotten) {
        held.resume(own)
        // Under another mask less of it is left.
        desk.isChanged = held.own() !== own
      }
      desk.isLoaded = true
    }
    // A store that began empty is told again.
    if (stored.some(each => !each.has(holder)) && !held.isEmpty()) desk.isChanged = true
    desk.heard = heardIn(stored, stored.length === stores.length, desk.heard)
    held.hear([...desk.heard.values()].flatMap(({ sums }) => sums ?? []))
    settle(desk)
    held.expire(clock.now() - desk.keepMs)
    await write(desk, subject)
  }

  /** Newest first come from any store; one that lacks it is told. */
  async function hearDecisions({ shadowed, held, isLoaded }: Desk): Promise<void> {
    const subject = subjectOfDecisions(shadowed.route)
    const stores = (await notices.of(subject)).flatMap(each => each ?? [])
    for (const place of new Set(stores.flatMap(each => [...each.keys()]))) {
      const texts = stores.map(each => each.get(place) ?? '')
      const found = texts.flatMap(text => readDecision(text) ?? [])
      if (found.length === 0) continue
      const newest = found.reduce(newerDecision)
      const isNews = held.decide(place, newest, clock.now())
      // After a start nothing is judged yet that it could change.
      if (isNews && isLoaded) deps.onDecided(shadowed.route)
      const text = JSON.stringify(newest)
      if (texts.some(each => each !== text)) await decisions.put(shadowed.route, place, newest)
    }
  }

  /** What others say; a machine that cannot be heard just now is taken at its last word. */
  function heardIn(
    stores: readonly ReadonlyMap<string, string>[],
    isWhole: boolean,
    before: Desk['heard'],
  ): Desk['heard'] {
    const heard = new Map(isWhole ? [] : before)
    for (const [name, text] of stores.flatMap(each => [...each])) {
      if (name === holder) continue
      const known = before.get(name)
      heard.set(name, known?.text === text ? known : { text, sums: readSums(text) })
    }
    return heard
  }

  async function write(desk: Desk, subject: string): Promise<void> {
    if (!desk.isChanged) return
    desk.isChanged = false
    const shared = await notices.put(subject, holder, sumsAsText(desk.held.own()), desk.keepMs)
    // The other machines hear of it when the store is back.
    if (shared === 'down') desk.isChanged = true
  }

  async function exchangeAll(): Promise<void> {
    await Promise.all(
      [...desks.values()].map(desk =>
        exchangeOne(desk).catch(error => {
          desk.isLoaded = true
          desk.isChanged = true
          const { route } = desk.shadowed
          log.warn({ err: error, route }, 'differences were not written down')
        }),
      ),
    )
  }

  /** One at a time, whatever it takes. */
  function exchange(): Promise<void> {
    exchanging ??= exchangeAll().finally(() => {
      exchanging = null
    })
    return exchanging
  }

  const decisions = createDecisions({
    ...deps,
    routeOf: route => {
      const desk = desks.get(route)
      return desk === undefined ? null : settle(desk)
    },
    onDecided(route) {
      deps.onDecided(route)
      const desk = desks.get(route)
      if (desk !== undefined) desk.isChanged = true
    },
  })
  const stop = clock.every(exchangePeriodMs, () => void exchange())
  const judged = (desk: Desk) => settle(desk).judged(clock.now())
  const judgedOf = (route: string) => {
    const desk = desks.get(route)
    return desk === undefined ? null : judged(desk)
  }

  const view: DifferencesView & Mismatches = {
    differences: () =>
      [...desks.values()]
        .map(desk => judged(desk).differences)
        .sort((a, b) => (b.mismatchRate ?? 0) - (a.mismatchRate ?? 0)),
    acknowledge: decisions.acknowledge,
    forget: decisions.forget,
    take: () => [...desks.values()].flatMap(desk => settle(desk).take() ?? []),
    facts: (route, allowed) => judgedOf(route)?.factsFor(allowed) ?? noFacts,
  }

  return {
    ...view,
    /** Takes what a worker found. */
    compared(report: ShadowReport): void {
      for (const each of report) {
        const desk = desks.get(each.route)
        if (desk === undefined) onLeftOut(each, 'unknown-route')
        else if (desk.shadowed.basis !== each.basis) onLeftOut(each, 'another-basis')
        else if (desk.waiting.length >= mostWaiting) onLeftOut(each, 'too-fast')
        else desk.waiting.push(each)
      }
    },
    /** Holds the routes of a snapshot from now on; those that are compared as before go on. */
    replace(routes: readonly LinkedRoute[]): void {
      const next = new Map<string, Desk>()
      for (const { shadowed, keepMs, mask } of routes.flatMap(each => shadowedRoute(each) ?? [])) {
        const { route, flag, basis } = shadowed
        const known = desks.get(route)
        const isSame = known?.shadowed.flag === flag && known.shadowed.basis === basis
        const desk = isSame ? known : newDesk(shadowed, keepMs, clock.now())
        // However long it is kept, and whatever is shown of it, it is the same.
        const before = desk.held.own()
        desk.held.mask(mask)
        desk.isChanged ||= desk.keepMs !== keepMs || desk.held.own() !== before
        desk.keepMs = keepMs
        next.set(route, desk)
      }
      desks = next
      // One that is under way knows nothing of the new ones.
      loading = (exchanging ?? Promise.resolve()).then(exchange)
    },
    /** Resolves when what was stored of the routes in force has been read. */
    loaded: (): Promise<void> => loading,
    /** Writes down the last of what came. */
    async close(): Promise<void> {
      stop()
      await exchanging
      await exchange()
    },
  }
}

export type Differences = ReturnType<typeof createDifferences>

function newDesk(shadowed: ShadowedRoute, keepMs: number, now: number): Desk {
  return {
    shadowed,
    keepMs,
    held: createHeldRoute(shadowed, now),
    waiting: [],
    isLoaded: false,
    isChanged: false,
    heard: new Map(),
  }
}

/** Null for a route of which nothing is copied. */
function shadowedRoute(route: LinkedRoute) {
  const { name, flag, v2, rules } = route
  if (v2 === undefined || rules.shadow === null || rules.shadow.share === 0) return null
  const shadowed = { route: name, flag: flag ?? '', basis: basisOf(route, rules.shadow) }
  const { keepMs, mask } = rules.shadow
  return { shadowed, keepMs, mask }
}
