import { isOrigin } from './address-rules.ts'
import { type ConfigDocument, faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { linkMapping } from './link-mapping.ts'
import type { UpstreamConfig } from './schema-route.ts'

/** The rules of one variant of a route that a schema cannot say. */
export function linkUpstream(
  document: ConfigDocument,
  variant: 'v1' | 'v2',
  upstream: Draft<UpstreamConfig> | undefined,
): Fault[] {
  if (upstream === undefined) return []
  const faults: Fault[] = []
  const complain = (path: FieldPath, rule: string): void => {
    faults.push(faultAt(document, [variant, ...path], rule))
  }

  if (isWritten(document, [variant, 'url']) === isWritten(document, [variant, 'urls'])) {
    complain([], 'given exactly one of url and urls')
  }
  const origins: (readonly [FieldPath, string | undefined])[] = [
    [['url'], upstream.url],
    ...(upstream.urls ?? []).map((url, i) => [['urls', i], url] as const),
  ]
  for (const [path, url] of origins) {
    if (url === undefined) continue
    if (!isOrigin(url)) {
      complain(path, 'an origin such as http://host:port, without path, query or user')
    } else if (upstream.tls !== undefined && url.startsWith('http:')) {
      complain(path, 'an https origin, since tls is given')
    }
  }
  for (const [one, other] of [
    ['certFile', 'keyFile'],
    ['keyFile', 'certFile'],
  ] as const) {
    if (isWritten(document, [variant, 'tls', one]) && !isWritten(document, [variant, 'tls', other]))
      complain(['tls', other], `present, since ${one} is given`)
  }
  faults.push(...linkMapping(document, [variant, 'mapping'], upstream.mapping))
  return faults
}
