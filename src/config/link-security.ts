import { type ConfigDocument, faultAt } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { SecurityConfig } from './schema-security.ts'

/** What all clients come to is no less than what one of them does. */
export function linkSecurity(
  document: ConfigDocument,
  security: Draft<SecurityConfig> | undefined,
): Fault[] {
  return Object.entries(security?.events ?? {}).flatMap(([kind, rule]) => {
    const { perClient = 0, inAll = 0 } = rule ?? {}
    if (inAll === 0 || inAll >= perClient) return []
    const least = `0, or at least perClient, which is ${perClient}`
    return [faultAt(document, ['security', 'events', kind, 'inAll'], least)]
  })
}
