import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { RevocationFault } from '../../src/fleet/revocation/read-revocation.ts'
import { createRevocationKeeper } from '../../src/fleet/revocation/revocation-keeper.ts'
import type { AuditNote } from '../../src/fleet/stores/audit-note.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { StoreDown } from '../../src/fleet/stores/store-down.ts'
import * as rules from '../../src/identity/revocation.ts'
import type { ManualClock } from '../support/manual-clock.ts'
import { settled } from './machines.ts'

export interface RevokingMachine {
  readonly keeper: ReturnType<typeof createRevocationKeeper>
  /** Values that the workers were told of, in order. */
  readonly told: string[]
  readonly bad: (RevocationFault & { readonly store: string })[]
  readonly waiting: boolean[]
  readonly audit: AuditNote[]
  /** Whether it holds exactly these values, in whatever order. */
  holds(...values: string[]): boolean
  /** Revokes a token by its id, for an hour. */
  revoke(jti: string): ReturnType<RevokingMachine['keeper']['revoke']>
}

/** The longest life of a token, in seconds. */
export const lifetime = 3600

/** A keeper that writes down what it does, not started yet; closed with the test. */
export function revokingMachine(
  t: TestContext,
  {
    maxEntries = 1000,
    shared = null,
    ...stores
  }: {
    readonly local: Store
    readonly shared?: Store | null
    readonly clock: Clock
    readonly maxEntries?: number
  },
): RevokingMachine {
  const told: string[] = []
  const bad: RevokingMachine['bad'] = []
  const waiting: boolean[] = []
  const audit: AuditNote[] = []
  const keeper = createRevocationKeeper({
    ...stores,
    ...{ shared, rules, maxEntries, maxTokenLifetimeSeconds: lifetime },
    broadcast: news => told.push(...news.map(({ value }) => value)),
    onBad: (fault, _id, store) => bad.push({ ...fault, store }),
    onWaiting: isWaiting => waiting.push(isWaiting),
    audit: note => audit.push(note),
  })
  t.after(() => keeper.close())
  return {
    ...{ keeper, told, bad, waiting, audit },
    holds(...values) {
      const held = keeper.revocations().map(({ value }) => value)
      return JSON.stringify(held.sort()) === JSON.stringify(values.sort())
    },
    revoke: jti => keeper.revoke({ fields: ['jti', jti], who: 'ada', why: 'it was stolen' }),
  }
}

/** Lets time pass in steps, and what is due in each come to its end. */
export function passing(clock: ManualClock) {
  return async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      clock.advance(250)
      for (let i = 0; i < 8; i++) await settled()
    }
  }
}

/** A shared store whose line can be cut or lead to another (`to`), that can refuse to be written to, or whose messages can be lost. */
export function revocationLine(store: Store) {
  const is = { cut: false, readOnly: false, mute: false, to: store }
  async function through<T>(call: () => Promise<T>, writes: boolean): Promise<T> {
    if (is.cut || (is.readOnly && writes)) throw new StoreDown('the line is cut')
    return call()
  }
  const line: Store = {
    ...store,
    addRevocations: records => through(() => is.to.addRevocations(records), true),
    readRevocations: (after, limit) => through(() => is.to.readRevocations(after, limit), false),
    dropRevocations: ids => through(() => is.to.dropRevocations(ids), true),
    onRevocations: listener => store.onRevocations(() => void (is.mute || is.cut || listener())),
  }
  return { line, is }
}
