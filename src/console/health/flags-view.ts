import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { momentText, spanText } from '../show/moments.ts'
import { html, type TemplateResult } from '../template.ts'

type HeldFlags = NonNullable<ShownStatus['workers'][number]['flags']>

/** Where the flags come from that decide who gets V2, and how old they are. */
export function flagsView({ workers, at }: ShownStatus): TemplateResult {
  const held = workers.flatMap(({ flags }) => flags ?? [])
  const told = [...new Set(held.map(flags => sourceText(flags, at)))]
  if (told.length === 0) return html`<p class="quiet">No worker needs flags.</p>`
  return html`${told.map(text => html`<p>${text}</p>`)}`
}

function sourceText(
  { kind, from, lastUpdated, failure, flags, stream }: HeldFlags,
  at: number,
): string {
  const count = `${flags.length} ${flags.length === 1 ? 'flag' : 'flags'}`
  if (kind === 'flags') return `${count} from the files in flags/.`
  const age = lastUpdated === null ? '' : `, ${spanText(at - lastUpdated)} old`
  const why = failure === null ? '' : ` ✕ Unleash does not answer: ${failure}.`
  switch (from) {
    case 'server':
    case 'files':
      return `${count} from Unleash${age}, ${stream === 'open' ? 'which tells of changes at once' : 'which is asked again and again'}.${why}`
    case 'backup':
      return `${count} from the backup${lastUpdated === null ? '' : ` of ${momentText(lastUpdated, at)}`}.${why}`
    case 'nowhere':
      return `No flags: everybody gets V1.${why}`
  }
}
