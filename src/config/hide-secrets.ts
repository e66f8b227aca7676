import type { DocumentKind } from './document.ts'
import { type FieldPath, setAt, valueAt } from './field-path.ts'

/** Secrets even where they are written out, against all advice. */
const secretFields: { readonly [Kind in DocumentKind]: readonly FieldPath[] } = {
  process: [
    ['cookieSecret'],
    ['unleash', 'token'],
    ['unleash', 'admin', 'token'],
    ['admin', 'oidc', 'login', 'clientSecret'],
  ],
  route: [
    ['v1', 'credential'],
    ['v2', 'credential'],
  ],
  policy: [['shadow', 'credentials', 'value']],
  flag: [],
}

const hidden = '***'

/** What is in the place of a credential where there is none, see `credential` of a variant. */
const none = 'none'

/** Puts `***` in the place of what is a secret by its field, in the contents that faults may show. */
export function hideSecrets(kind: DocumentKind, shown: unknown): void {
  const fields = [...secretFields[kind], ...(kind === 'process' ? secretLists(shown) : [])]
  for (const path of fields) {
    const value = valueAt(shown, path)
    if (value !== undefined && value !== none) setAt(shown, path, hidden)
  }
  if (kind !== 'process') return
  const redis = valueAt(shown, ['store', 'redis'])
  if (typeof redis === 'string') setAt(shown, ['store', 'redis'], withoutLogin(redis))
}

function secretLists(shown: unknown): FieldPath[] {
  return [...webhookSecrets(shown), ...adminTokens(shown), ...tracingHeaders(shown)]
}

function webhookSecrets(shown: unknown): FieldPath[] {
  const webhooks = valueAt(shown, ['webhooks'])
  return Array.isArray(webhooks) ? webhooks.map((_, i) => ['webhooks', i, 'secret']) : []
}

/** Whatever a collector wants to be sent: most often what lets one in. */
function tracingHeaders(shown: unknown): FieldPath[] {
  const headers = ['tracing', 'headers']
  const written = valueAt(shown, headers)
  // In another form, such as that of OTEL_EXPORTER_OTLP_HEADERS, all of it may be.
  if (typeof written !== 'object' || written === null) return [headers]
  return Object.keys(written).map(name => [...headers, name])
}

/** The hash of a token may be seen; the token itself, in its place or in that of the whole entry, may not. */
function adminTokens(shown: unknown): FieldPath[] {
  const tokens = ['admin', 'tokens']
  const written = valueAt(shown, tokens)
  const entries = Array.isArray(written) ? written.map((_, i) => [...tokens, i]) : [tokens]
  return entries
    .map(entry => (typeof valueAt(shown, entry) === 'object' ? [...entry, 'sha256'] : entry))
    .filter(path => !/^[0-9a-f]{64}$/.test(String(valueAt(shown, path))))
}

/** A URL that may carry a password, with the rest of it still to be read. */
function withoutLogin(url: string): string {
  return url.replace(/^([^/]*\/\/)?.*@/, '$1***@')
}
