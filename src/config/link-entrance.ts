import { isAddressRange, isMapped, isWebOrigin } from './address-rules.ts'
import { faultAt } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import type { AddressesConfig, CorsConfig, HstsConfig } from './schema-entrance.ts'
import type { Checked } from './validate.ts'

/** What is wrong, and with which field of the policy. */
type Complaint = readonly [path: FieldPath, rule: string]

/** What browsers ask of a host that they ship in their lists, https://hstspreload.org. */
const preloadSeconds = 31_536_000

/** The rules of a policy's entrance that a schema cannot say. */
export function linkEntrance({ document, draft }: Checked<'policy'>): Fault[] {
  const complaints = [
    ...aboutAddresses(draft.addresses ?? {}),
    ...aboutCors(draft.cors ?? {}),
    ...aboutHsts(draft.securityHeaders?.hsts ?? {}),
  ]
  return complaints.map(([path, rule]) => faultAt(document, path, rule))
}

function aboutAddresses(addresses: Draft<AddressesConfig>): Complaint[] {
  return (['allow', 'deny'] as const).flatMap(list =>
    (addresses[list] ?? []).flatMap((text, i): Complaint[] => {
      if (text === undefined) return []
      const path = ['addresses', list, i]
      if (!isAddressRange(text)) return [[path, 'an IP address or a CIDR range']]
      // Clients in this form are known by their IPv4 address, so such a range would match nobody.
      if (isMapped(text)) return [[path, 'written as the IPv4 address or range that it maps']]
      return []
    }),
  )
}

function aboutCors({ origins = [], credentials }: Draft<CorsConfig>): Complaint[] {
  const complaints = origins.flatMap((origin, i): Complaint[] => {
    const path = ['cors', 'origins', i]
    if (origin === undefined || isWebOrigin(origin)) return []
    if (origin === 'null') return [[path, 'an origin that is somebody: any page can have null']]
    if (origin !== '*') {
      return [[path, 'an origin such as https://app.example.com or https://*.example.com, or "*"']]
    }
    return origins.length === 1 ? [] : [[path, 'the only origin, since it is all of them']]
  })
  if (credentials === true && origins.includes('*')) {
    complaints.push([['cors', 'credentials'], 'false, as long as origins are "*"'])
  }
  return complaints
}

function aboutHsts({ maxAgeSeconds, includeSubDomains, preload }: Draft<HstsConfig>): Complaint[] {
  if (preload !== true) return []
  const complaints: Complaint[] = []
  const at = (field: string) => ['securityHeaders', 'hsts', field]
  if (includeSubDomains === false) {
    complaints.push([at('preload'), 'false, as long as includeSubDomains is'])
  }
  if (maxAgeSeconds !== undefined && maxAgeSeconds < preloadSeconds) {
    complaints.push([at('maxAgeSeconds'), `at least ${preloadSeconds} (a year) with preload`])
  }
  return complaints
}
