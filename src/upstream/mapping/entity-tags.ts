/**
 * Entity tags (RFC 9110 section 8.8.3) of answers that are mapped. The upstream's tag names its own
 * bytes, not those that the client gets: so the client's carries the mapping's version, and loses it
 * again on the way back. After a change of the mapping no client's copy is taken for current.
 */
export interface EntityTags {
  /** The tag that the client gets. */
  mark(tag: string): string
  /** The value of If-None-Match for the upstream; null when none of the tags came from this mapping. */
  ifNoneMatch(value: string): string | null
  /** The value of If-Match: a tag from elsewhere stays, since without it a write would go ahead. */
  ifMatch(value: string): string
}

const tagForm = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g

/** `version` is part of each tag, of letters and digits. */
export function createEntityTags(version: string): EntityTags {
  const ending = `-${version}"`
  const isOurs = (tag: string): boolean => tag.endsWith(ending)
  const unmark = (tag: string): string => (isOurs(tag) ? `${tag.slice(0, -ending.length)}"` : tag)
  return {
    mark: tag => (tag.endsWith('"') ? tag.slice(0, -1) + ending : tag),
    ifNoneMatch(value) {
      if (value.trim() === '*') return value
      const ours = (value.match(tagForm) ?? []).filter(isOurs)
      return ours.length === 0 ? null : ours.map(unmark).join(', ')
    },
    ifMatch: value => value.replace(tagForm, unmark),
  }
}
