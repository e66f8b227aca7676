import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { originConcerns } from '../health/concerns.ts'

/** A person who was woken reads three sentences; the rest stands on the page Health. */
const most = 3

/**
 * The origins that fail or rest, a sentence each. They stand beside what is switched back: where V1 fails too, a
 * switch back helps nobody.
 */
export function originsInShort(status: Pick<ShownStatus, 'workers'>): readonly string[] {
  const all = originConcerns(status)
  // The place of "one more" is enough to name it.
  if (all.length <= most + 1) return all
  return [...all.slice(0, most), `${all.length - most} more origins fail or rest.`]
}
