import type { ImpactResult } from '../fleet/impact/impact-rounds.ts'
import type { Logger } from './log.ts'

const sentences: Readonly<Record<ImpactResult, string>> = {
  sent: 'impact metrics reach Unleash again',
  failed: 'impact metrics could not be sent to Unleash; they are kept for the next time',
  refused: 'Unleash takes no impact metrics from here; they are kept, in case that changes',
}

/** Tells when impact metrics begin and end to come to nothing, not each time that they do. */
export function createImpactLog(log: Logger) {
  let last: ImpactResult = 'sent'

  return (result: ImpactResult, text: string): void => {
    if (result === last) return
    last = result
    if (result === 'sent') log.info({ event: 'impact-sent' }, sentences.sent)
    else log.warn({ event: `impact-${result}`, error: text }, sentences[result])
  }
}
