import { randomBytes } from 'node:crypto'
import { type AskedCaller, callerOf, mistakeIn, requestOf } from '../cohort/asked-caller.ts'
import { explain } from '../cohort/explain.ts'
import { createSeenCookie } from '../cohort/seen-cookie.ts'
import { formatFault } from '../config/format-fault.ts'
import { loadConfig } from '../config/load.ts'
import { unknownRoute } from '../pipeline/asking/unknown-route.ts'
import { explanationText } from './explanation-text.ts'
import { keptLatches } from './kept-latches.ts'
import { openFlags } from './open-flags.ts'

export interface ExplainOptions extends AskedCaller {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Name of the route. */
  readonly route: string
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
      requestOf(options),
      callerOf(options, route),
    )
    if (options.json) out(JSON.stringify({ route: route.name, ...explanation }))
    else for (const line of explanationText(route.name, explanation)) out(line)
  } finally {
    await flags.close()
  }
  return 0
}
