import type { Clock } from '../../clock.ts'
import type { Percent } from '../../config/rollout-rule.ts'
import type { Answer } from '../../rollout/requirement.ts'
import { call } from '../announce/outgoing-call.ts'

/** What an address is told when it is asked whether a stage may be left. */
export interface Question {
  readonly flag: string
  readonly percent: Percent
  readonly next: Percent | null
}

/** Milliseconds between two times that the same address is asked. */
const askEveryMs = 10_000

/** Milliseconds after which what it said is of another time, as where nobody asked for a while. */
const forgottenMs = 30_000

/** Asks addresses whether stages may be left, and knows what each said last. */
export function createAskedAddresses(clock: Clock, signal: AbortSignal) {
  const said = new Map<
    string,
    { readonly key: string; readonly at: number; answer: Answer | null }
  >()

  async function ask(url: string, question: Question): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'user-agent': 'switchback' }
    const body = JSON.stringify(question)
    const answer = await call(clock, { url, method: 'POST', headers, body, reads: true }, signal)
    if (answer.status === null) return { go: null, why: `${hostOf(url)}: ${answer.error}` }
    if (answer.status !== 200) return { go: null, why: `${hostOf(url)} answered ${answer.status}` }
    return readAnswer(answer.body) ?? { go: null, why: `${hostOf(url)} said neither yes nor no` }
  }

  return {
    /** What it said last about this very question; asks it again where that is too long ago. */
    answerOf(url: string, question: Question): Answer | null {
      const key = JSON.stringify([url, question])
      const last = said.get(question.flag)
      const now = clock.monotonic()
      if (last?.key === key && now - last.at < askEveryMs) return last.answer
      const isKnown = last?.key === key && now - last.at < forgottenMs
      const asked = { key, at: now, answer: isKnown ? last.answer : null }
      said.set(question.flag, asked)
      void ask(url, question).then(answer => {
        asked.answer = answer
      })
      return asked.answer
    },
  }
}

/** Null for a body that says neither. */
function readAnswer(body: string): Answer | null {
  try {
    const { go, why } = JSON.parse(body) as { readonly go?: unknown; readonly why?: unknown }
    if (go === true) return { go }
    if (go !== false) return null
    return { go, why: typeof why === 'string' ? why.slice(0, 200) : 'says not yet' }
  } catch {
    return null
  }
}

/** An address may carry a secret in its path. */
function hostOf(url: string): string {
  return new URL(url).host
}
