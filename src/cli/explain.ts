import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { explain } from '../cohort/explain.ts'
import { createFileFlags } from '../cohort/file-flags.ts'
import type { FlagSource } from '../cohort/flag-source.ts'
import { createSeenCookie } from '../cohort/seen-cookie.ts'
import { isSessionId, sessionCookie } from '../cohort/sticky-key.ts'
import { openUnleashFlags } from '../cohort/unleash-flags.ts'
import { formatFault } from '../config/format-fault.ts'
import { loadConfig } from '../config/load.ts'
import type { LinkedRoute, Snapshot } from '../config/snapshot.ts'
import { createEmbeddedStore } from '../fleet/stores/embedded-store.ts'
import { drillOf } from '../guard/latch-state.ts'
import type { Caller } from '../identity/caller.ts'
import { explanationText } from './explanation-text.ts'

export interface ExplainOptions {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Name of the route. */
  readonly route: string
  /** User id, as the route's `user` source would give it. */
  readonly user?: string
  /** Value of the caller's `sb_sid` cookie. */
  readonly session?: string
  /** Client address; 127.0.0.1 by default. */
  readonly address?: string
  /** Values of the route's `properties`. */
  readonly properties: Readonly<Record<string, string>>
  /** One JSON object instead of text. */
  readonly json: boolean
  readonly out: (line: string) => void
}

/**
 * `switchback explain`: which variant a caller gets on a route, and why. Returns the exit code: 0, 1
 * for faults in the configuration, 2 for a question that no caller of the route could ask.
 */
export async function explainCommand(options: ExplainOptions): Promise<number> {
  const { dir, env, out } = options
  const loaded = await loadConfig({ dir, env })
  if (!loaded.ok) {
    for (const fault of loaded.faults) out(formatFault(fault))
    return 1
  }
  const { snapshot } = loaded
  const route = snapshot.routes.find(({ name }) => name === options.route)
  const mistake = route ? mistakeIn(options, route) : unknownRoute(options.route, snapshot)
  if (!route || mistake !== null) {
    out(`Cannot explain: ${mistake}.`)
    return 2
  }

  const flags = await openFlags(snapshot)
  try {
    const explanation = explain(
      {
        route,
        flags,
        seen: createSeenCookie(route, snapshot.process.cookieSecret),
        ...(await keptLatches(route, snapshot)),
        newId: () => randomBytes(16).toString('base64url'),
      },
      {
        headers: options.session ? ['cookie', `${sessionCookie}=${options.session}`] : [],
        scheme: 'http',
      },
      callerOf(options),
    )
    if (options.json) out(JSON.stringify({ route: route.name, ...explanation }))
    else for (const line of explanationText(route.name, explanation)) out(line)
  } finally {
    await flags.close()
  }
  return 0
}

function callerOf({ user, address, properties }: ExplainOptions): Caller {
  return { userId: user ?? null, address: address ?? '127.0.0.1', properties, claims: null }
}

/** What the gateway on this machine keeps of the flag: a caller of a switched-back flag gets V1. */
async function keptLatches({ flag }: LinkedRoute, { process }: Snapshot) {
  const { dir } = process.store
  // A gateway that never ran keeps nothing, and asking must not make its file.
  if (flag === undefined || !existsSync(join(dir, 'state.db'))) return {}
  const store = createEmbeddedStore({ dir, clock: systemClock })
  try {
    const states = await store.latches()
    const isTripped = (name: string) =>
      states.some(({ flag, state }) => flag === name && state === 'tripped')
    return {
      latch: { tripped: isTripped(flag) },
      drill: { tripped: isTripped(drillOf(flag)) },
    }
  } finally {
    await store.close()
  }
}

/** The events need no telling here: where the flags came from stands in the explanation. */
async function openFlags({ flags, process: { unleash } }: Snapshot): Promise<FlagSource> {
  if (!unleash) return createFileFlags({ flags })
  return openUnleashFlags({
    config: unleash,
    instanceId: 'explain',
    clock: systemClock,
    onEvent: () => {},
    readOnly: true,
  })
}

function unknownRoute(name: string, { routes }: Snapshot): string {
  const names = routes.map(route => route.name).join(', ')
  return `route must be one of ${names || '(there are none)'}, received ${JSON.stringify(name)}`
}

/** What the gateway would never see must not be explained, or the answer would not be the gateway's. */
function mistakeIn(options: ExplainOptions, route: LinkedRoute): string | null {
  if (options.user !== undefined && route.user === undefined) {
    return `user must be absent, since route ${route.name} has no user source`
  }
  if (options.session !== undefined && !isSessionId(options.session)) {
    const received = JSON.stringify(options.session)
    return `session must be the 22 characters of an ${sessionCookie} cookie, received ${received}`
  }
  const stranger = Object.keys(options.properties).find(name => !(name in route.properties))
  if (stranger !== undefined) {
    const names = Object.keys(route.properties).join(', ')
    return `property must be one of ${names || '(there are none)'}, received ${JSON.stringify(stranger)}`
  }
  return null
}
