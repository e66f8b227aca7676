import { faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { limitRule } from './limit-rule.ts'
import { nearest } from './near.ts'
import { ownHeaders } from './own-headers.ts'
import type { LimitPartConfig, RateLimitConfig } from './schema-limits.ts'
import { rateOf } from './units.ts'
import type { Checked } from './validate.ts'

type Limit = Draft<RateLimitConfig>
type Routes = readonly Checked<'route'>[]

/** What is wrong, and with which field of the limit. */
type Complaint = readonly [path: FieldPath, rule: string, hint?: string | undefined]

/** An empty bucket is full again after so many milliseconds at most. */
const longestRefillMs = 31 * 86_400_000

/** Request headers that are not the client's to send, or not as they came. */
const forwarding =
  /^(?:keep-alive|proxy-.*|forwarded|x-forwarded-.*|x-real-ip|client-cert(?:-chain)?|x-switchback-.*)$/

function isTheClients(header: string): boolean {
  const name = header.toLowerCase()
  return !ownHeaders.includes(name) && !forwarding.test(name)
}

/** The rules of a policy's rate limits that a schema cannot say; `routes` are all there are. */
export function linkLimits({ document, draft }: Checked<'policy'>, routes: Routes): Fault[] {
  const users = routes.filter(route => route.draft.policy === document.name)
  const limits = draft.rateLimit ?? []
  const isPublic = draft.auth === 'public'
  return limits.flatMap((limit, i) => {
    if (limit === undefined) return []
    const complaints = [
      ...partsOf(limit).flatMap(([path, part]) => aboutPart(path, part, isPublic, users)),
      ...aboutUnits(limit, isWritten(document, ['rateLimit', i, 'burst'])),
    ]
    if (complaints.length === 0) complaints.push(...aboutTwins(limits, i))
    return complaints.map(([path, rule, hint]) =>
      faultAt(document, ['rateLimit', i, ...path], rule, { hint }),
    )
  })
}

/** The parts of a key with their places. */
function partsOf({ key }: Limit): (readonly [FieldPath, Draft<LimitPartConfig>])[] {
  if (key === undefined) return []
  if (!isList(key)) return [[['key'], key]]
  return key.flatMap((part, at) => (part === undefined ? [] : [[['key', at], part] as const]))
}

function isList(
  key: NonNullable<Limit['key']>,
): key is readonly (Draft<LimitPartConfig> | undefined)[] {
  return Array.isArray(key)
}

/** Every route of the policy has what its callers are told apart by. */
function aboutPart(
  path: FieldPath,
  part: Draft<LimitPartConfig>,
  isPublic: boolean,
  users: Routes,
): Complaint[] {
  if (part === 'user') {
    const without = users.find(({ document }) => !isWritten(document, ['user']))
    if (!isPublic || without === undefined) return []
    const { file } = without.document
    return [[path, `another key, or every route of this policy be given a user; ${file} has none`]]
  }
  if (typeof part === 'string') return []
  if ('claim' in part) {
    return isPublic ? [[[...path, 'claim'], 'read under a policy with a JWT']] : []
  }
  if ('header' in part) {
    if (part.header === undefined || isTheClients(part.header)) return []
    return [[[...path, 'header'], 'a header of the caller; its address is the key ip']]
  }
  const { property } = part as { readonly property?: string | undefined }
  if (property === undefined) return []
  const propertiesOf = ({ draft }: Checked<'route'>) => Object.keys(draft.properties ?? {})
  const without = users.find(route => !propertiesOf(route).includes(property))
  if (without === undefined) return []
  const rule = `a property of every route of this policy; ${without.document.file} has none of that name`
  return [[[...path, 'property'], rule, nearest(property, propertiesOf(without))]]
}

/** What there is of units is enough for a request, and comes back in time. */
function aboutUnits({ limit, burst, cost }: Limit, hasBurst: boolean): Complaint[] {
  if (limit === undefined || (hasBurst && burst === undefined)) return []
  const rate = rateOf(limit)
  const most = burst ?? rate.limit
  const complaints: Complaint[] = []
  if ((most * rate.periodMs) / rate.limit > longestRefillMs) {
    const fits = Math.floor((longestRefillMs * rate.limit) / rate.periodMs)
    complaints.push([['burst'], `at most ${fits}, which ${limit} gives back in 31 days`])
  }
  for (const [method, units] of Object.entries(cost ?? {})) {
    if (units === undefined || units <= most) continue
    complaints.push([
      ['cost', method],
      `at most the burst, which is ${most}: it would never be allowed`,
    ])
  }
  return complaints
}

/** Limits of a policy differ in what they hold, and in name. */
function aboutTwins(limits: readonly (Limit | undefined)[], i: number): Complaint[] {
  const rule = ruleOf(limits[i])
  if (rule === null) return []
  const others = limits.slice(0, i).map(ruleOf)
  const twin = others.findIndex(other => other?.id === rule.id)
  if (twin !== -1) return [[[], `different from rateLimit[${twin}] in key or limit`]]
  const namesake = others.findIndex(other => other?.name === rule.name)
  return namesake === -1 ? [] : [[['name'], `another name than that of rateLimit[${namesake}]`]]
}

/** Null for a limit of which the schema left something out. */
function ruleOf(limit: Limit | undefined) {
  if (limit?.key === undefined || limit.limit === undefined) return null
  const parts = partsOf(limit)
  const isWhole = parts.every(
    ([, part]) => typeof part === 'string' || Object.values(part).some(name => name !== undefined),
  )
  return isWhole && parts.length > 0 ? limitRule(limit as RateLimitConfig) : null
}
