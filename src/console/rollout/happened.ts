import type { Change } from '../../admin/events/change.ts'
import type { Mark } from '../../history/marks.ts'
import type { Desk } from '../desk.ts'
import { momentText } from '../show/moments.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

/** Something that happened to a flag. */
interface Happening {
  readonly at: number
  readonly text: string
  /** Null where the gateway does not say. */
  readonly who: string | null
}

/** How far back is asked, which is as far as the history goes. */
const back = 'for=14d&step=15m'

/** Happenings of one flag that are shown, the latest first. */
const mostShown = 20

/**
 * What happened to flags: of the time before the page was opened from the gateway's history, of the time
 * since then from the audit as it is written, which also names who did it.
 */
export function createHappened(desk: Desk) {
  const openedAt = desk.status().at
  const before = new Map<string, readonly Happening[]>()
  const since: (Happening & { readonly flag: string })[] = []

  /** Asked once for each flag, when it is first shown. */
  async function ask(flag: string): Promise<void> {
    before.set(flag, [])
    const answer = await desk.api.get<{ readonly marks: readonly Mark[] }>(
      `/series?flag=${encodeURIComponent(flag)}&${back}`,
    )
    if (!answer.ok) return
    const marks = answer.value.marks.filter(({ at }) => at < openedAt)
    before.set(
      flag,
      marks.map(({ at, text }) => ({ at, text, who: null })),
    )
    desk.redraw()
  }

  return {
    heard(change: Change | 'missed'): void {
      if (change === 'missed' || change.type !== 'audit') return
      const { event, subject, at, who, why } = change.data
      if (subject === null || !/^(rollout|latch)-/.test(event)) return
      since.push({ flag: subject, at, who, text: why })
    },
    view(flag: string): TemplateResult | typeof nothing {
      if (!before.has(flag)) void ask(flag)
      const now = desk.status().at
      const all = [...(before.get(flag) ?? []), ...since.filter(each => each.flag === flag)]
      if (all.length === 0) return nothing
      const id = `happened-${flag}`
      return html`<h3 id=${id}>What happened</h3>
        <ul class="happened" aria-labelledby=${id}>${all
          .slice(-mostShown)
          .reverse()
          .map(
            ({ at, text, who }) =>
              html`<li><time class="quiet" datetime=${new Date(at).toISOString()}>${momentText(at, now)}</time> <span>${text}${who === null ? nothing : html` <span class="quiet">by ${who}</span>`}</span></li>`,
          )}</ul>`
    },
  }
}
