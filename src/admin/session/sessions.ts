import { hash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { SessionRule } from '../../config/admin-rule.ts'
import type { Proof } from './proof.ts'

/** Why a session ended. */
export type SessionEnd =
  | 'logged-out' // by whoever had it
  | 'idle' // nothing was asked in its name for `admin.session.idleFor`
  | 'too-old' // `admin.session.lastsFor` is over
  | 'withdrawn' // what proved it proves it no more: the token left the files, expired or was revoked
  | 'crowded-out' // the one that was idle longest, where there were too many

export interface Session {
  /** Whose it is, as it stood when it began. */
  readonly name: string
  readonly proof: Proof
  /** What a change in its name must carry besides the cookie. */
  readonly csrf: string
}

export interface SessionsDeps {
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  /** As in force. */
  readonly rule: () => SessionRule
  readonly onEnd: (session: Session, why: SessionEnd) => void
}

/** Sessions at the same time, and of one name: nobody takes the room of all others. */
export const maxSessions = 1000
export const maxSessionsOfOne = 16

/** What nobody can guess. */
const secretBytes = 32
const secretForm = /^[\w-]{43}$/

interface Held extends Session {
  /** Monotonic milliseconds. */
  readonly begunAt: number
  usedAt: number
}

/**
 * The sessions of browsers, in memory. Each is known by the hash of the secret in its cookie, which is
 * made here: whatever a client brings along becomes no session.
 */
export function createSessions({ clock, randomBytes, rule, onEnd }: SessionsDeps) {
  /** By the hash of their secret; those that were idle longest first. */
  const held = new Map<string, Held>()
  const secret = () => randomBytes(secretBytes).toString('base64url')

  function endedBy({ begunAt, usedAt }: Held): SessionEnd | null {
    const now = clock.monotonic()
    if (now - begunAt >= rule().lastsForMs) return 'too-old'
    return now - usedAt >= rule().idleForMs ? 'idle' : null
  }

  function drop(key: string, why: SessionEnd): void {
    const session = held.get(key)
    if (session === undefined) return
    held.delete(key)
    onEnd(session, why)
  }

  function makeRoom(name: string): void {
    const own = [...held].filter(([, each]) => each.name === name)
    const [oldest] = own.length >= maxSessionsOfOne ? own : held.size >= maxSessions ? held : []
    if (oldest !== undefined) drop(oldest[0], 'crowded-out')
  }

  return {
    /** Begins a session; the secret is for the cookie, and known to nobody else from here on. */
    begin(name: string, proof: Proof): { readonly secret: string; readonly session: Session } {
      makeRoom(name)
      const made = secret()
      const now = clock.monotonic()
      const session: Held = { name, proof, csrf: secret(), begunAt: now, usedAt: now }
      held.set(keyOf(made), session)
      return { secret: made, session }
    },
    /** The session of this secret, which counts as used; null for none, or none any more. */
    find(secret: string): Session | null {
      if (!secretForm.test(secret)) return null
      const key = keyOf(secret)
      const session = held.get(key)
      if (session === undefined) return null
      const why = endedBy(session)
      if (why !== null) {
        drop(key, why)
        return null
      }
      session.usedAt = clock.monotonic()
      held.delete(key)
      held.set(key, session)
      return session
    },
    /** Ends the session of this secret, where there is one. */
    end(secret: string, why: SessionEnd): void {
      drop(keyOf(secret), why)
    },
    /** Ends those that are over, and those whose proof is not good any more. */
    sweep(isGood: (proof: Proof) => boolean): void {
      for (const [key, session] of [...held]) {
        const why = endedBy(session) ?? (isGood(session.proof) ? null : 'withdrawn')
        if (why !== null) drop(key, why)
      }
    },
    count: (): number => held.size,
  }
}

function keyOf(secret: string): string {
  return hash('sha256', secret, 'base64')
}

export type Sessions = ReturnType<typeof createSessions>
