import { type ConfigDocument, faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { TracingConfig } from './schema-tracing.ts'

/** What a post says of itself: not for an operator to say otherwise. */
const ownHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
])

/** Attributes of the gateway that it knows itself. */
const ownAttributes = new Set(['service.name', 'service.instance.id'])

/** What says how spans are sent, and nothing where none are. */
const ofExport = ['headers', 'resource', 'maxQueuedSpans', 'timeoutMs'] as const

/** The rules of `tracing` that a schema cannot say. */
export function linkTracing(
  document: ConfigDocument,
  tracing: Draft<TracingConfig> | undefined,
): Fault[] {
  if (tracing === undefined) return []
  const faults: Fault[] = []
  const { otlp } = tracing
  // A user in an address would stand in what is told of a post that failed.
  if (otlp !== undefined && !/^https?:\/\/[^@/?#]+(?:\/[^?#]*)?$/.test(otlp)) {
    const rule = 'an http or https address without user, query and fragment'
    faults.push(faultAt(document, ['tracing', 'otlp'], rule))
  }
  if (!isWritten(document, ['tracing', 'otlp'])) {
    for (const field of ofExport) {
      if (!isWritten(document, ['tracing', field])) continue
      const rule = 'absent without tracing.otlp, since no span is sent'
      faults.push(faultAt(document, ['tracing', field], rule))
    }
  }
  for (const name of Object.keys(tracing.headers ?? {})) {
    if (!ownHeaders.has(name.toLowerCase())) continue
    faults.push(faultAt(document, ['tracing', 'headers', name], 'left to the gateway'))
  }
  for (const name of Object.keys(tracing.resource ?? {})) {
    if (!ownAttributes.has(name)) continue
    faults.push(faultAt(document, ['tracing', 'resource', name], 'left to the gateway'))
  }
  return faults
}
