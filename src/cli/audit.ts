import type { AuditPage, AuditProof } from '../admin/control-view.ts'
import type { AuditRecord } from '../fleet/stores/store.ts'
import { type AdminReply, type AdminTarget, askGateway } from './admin-client.ts'
import { exitCodes } from './exit-codes.ts'
import { moment } from './moment.ts'
import { printable } from './printable.ts'
import { table } from './table.ts'

export interface AuditOptions extends AdminTarget {
  /** Records above this number; without it, the newest. */
  readonly after?: number | undefined
  /** At most 1000. */
  readonly limit: number
  /** One JSON object a line. */
  readonly json: boolean
  /** Proves the chain in the place of showing it. */
  readonly verify: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** `switchback audit`: what happened, or the proof that nothing of it was changed; the exit code. */
export async function audit(options: AuditOptions): Promise<number> {
  return options.verify ? verifyAudit(options) : showAudit(options)
}

async function showAudit(options: AuditOptions): Promise<number> {
  const { after, limit, json, out, error } = options
  const from = after === undefined ? 'before=end' : `after=${after}`
  const read = await page(options, from, limit)
  if (!read.ok) {
    error(read.message)
    return exitCodes[read.reason]
  }
  if (json) for (const record of read.records) out(JSON.stringify(record))
  else for (const line of table(read.records.map(rowOf))) out(line)
  return exitCodes.done
}

async function verifyAudit({ json, out, error, ...target }: AuditOptions): Promise<number> {
  const reply = await askGateway(target, '/audit/verify')
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const { from, verdict } = reply.body as AuditProof
  if (json) out(JSON.stringify(reply.body))
  else if (verdict.ok) {
    const span =
      verdict.from === null ? 'empty' : `whole from ${verdict.from} to ${verdict.head.seq}`
    out(`ok: the audit (${from}) is ${span}, last hash ${verdict.head.hash}`)
  } else {
    out(`BROKEN: record ${verdict.seq} of the audit (${from}) is ${verdict.reason}`)
  }
  return verdict.ok ? exitCodes.done : exitCodes.refused
}

type Read =
  | { readonly ok: true; readonly records: readonly AuditRecord[] }
  | Extract<AdminReply, { ok: false }>

async function page(target: AdminTarget, from: string, limit: number): Promise<Read> {
  const reply = await askGateway(target, `/audit?${from}&limit=${limit}`)
  return reply.ok ? { ok: true, records: (reply.body as AuditPage).records } : reply
}

function rowOf({ seq, at, event, who, machine, why }: AuditRecord): string[] {
  return [
    String(seq),
    moment(at),
    event,
    printable(who === machine ? who : `${who} @${machine}`),
    printable(why),
  ]
}
