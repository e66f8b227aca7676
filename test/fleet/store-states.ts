import type { AuditEntry } from '../../src/fleet/stores/store.ts'
import type { LatchState } from '../../src/guard/latch-state.ts'

export function latch(changes: Partial<LatchState> = {}): LatchState {
  return {
    flag: 'v2_migration',
    state: 'tripped',
    version: 1,
    since: 1_700_000_000_000,
    by: 'machine-a',
    reason: 'budget-breach',
    note: null,
    evidence: {
      route: 'match',
      budget: 'errors max 1%',
      scope: null,
      text: '31 of 412 answers failed, allowed 1 %',
      bad: 31,
      events: 412,
      allowed: 0.01,
      seenBy: 'worker',
    },
    ...changes,
  }
}

export function entry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    event: 'latch-tripped',
    at: 1_700_000_000_000,
    who: 'machine-a',
    machine: 'machine-a',
    subject: 'v2_migration',
    why: 'errors max 1% – “31 of 412”',
    evidence: { events: 412, bad: 31, share: 0.0752 },
    configVersion: 'c1',
    ...changes,
  }
}
