import { faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { ownHeaders } from './own-headers.ts'
import type { ShadowConfig } from './schema-shadow.ts'
import { shareOf } from './units.ts'
import type { Checked } from './validate.ts'

type Shadow = Draft<ShadowConfig>

/** What is wrong: with which field of the shadow, none for the shadow as a whole. */
type Complaint = readonly [path: FieldPath, rule: string]

/** RFC 9110 section 9.2.1: only what is safe is V1 asked twice. */
const safe: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Request headers that are the gateway's own to write. */
const ours = new Set([...ownHeaders, 'x-switchback-shadow'])

/** The rules of a policy's shadow that a schema cannot say; `routes` are all there are. */
export function linkShadow(
  { document, draft }: Checked<'policy'>,
  routes: readonly Checked<'route'>[],
): Fault[] {
  const { shadow, budgets = [] } = draft
  const faults = budgets.flatMap((budget, i) => {
    if (budget?.signal !== 'mismatch') return []
    const lacking = isWritten(document, ['shadow']) ? shadow && lackingFor(shadow) : 'shadow'
    if (lacking === undefined || lacking === null) return []
    const rule = `another signal, or its policy be given ${lacking} to find mismatches by`
    return [faultAt(document, ['budgets', i, 'signal'], rule)]
  })
  if (shadow === undefined) return faults
  const complaints = [
    ...aboutRoutes(document.name, routes),
    ...aboutBytes(shadow),
    ...aboutOrder(shadow),
    ...aboutCredentials(shadow),
  ]
  for (const [path, rule] of complaints) faults.push(faultAt(document, ['shadow', ...path], rule))
  return faults
}

/** What a budget on mismatches has to have and this shadow has not; null for nothing. */
function lackingFor({ share, noise, methods }: Shadow): string | null {
  if (share !== undefined && shareOf(share) === 0) return 'a shadow.share above 0%'
  if (noise !== undefined && shareOf(noise) === 0) return 'a shadow.noise above 0%'
  const isSafe = methods?.some(method => method === undefined || safe.has(method)) ?? true
  return isSafe ? null : 'shadow.methods with GET, HEAD or OPTIONS'
}

function aboutRoutes(policy: string, routes: readonly Checked<'route'>[]): Complaint[] {
  const users = routes.filter(({ draft }) => draft.policy === policy)
  if (users.length === 0) return []
  if (users.some(({ document }) => isWritten(document, ['v2']))) return []
  return [[[], `left out, since no route with this policy has a v2 to copy to`]]
}

function aboutBytes({ maxBodyBytes, maxBytesInFlight }: Shadow): Complaint[] {
  if (maxBodyBytes === undefined || maxBytesInFlight === undefined) return []
  if (maxBodyBytes <= maxBytesInFlight) return []
  return [[['maxBodyBytes'], `at most maxBytesInFlight, which is ${maxBytesInFlight}`]]
}

/** Whether the order of an array counts is said once. */
function aboutOrder({ unordered = [] }: Shadow): Complaint[] {
  const places = unordered.map(each => (typeof each === 'string' ? each : each?.at))
  return places.flatMap((at, i): Complaint[] => {
    const first = places.indexOf(at)
    if (at === undefined || first === i) return []
    return [[['unordered', i], `about another array than unordered[${first}]`]]
  })
}

function aboutCredentials({ credentials }: Shadow): Complaint[] {
  if (typeof credentials !== 'object') return []
  const { header, value } = credentials
  const complaints: Complaint[] = []
  if (header !== undefined && ours.has(header.toLowerCase())) {
    complaints.push([['credentials', 'header'], 'a header that is not of HTTP or the gateway'])
  }
  // RFC 9110 section 5.5; a value out of a file easily ends with a line break.
  if (value !== undefined && !/^[!-~]([\t -~]*[!-~])?$/.test(value)) {
    complaints.push([
      ['credentials', 'value'],
      'printable ASCII on one line, without space around it',
    ])
  }
  return complaints
}
