import type { ShownStatus } from '../admin/answers/status-answers.ts'
import type { PageEntry } from './desk.ts'
import type { Hearing } from './live.ts'
import { type QuestionViewProps, questionView } from './question-view.ts'
import { momentText, spanText } from './show/moments.ts'
import { html, nothing, type TemplateResult } from './template.ts'
import { now } from './time.ts'

export interface ShellProps extends QuestionViewProps {
  readonly pages: readonly PageEntry[]
  readonly current: PageEntry
  /** Null before the first was heard. */
  readonly status: ShownStatus | null
  readonly hearing: Hearing
  readonly isLoginOver: boolean
  /** What was said last to those who do not see the page. */
  readonly said: string
  readonly body: TemplateResult | null
  readonly logOut: () => void
}

/** What stands around each page. */
export function shellView(props: ShellProps): TemplateResult {
  const { pages, current, status, hearing, isLoginOver, said, body } = props
  const isOld = hearing.state === 'lost' || isLoginOver
  return html`<a class="skip" href="#content">To the content</a>
    <header class="top">
      <p class="name"><svg viewBox="0 0 32 20" aria-hidden="true"><path class="v1" d="M2 15H30" /><path class="v2" d="M2 15C12 15 12 5 20 5H30" /></svg>
        Switchback${status === null ? nothing : html`<span class="machine">${status.machine}</span>`}</p>
      <nav aria-label="Pages"><ul>${pages.map(
        ({ name, title }) =>
          html`<li><a href="/console/${name}" aria-current=${name === current.name ? 'page' : 'false'}>${title}</a></li>`,
      )}</ul></nav>
      <div class="who">${isLoginOver ? nothing : hearingView(hearing)}${personView(props)}</div>
    </header>
    ${isOld ? oldNotice(props) : nothing}${status === null ? nothing : faultNotices(status)}
    <main id="content" class=${isOld ? 'old' : ''}>
      <h1 id="heading" tabindex="-1">${current.title}</h1>
      ${body ?? html`<p class="quiet">${hearing.state === 'lost' ? 'Nothing was heard yet.' : 'Asking the gateway…'}</p>`}
    </main>
    ${questionView(props)}
    <p class="unseen" role="status" aria-live="polite">${said}</p>`
}

function hearingView({ state }: Hearing): TemplateResult {
  const words = { waiting: '○ Connecting', live: '● Live', lost: '✕ No connection' } as const
  return html`<span class="hearing ${state}">${words[state]}</span>`
}

function personView({ session, logOut }: ShellProps): TemplateResult | typeof nothing {
  if (session === null) return nothing
  if (!session.mustProve) return html`<span>Nobody is asked to log in</span>`
  return html`<span>${session.who} <span class="quiet">${session.role}</span></span>
    <button class="small" @click=${logOut}>Log out</button>`
}

function oldNotice({ hearing, isLoginOver }: ShellProps): TemplateResult {
  if (isLoginOver) {
    return html`<p class="notice grave" role="alert">Your login is over: what stands here is no longer renewed. <a href=${location.href}>Log in again</a></p>`
  }
  const { lastAt } = hearing
  return html`<p class="notice grave" role="alert">${
    lastAt === null
      ? 'The gateway does not answer.'
      : `The gateway does not answer. What stands here is of ${momentText(lastAt, now())}, and may be wrong by now.`
  }</p>
  ${lastAt === null ? nothing : html`<p class="notice quiet">Not heard for ${spanText(now() - lastAt)}.</p>`}`
}

/** What concerns every page: files that are refused, no room, a store that is down. */
function faultNotices({ ready, config, overloads, stores }: ShownStatus): TemplateResult {
  const texts = [
    ...(ready ? [] : ['This gateway is not ready: load balancers are told to look away.']),
    ...(config.error === null ? [] : [`The files on disk are refused: ${config.error}`]),
    ...overloads.map(text => `Overloaded: ${text}`),
    ...(stores.shared?.up === false
      ? ['The shared store is down: this machine guards alone.']
      : []),
    ...(stores.local.up ? [] : [`The store of this machine is down: ${stores.local.error}`]),
  ]
  return html`${texts.map(text => html`<p class="notice">${text}</p>`)}`
}
