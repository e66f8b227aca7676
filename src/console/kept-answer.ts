import type { Fault } from './api.ts'
import type { Desk } from './desk.ts'
import { html, nothing, type TemplateResult } from './template.ts'
import { every } from './time.ts'

export interface KeptAnswerOptions {
  readonly desk: Pick<Desk, 'api' | 'redraw'>
  /** What is asked for; it may be another each time. */
  readonly path: () => string
  /** Milliseconds after which it is asked for again while somebody looks. */
  readonly periodMs: number
}

export type KeptAnswer<T> = ReturnType<typeof createKeptAnswer<T>>

/** What a page asks for beside the status, and asks for again as long as it is shown. */
export function createKeptAnswer<T>({ desk, path, periodMs }: KeptAnswerOptions) {
  let value: T | null = null
  let fault: Fault | null = null
  let isWanted = false
  let asking: Promise<void> | null = null

  async function askAll(): Promise<void> {
    while (isWanted) {
      isWanted = false
      const asked = path()
      const answer = await desk.api.get<T>(asked)
      // Somebody chose another meanwhile.
      if (asked !== path()) isWanted = true
      else if (answer.ok) {
        value = answer.value
        fault = null
      } else fault = answer.fault
      desk.redraw()
    }
    asking = null
  }

  /** Asks anew; resolves with an answer to a question that began after the call. */
  function renew(): Promise<void> {
    isWanted = true
    asking ??= askAll()
    return asking
  }

  void renew()
  const stop = every(periodMs, () => {
    if (!document.hidden) void renew()
  })
  return {
    /** The last that was answered, also when a later question was not; null before the first. */
    value: () => value,
    /** Why the last question was not. */
    fault: () => fault,
    renew,
    close: stop,
  }
}

/** The answer once it is there, and in words what is wrong with it. */
export function keptView<T>(
  kept: KeptAnswer<T>,
  view: (value: T) => TemplateResult,
): TemplateResult {
  const value = kept.value()
  const fault = kept.fault()
  if (value === null && fault === null) return html`<p class="quiet">Asking…</p>`
  return html`${
    fault === null
      ? nothing
      : html`<p class="fault" role="alert">${fault.text}</p>${value === null ? nothing : html`<p class="quiet">What stands here is what was heard before.</p>`}`
  }${value === null ? nothing : view(value)}`
}
