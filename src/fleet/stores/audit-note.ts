import type { AuditEntry } from './store.ts'

/** What the author of an audit entry knows; when, where and under which configuration is added. */
export type AuditNote = Pick<AuditEntry, 'event' | 'who' | 'subject' | 'why' | 'evidence'>

/** Writes a note down. Never throws and never waits: what it is about goes on. */
export type WriteAudit = (note: AuditNote) => void
