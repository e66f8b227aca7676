import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { createLatchKeeper, type LatchNews } from '../../src/fleet/latch/latch-keeper.ts'
import type { AuditNote } from '../../src/fleet/stores/audit-note.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { StoreDown } from '../../src/fleet/stores/store-down.ts'
import type { LatchState } from '../../src/guard/latch-state.ts'
import * as rules from '../../src/guard/latch-state.ts'

export function stateDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'switchback-latch-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export function openStore(t: TestContext, clock: Clock, dir = stateDir(t)): Store {
  const store = createEmbeddedStore({ dir, clock })
  t.after(() => store.close())
  return store
}

/** A shared store whose line can be cut, or whose messages can be lost while calls get through. */
export function lineTo(store: Store) {
  const is = { cut: false, mute: false }
  const calls: string[] = []
  const through = <Args extends unknown[], Result>(
    name: string,
    method: (...args: Args) => Promise<Result>,
  ) => {
    return async (...args: Args): Promise<Result> => {
      calls.push(name)
      if (is.cut) throw new StoreDown('the line is cut')
      return method(...args)
    }
  }
  const line: Store = {
    ...store,
    latches: through('latches', store.latches),
    putLatch: through('putLatch', store.putLatch),
    acquireLease: through('acquireLease', store.acquireLease),
    releaseLease: through('releaseLease', store.releaseLease),
    remember: through('remember', store.remember),
    recall: through('recall', store.recall),
    putNotice: through('putNotice', store.putNotice),
    notices: through('notices', store.notices),
    onLatch: listener => store.onLatch(state => void (is.mute || is.cut || listener(state))),
  }
  return {
    line,
    /** Names of the methods called so far. */
    calls,
    cut: () => Object.assign(is, { cut: true }),
    mend: () => Object.assign(is, { cut: false }),
    mute: () => Object.assign(is, { mute: true }),
  }
}

export interface Machine {
  readonly keeper: ReturnType<typeof createLatchKeeper>
  /** What happened, in order: `worker <flag> <state> <version>`, `news …`, `audit …`. */
  readonly steps: string[]
  readonly news: LatchNews[]
  readonly audit: AuditNote[]
}

/** A keeper that writes down what it does; closed with the test. */
export function machine(
  t: TestContext,
  stores: { readonly local: Store; readonly shared?: Store; readonly clock: Clock },
): Machine {
  const steps: string[] = []
  const news: LatchNews[] = []
  const audit: AuditNote[] = []
  const short = ({ flag, state, version }: LatchState) => `${flag} ${state} ${version}`
  const keeper = createLatchKeeper({
    ...stores,
    shared: stores.shared ?? null,
    rules,
    flags: () => ['v2_migration'],
    broadcast: state => steps.push(`worker ${short(state)}`),
    onChange(each) {
      news.push(each)
      steps.push(`news ${short(each.state)} from ${each.from}`)
    },
    audit(note) {
      audit.push(note)
      steps.push(`audit ${note.event}`)
    },
    log: { info: () => {}, warn: (_details, message) => steps.push(message) },
  })
  t.after(() => keeper.close())
  return { keeper, steps, news, audit }
}

/** Lets every store call that is under way come to its end: they do their work at once. */
export async function settled(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  await new Promise(resolve => setImmediate(resolve))
}
