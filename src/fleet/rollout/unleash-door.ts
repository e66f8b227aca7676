import type { Clock } from '../../clock.ts'
import type { movableStrategies } from '../../config/movable-strategy.ts'
import type { MovedStrategies } from '../../config/rollout-rule.ts'
import type { UnleashAdminConfig } from '../../config/schema-fleet.ts'
import type { FlagDoor, Moved } from '../../rollout/flag-door.ts'
import { attemptOf, type CallAnswer, call } from '../announce/outgoing-call.ts'
import { shareOf, type WrittenFlag, type WrittenStrategy, writesOf } from './written-strategy.ts'

export interface UnleashDoorDeps {
  readonly config: UnleashAdminConfig
  readonly clock: Clock
  readonly movable: typeof movableStrategies
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

/** A strategy as Unleash's admin API shows it. */
interface UnleashStrategy extends WrittenStrategy {
  readonly id: string
}

interface Environment {
  readonly enabled: boolean
  readonly strategies: readonly UnleashStrategy[]
}

type Asked<T> =
  | { readonly ok: true; readonly found: T }
  | { readonly ok: false; readonly why: string }

/** The percentage of a flag where Unleash keeps it: a strategy of the project and environment in `unleash.admin`. */
export function createUnleashDoor({ config, clock, movable, signal }: UnleashDoorDeps): FlagDoor {
  const { url, token, project, environment } = config
  const base = url.replace(/\/+$/, '')

  async function ask(method: 'GET' | 'PATCH', path: string, body?: object): Promise<CallAnswer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { authorization: token, ...json }
    const request = { url: `${base}${path}`, method, headers, reads: true }
    return call(
      clock,
      body === undefined ? request : { ...request, body: JSON.stringify(body) },
      signal,
    )
  }

  async function environmentOf(flag: string): Promise<Asked<Environment>> {
    const answer = await ask('GET', pathOf(flag))
    const read = attemptOf(answer, '')
    if (read.result !== 'done') return { ok: false, why: `Unleash: ${read.text}` }
    const found = parsed(answer)
    const isOne = typeof found?.enabled === 'boolean' && Array.isArray(found.strategies)
    if (!isOne) return { ok: false, why: 'Unleash: its answer is none of its admin API' }
    return { ok: true, found: found as unknown as Environment }
  }

  function pathOf(flag: string): string {
    const parts = ['projects', project, 'features', flag, 'environments', environment]
    return `/${parts.map(encodeURIComponent).join('/')}`
  }

  async function writtenIn(
    flag: string,
    moved: MovedStrategies,
  ): Promise<Asked<WrittenFlag<UnleashStrategy>>> {
    const asked = await environmentOf(flag)
    if (!asked.ok) return asked
    const { enabled, strategies } = asked.found
    if (!enabled) return { ok: false, why: `it is off in ${environment}` }
    return { ok: true, found: { strategies, moved, movable } }
  }

  async function write(flag: string, strategy: UnleashStrategy, to: number): Promise<Moved> {
    // One field: whatever else a person changes at the same time stays as that person wants it. Unleash
    // looks once more that it still says what was read here.
    const field = '/parameters/rollout'
    const change = [
      { op: 'test', path: field, value: strategy.parameters?.rollout },
      { op: 'replace', path: field, value: String(to) },
    ]
    const path = `${pathOf(flag)}/strategies/${encodeURIComponent(strategy.id)}`
    const { result, text } = attemptOf(await ask('PATCH', path, change), '')
    return result === 'done' ? { ok: true } : { ok: false, text: `Unleash: ${text}` }
  }

  return {
    place: 'Unleash',
    async read(flag, moved) {
      const asked = await writtenIn(flag, moved)
      return asked.ok ? shareOf(asked.found) : { readable: false, why: asked.why }
    },
    async move(flag, moved, from, to, forbids): Promise<Moved> {
      const asked = await writtenIn(flag, moved)
      if (!asked.ok) return { ok: false, text: asked.why }
      const writes = writesOf(asked.found, from, to)
      if (typeof writes === 'string') return { ok: false, text: writes }
      for (const { strategy, to: wanted } of writes) {
        const why = forbids()
        if (why !== null) return { ok: false, text: why }
        const written = await write(flag, strategy, wanted)
        if (!written.ok) return written
      }
      return { ok: true }
    },
    async lastMover(flag) {
      const query = new URLSearchParams({ feature: `IS:${flag}`, limit: '20' })
      const found = parsed(await ask('GET', `/search/events?${query}`))
      const events = Array.isArray(found?.events) ? (found.events as UnleashEvent[]) : []
      const moved = events.find(
        each => each.type === 'feature-strategy-update' && each.environment === environment,
      )
      return moved?.createdBy === undefined ? null : { who: moved.createdBy }
    },
  }
}

interface UnleashEvent {
  readonly type: string
  readonly environment?: string
  readonly createdBy?: string
}

function parsed(answer: CallAnswer): Readonly<Record<string, unknown>> | null {
  if (answer.status === null || answer.status >= 300) return null
  try {
    return JSON.parse(answer.body) as Readonly<Record<string, unknown>>
  } catch {
    return null
  }
}
