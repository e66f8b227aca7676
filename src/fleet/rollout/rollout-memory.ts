import type { RolloutState } from '../../rollout/rollout-state.ts'
import type { Word } from '../../rollout/word.ts'
import type { Shared } from '../stores/fleet-notices.ts'
import type { Store } from '../stores/store.ts'

/** As good as for ever: a pause that ended by itself would be a move that nobody agreed to. */
const keepWordsMs = 3650 * 86_400_000

export interface Remembered {
  readonly state: RolloutState | null
  readonly words: readonly Word[]
}

/** What one store has. */
interface Kept {
  readonly store: Store
  readonly state: RolloutState | null
  /** The last of each holder. */
  readonly words: ReadonlyMap<string, Word>
}

/** Where rollouts stand and what people said, on this machine's disk and, in a fleet, for all machines. */
export function createRolloutMemory(local: Store, shared: Store | null) {
  const stores = shared === null ? [local] : [local, shared]

  /** Null of one that does not answer. */
  async function keptIn(store: Store, flag: string): Promise<Kept | null> {
    const key = keyOf(flag)
    const found = await Promise.all([store.recall(key), store.notices(key)]).catch(() => null)
    if (found === null) return null
    const [text, notices] = found
    const state = text === null ? null : (JSON.parse(text) as RolloutState)
    const words = [...notices].map(([holder, said]) => [holder, JSON.parse(said) as Word] as const)
    return { store, state, words: new Map(words) }
  }

  /**
   * Tells a store what it lacks: one that was down or begins empty would let a rollout go on that a person
   * paused. Where it stands is told to the others by the machine that leads, and by no other.
   */
  async function mend(kept: Kept, flag: string, { state, words }: Remembered, leads: boolean) {
    const { store } = kept
    const late = words.filter(word => (kept.words.get(holderOf(word))?.at ?? -1) < word.at)
    await Promise.all(late.map(word => put(store, flag, word)))
    if (state === null || later(kept.state, state) === kept.state) return
    if (store === local || leads) await store.remember(keyOf(flag), JSON.stringify(state))
  }

  return {
    /** Of what the stores have, the latest: either may be lost or begin empty. `leads`: as of this machine. */
    async recall(flag: string, leads: boolean): Promise<Remembered> {
      const found = await Promise.all(stores.map(store => keptIn(store, flag)))
      const kept = found.filter(each => each !== null)
      const state = kept.reduce((last: RolloutState | null, each) => later(last, each.state), null)
      const words = new Map<string, Word>()
      for (const [holder, word] of kept.flatMap(each => [...each.words])) {
        if (word.at > (words.get(holder)?.at ?? -1)) words.set(holder, word)
      }
      const latest = { state, words: [...words.values()] }
      // One that cannot be told now is told at the next look.
      await Promise.allSettled(kept.map(each => mend(each, flag, latest, leads)))
      return latest
    },
    /** Whether every store has it; rejects where none has. */
    async remember(state: RolloutState): Promise<boolean> {
      const text = JSON.stringify(state)
      const kept = await written(stores.map(store => store.remember(keyOf(state.flag), text)))
      return kept.every(Boolean)
    },
    /** Rejects where no store took it. */
    async say(flag: string, word: Word): Promise<Shared> {
      const said = await written(stores.map(store => put(store, flag, word)))
      return shared === null ? 'none' : said[1] === true ? 'agreed' : 'down'
    },
  }
}

export type RolloutMemory = ReturnType<typeof createRolloutMemory>

function put(store: Store, flag: string, word: Word): Promise<void> {
  return store.putNotice(keyOf(flag), holderOf(word), JSON.stringify(word), keepWordsMs)
}

/** Which of them took it; rejects where none did. */
async function written(writes: readonly Promise<void>[]): Promise<readonly boolean[]> {
  const settled = await Promise.allSettled(writes)
  const refused = settled.filter(each => each.status === 'rejected')
  if (refused.length === settled.length) throw refused[0]?.reason
  return settled.map(({ status }) => status === 'fulfilled')
}

function keyOf(flag: string): string {
  return `rollout/${flag}`
}

/** Of pausing and going on the last word counts; of agreeing each person's. */
function holderOf({ action, who }: Word): string {
  return action === 'promote' ? `promote ${who}` : 'pause'
}

function later(a: RolloutState | null, b: RolloutState | null): RolloutState | null {
  if (a === null || b === null) return a ?? b
  if (a.version !== b.version) return a.version > b.version ? a : b
  // The same stage, counted on.
  return a.requests >= b.requests ? a : b
}
