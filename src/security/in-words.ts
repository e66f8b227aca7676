import type { SecurityNews } from './event.ts'

/** An event in a sentence; `client` as it may be shown there, null for all of them. */
export function newsInWords({ step, event }: SecurityNews, client: string | null): string {
  const { kind, refusals, from, withinMs, since, lastAt } = event
  const who = client === null ? 'many clients together' : client
  if (step === 'began') {
    const why = from === null ? 'more clients than are named' : `an event from ${from} on`
    return `${kind}: ${refusals} refusals of ${who} within ${withinMs / 1000} s, ${why}`
  }
  const seconds = Math.round((lastAt - since) / 1000)
  const what = `${refusals} refusals of ${who} in ${seconds} s`
  return step === 'lasts' ? `${kind} lasts: ${what}` : `${kind} is over: ${what}`
}
