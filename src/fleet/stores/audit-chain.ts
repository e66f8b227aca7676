import { createHash } from 'node:crypto'
import type { AuditEntry, AuditRecord } from './store.ts'

/** A place in the chain: what the next record is tied to. */
export interface Link {
  readonly seq: number
  readonly hash: string
}

/** Before the first record. */
export const chainStart: Link = { seq: 0, hash: '0'.repeat(64) }

/** The entry as the record that follows `head`. */
export function chained(head: Link, entry: AuditEntry): AuditRecord {
  // What is hashed is what a reader will get back: without what JSON cannot hold.
  const plain = JSON.parse(JSON.stringify(entry)) as AuditEntry
  const unsealed = { ...plain, seq: head.seq + 1, previous: head.hash }
  return { ...unsealed, hash: sealOf(unsealed) }
}

export type ChainVerdict =
  /** Everything from record `from` on is as it was written; null for no record at all. */
  | { readonly ok: true; readonly from: number | null; readonly head: Link }
  | { readonly ok: false; readonly seq: number; readonly reason: ChainFault }

export type ChainFault =
  | 'changed' // its contents are not those that its hash was made of
  | 'missing' // a record was there and is gone, or they are out of order
  | 'unlinked' // it is whole, but was written after another record than the one before it

/**
 * Whether records in the order of the store are a chain. `before` is the link that they must follow,
 * such as the end of the page before. Without it a chain may begin anywhere, since a store drops its
 * oldest records: `from` says where. `upTo` is a link known from elsewhere (a log line, the other
 * store) that must be among them: it alone shows whether the newest records were cut off.
 */
export function verifyChain(
  records: readonly AuditRecord[],
  known: { readonly before?: Link; readonly upTo?: Link } = {},
): ChainVerdict {
  let last = known.before ?? null
  for (const record of records) {
    const { hash, ...unsealed } = record
    if (hash !== sealOf(unsealed)) return { ok: false, seq: record.seq, reason: 'changed' }
    last ??= record.seq === 1 ? chainStart : { seq: record.seq - 1, hash: record.previous }
    if (record.seq !== last.seq + 1) return { ok: false, seq: last.seq + 1, reason: 'missing' }
    if (record.previous !== last.hash) return { ok: false, seq: record.seq, reason: 'unlinked' }
    const { upTo } = known
    if (upTo?.seq === record.seq && upTo.hash !== hash) {
      return { ok: false, seq: record.seq, reason: 'unlinked' }
    }
    last = { seq: record.seq, hash }
  }
  const head = last ?? chainStart
  if (known.upTo !== undefined && known.upTo.seq > head.seq) {
    return { ok: false, seq: head.seq + 1, reason: 'missing' }
  }
  return { ok: true, from: records[0]?.seq ?? null, head }
}

function sealOf(unsealed: Omit<AuditRecord, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(unsealed)).digest('hex')
}

/** JSON with the keys of every object sorted and no space: one text for one value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
