import type { Change } from '../../admin/events/change.ts'
import type { Series } from '../../history/series.ts'
import type { Desk } from '../desk.ts'
import { html, type TemplateResult } from '../template.ts'
import { every, now } from '../time.ts'
import { chartsView } from './charts-view.ts'
import { knownPart } from './known-part.ts'
import { type Lines, linesOf, type Percentile } from './lines.ts'
import { type Span, spanNamed } from './spans.ts'

/** Milliseconds between two looks; no slot is shorter. */
const lookMs = 5000
/** Coarser slots than this are asked for once in so long. */
const longestWaitMs = 60_000

/** What is known of the past of one flag. */
interface Past {
  series: Series | null
  lines: readonly Lines[]
  fault: string | null
  /** Of the browser's clock; when it was asked for last. */
  askedAt: number
  isTableOpen: boolean
}

/** How V1 and V2 of each flag did over time, renewed while the page is shown. */
export function createPasts(desk: Desk) {
  const pasts = new Map<string, Past>()
  let span = spanNamed(desk.query.get('for'))
  let percentile: Percentile = 'p95'

  async function ask(flag: string, past: Past): Promise<void> {
    const asked = span
    past.askedAt = now()
    const query = new URLSearchParams({ flag, for: asked.for })
    const answer = await desk.api.get<Series>(`/series?${query}`)
    // Meanwhile another span was chosen, and asked for.
    if (asked !== span) return
    past.fault = answer.ok ? null : answer.fault.text
    if (answer.ok) {
      past.series = knownPart(answer.value)
      past.lines = linesOf(past.series, percentile, asked)
    }
    desk.redraw()
  }

  function askAll(): void {
    for (const [flag, past] of pasts) void ask(flag, past)
  }

  function pastOf(flag: string): Past {
    const known = pasts.get(flag)
    if (known !== undefined) return known
    const past: Past = { series: null, lines: [], fault: null, askedAt: 0, isTableOpen: false }
    pasts.set(flag, past)
    void ask(flag, past)
    return past
  }

  function choose(chosen: Span): void {
    span = chosen
    // What was chosen stands in the address, for whoever gets it.
    history.replaceState(null, '', `?${new URLSearchParams({ for: chosen.for })}`)
    askAll()
    desk.redraw()
  }

  function choosePercentile(chosen: Percentile): void {
    percentile = chosen
    for (const past of pasts.values()) {
      if (past.series !== null) past.lines = linesOf(past.series, percentile, span)
    }
    desk.redraw()
  }

  const stop = every(lookMs, () => {
    if (document.hidden) return
    for (const [flag, past] of pasts) {
      const wait = Math.min(past.series?.stepMs ?? 0, longestWaitMs)
      // A look comes a little early now and then: that must not cost a whole further one.
      if (now() - past.askedAt >= wait - lookMs / 2) void ask(flag, past)
    }
  })

  return {
    view(flag: string): TemplateResult {
      const past = pastOf(flag)
      const { series, lines, fault } = past
      if (series === null) {
        return html`<p class="quiet">${fault === null ? 'Asking how V1 and V2 did…' : `How V1 and V2 did is not known: ${fault}`}</p>`
      }
      return chartsView({
        ...{ flag, span, percentile, series, lines, fault, choose, choosePercentile },
        isTableOpen: past.isTableOpen,
        isFleet: desk.status().stores.shared !== null,
        onTable(isOpen) {
          past.isTableOpen = isOpen
          desk.redraw()
        },
      })
    },
    /** What happened to a flag is marked at once. */
    heard(change: Change | 'missed'): void {
      if (change === 'missed' || change.type === 'latch') askAll()
    },
    close: stop,
  }
}

export type Pasts = ReturnType<typeof createPasts>
