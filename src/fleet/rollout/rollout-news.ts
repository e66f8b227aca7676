import type { FlagDoor } from '../../rollout/flag-door.ts'
import type { newsInWords } from '../../rollout/news-in-words.ts'
import type { RolloutNews } from '../../rollout/step.ts'
import type { WriteAudit } from '../stores/audit-note.ts'

/** What the world outside is told of a rollout; `event` is the word of the audit without its `rollout-`. */
export type RolloutTold = RolloutNews & {
  readonly flag: string
  /** Where the percentage is written, such as `Unleash`. */
  readonly place: string
  /** A person as far as one is known, else the machine. */
  readonly who: string
}

export interface RolloutNewsDeps {
  /** Names this machine in the audit. */
  readonly machine: string
  readonly door: () => FlagDoor
  readonly rules: { readonly newsInWords: typeof newsInWords }
  readonly audit: WriteAudit
  /** Tells the webhooks; waits for nobody. */
  readonly announce: (text: string, told: RolloutTold) => void
  readonly log: { info(details: object, message: string): void }
}

/** Tells of what happened to rollouts: audit, log and webhooks. */
export function createRolloutNews(deps: RolloutNewsDeps) {
  const { machine, door, rules, audit, announce, log } = deps
  return async function tell(flag: string, news: RolloutNews): Promise<void> {
    const { place, lastMover } = door()
    const mover = news.event === 'moved-by-hand' ? await lastMover(flag) : null
    const who = mover?.who ?? machine
    const text = rules.newsInWords(news, place, mover)
    audit({ event: `rollout-${news.event}`, who, subject: flag, why: text, evidence: news })
    log.info({ flag, ...news }, `rollout: ${text}`)
    announce(`${flag}: ${text}`, { flag, place, who, ...news })
  }
}
