import { canonicalPath } from './canonical-path.ts'

/** A request target taken apart; `authority` only where the client used the absolute form. */
export interface Target {
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
  readonly authority: string | null
}

const absoluteForm = /^https?:\/\/([^/?#]*)(\/[^?#]*)?(\?[^#]*)?$/i
const query = /^\?[!-~]*$/

/**
 * Reads an origin-form or absolute-form target (RFC 9112 section 3.2); null when it must be refused.
 * The other forms belong to CONNECT and to `OPTIONS *`, which a gateway does not serve.
 */
export function parseTarget(target: string): Target | null {
  if (target.charCodeAt(0) !== 0x2f) return parseAbsolute(target)
  const mark = target.indexOf('?')
  const path = canonicalPath(mark === -1 ? target : target.slice(0, mark))
  if (path === null) return null
  if (mark === -1) return { path, query: '', authority: null }
  const rest = target.slice(mark)
  return isQuery(rest) ? { path, query: rest, authority: null } : null
}

function parseAbsolute(target: string): Target | null {
  const parts = absoluteForm.exec(target)
  const authority = parts?.[1]
  if (!parts || !authority || authority.includes('@')) return null
  const path = canonicalPath(parts[2] ?? '/')
  const rest = parts[3] ?? ''
  if (path === null || (rest !== '' && !isQuery(rest))) return null
  return { path, query: rest, authority }
}

function isQuery(text: string): boolean {
  return query.test(text) && !text.includes('#')
}
