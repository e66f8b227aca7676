import type { RolloutState } from '../../rollout/rollout-state.ts'
import type { Word } from '../../rollout/word.ts'
import type { Shared } from '../stores/fleet-notices.ts'
import type { Store } from '../stores/store.ts'

/** A word is remembered as long as any stage can last. */
const keepWordsMs = 90 * 86_400_000

export interface Remembered {
  readonly state: RolloutState | null
  readonly words: readonly Word[]
}

/** Where rollouts stand and what people said, on this machine's disk and, in a fleet, for all machines. */
export function createRolloutMemory(local: Store, shared: Store | null) {
  const stores = shared === null ? [local] : [local, shared]

  async function stateIn(store: Store, flag: string): Promise<RolloutState | null> {
    const text = await store.recall(keyOf(flag)).catch(() => null)
    return text === null ? null : (JSON.parse(text) as RolloutState)
  }

  async function wordsIn(store: Store, flag: string): Promise<readonly Word[]> {
    const notices = await store.notices(keyOf(flag)).catch(() => new Map<string, string>())
    return [...notices.values()].map(text => JSON.parse(text) as Word)
  }

  return {
    /** Of what the stores have, the latest: either may be lost or begin empty. */
    async recall(flag: string): Promise<Remembered> {
      const states = await Promise.all(stores.map(store => stateIn(store, flag)))
      const words = await Promise.all(stores.map(store => wordsIn(store, flag)))
      return { state: states.reduce(later, null), words: unique(words.flat()) }
    },
    /** Rejects where this machine's own store cannot be written; the shared one is told again at the next change. */
    async remember(state: RolloutState): Promise<void> {
      const [own] = await Promise.allSettled(
        stores.map(store => store.remember(keyOf(state.flag), JSON.stringify(state))),
      )
      if (own?.status === 'rejected') throw own.reason
    },
    /** Rejects where no store took it. */
    async say(flag: string, word: Word): Promise<Shared> {
      const notice = [keyOf(flag), holderOf(word), JSON.stringify(word), keepWordsMs] as const
      const put = await Promise.allSettled(stores.map(store => store.putNotice(...notice)))
      const refused = put.find(each => each.status === 'rejected')
      if (put.every(({ status }) => status === 'rejected')) throw refused?.reason
      return shared === null ? 'none' : put[1]?.status === 'fulfilled' ? 'agreed' : 'down'
    },
  }
}

export type RolloutMemory = ReturnType<typeof createRolloutMemory>

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

function unique(words: readonly Word[]): readonly Word[] {
  return [...new Map(words.map(word => [JSON.stringify(word), word])).values()]
}
