/** Entries that one answer may hold. */
const mostEntries = 1000

/** Where a page of a long list begins, and how long it is at most. */
export interface PageQuery {
  readonly after: string
  readonly limit: string
}

/** JSON Schema of `?after=<n>&limit=<n>`: what is numbered above `after`, at most `limit` of it. */
export const pageQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: {
      type: 'string',
      pattern: '^(0|[1-9][0-9]{0,14})$',
      default: '0',
      title: 'a whole number',
    },
    limit: {
      type: 'string',
      pattern: '^([1-9][0-9]{0,2}|1000)$',
      default: '100',
      title: `a whole number from 1 to ${mostEntries}`,
    },
  },
}
