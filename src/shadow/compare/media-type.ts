/** The parts of a Content-Type that are compared: RFC 9110 section 8.3.1, both in lower case. */
export interface MediaType {
  readonly type: string
  /** Null where none is said. */
  readonly charset: string | null
}

const known = new Map<string, MediaType>()
const maxKnown = 200

/** Remembers those that were asked for, since a service has few. */
export function mediaTypeOf(value: string | null): MediaType {
  const text = value ?? ''
  const remembered = known.get(text)
  if (remembered !== undefined) return remembered
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(text)?.[1]?.toLowerCase() ?? null
  const media = { type: (text.split(';', 1)[0] ?? '').trim().toLowerCase(), charset }
  if (known.size === maxKnown) known.clear()
  known.set(text, media)
  return media
}

export function isJson({ type }: MediaType): boolean {
  return /^(application|text)\/([\w.!#$&^-]+\+)?json$/.test(type)
}

/** `text/html utf-8`. JSON without a charset is UTF-8 (RFC 8259 section 8.1), so there saying it is no difference. */
export function mediaTypeInWords(value: string): string {
  const media = mediaTypeOf(value)
  const charset = media.charset ?? (isJson(media) ? 'utf-8' : '')
  return `${media.type} ${charset === 'utf8' ? 'utf-8' : charset}`.trim()
}
