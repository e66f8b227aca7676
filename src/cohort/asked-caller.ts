import { isIP } from 'node:net'
import type { SourceConfig } from '../config/schema-route.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { Caller } from '../identity/caller.ts'
import type { AssignedRequest } from './assign.ts'
import { isSessionId, sessionCookie } from './sticky-key.ts'

/** A caller that somebody asks about. */
export interface AskedCaller {
  /** User id, as the route's `user` source has it. */
  readonly user?: string
  /** Value of the `sb_sid` cookie. */
  readonly session?: string
  /** Client address; 127.0.0.1 by default. */
  readonly address?: string
  /** Values of the route's `properties`. */
  readonly properties: Readonly<Record<string, string>>
}

/** The caller that the gateway would know. */
export function callerOf({ user, address, properties }: AskedCaller, route: LinkedRoute): Caller {
  const found = Object.entries(properties).map(([name, value]) => [
    name,
    asRead(value, route.properties[name]),
  ])
  return {
    userId: user === undefined ? null : asRead(user, route.user),
    address: address ?? '127.0.0.1',
    properties: Object.fromEntries(found),
    claims: null,
  }
}

/** The part of a request of theirs that an assignment depends on. */
export function requestOf({ session }: AskedCaller): AssignedRequest {
  return { headers: session ? ['cookie', `${sessionCookie}=${session}`] : [], scheme: 'http' }
}

/** What the gateway would never see must not be answered, or the answer would not be the gateway's. */
export function mistakeIn(asked: AskedCaller, route: LinkedRoute): string | null {
  const { user, session, address, properties } = asked
  if (user !== undefined && route.user === undefined) {
    return `user must be absent, since route ${route.name} has no user source`
  }
  if (session !== undefined && !isSessionId(session)) {
    const received = JSON.stringify(session)
    return `session must be the 22 characters of an ${sessionCookie} cookie, received ${received}`
  }
  if (address !== undefined && isIP(address) === 0) {
    return `address must be an IP address, received ${JSON.stringify(address)}`
  }
  const stranger = Object.keys(properties).find(name => !Object.hasOwn(route.properties, name))
  if (stranger !== undefined) {
    const names = Object.keys(route.properties).join(', ')
    return `property must be one of ${names || '(there are none)'}, received ${JSON.stringify(stranger)}`
  }
  return null
}

/** Node reads each byte of a header as one character, and a name of two bytes as two (RFC 9110 section 5.5). */
function asRead(value: string, source: SourceConfig | undefined): string {
  if (source === undefined || 'claim' in source) return value
  return Buffer.from(value, 'utf8').toString('latin1')
}
