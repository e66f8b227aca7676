import type { Decision } from '../../decisions/decision.ts'
import type { DecisionsPage } from '../../decisions/merged-page.ts'
import { type AdminReply, type AdminTarget, askGateway } from '../admin-client.ts'

/** What a gateway remembers. */
export interface HeldDecisions {
  readonly ok: true
  /** Version of the configuration that it runs. */
  readonly config: string
  /** Decisions that it left out since its workers began. */
  readonly leftOut: number
  /** Workers that were not heard. */
  readonly unheard: number
  /** In the order of their times. */
  readonly decisions: readonly Decision[]
}

/** Decisions that one question may ask for. */
const pageSize = 1000

/** Reads as many as a gateway remembers now, since it never stops deciding. `onRead` hears how far it is. */
export async function heldDecisions(
  target: AdminTarget,
  onRead: (read: number, kept: number) => void = () => {},
): Promise<HeldDecisions | Extract<AdminReply, { ok: false }>> {
  const decisions: Decision[] = []
  let first: DecisionsPage | null = null
  let unheard = 0
  for (;;) {
    const after = decisions.at(-1)?.number ?? 0
    const reply = await askGateway(target, `/decisions?after=${after}&limit=${pageSize}`)
    if (!reply.ok) return reply
    const page = reply.body as DecisionsPage
    first ??= page
    unheard = Math.max(unheard, page.unheard)
    decisions.push(...page.decisions)
    onRead(decisions.length, first.kept)
    if (page.decisions.length === 0 || decisions.length >= first.kept) {
      const { config, leftOut } = page
      return { ok: true, config, leftOut, unheard, decisions }
    }
  }
}
