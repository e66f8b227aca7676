import type { Fault } from './api.ts'
import type { Questions } from './question.ts'
import type { Session } from './session.ts'
import { html, nothing, type TemplateResult } from './template.ts'

/** Characters of a reason and of a name, as the gateway takes them. */
const mostOfReason = 1000
const mostOfName = 128

/** Under which the browser keeps the name that was last said. */
const nameKey = 'switchback.who'

export interface QuestionViewProps {
  readonly questions: Questions
  readonly session: Session | null
}

/** The dialog of the question that is open; without one it is empty and closed. */
export function questionView({ questions, session }: QuestionViewProps): TemplateResult {
  const open = questions.open()
  return html`<dialog aria-labelledby="question" aria-describedby="question-text" @close=${() => {
    if (questions.open() !== null) questions.leave()
  }}>${open === null ? nothing : form(open, questions, session)}</dialog>`
}

type Open = NonNullable<ReturnType<Questions['open']>>

function form(
  { question, isUnderWay, fault }: Open,
  questions: Questions,
  session: Session | null,
) {
  const { title, text, reason, yes, isGrave } = question
  const isRequired = reason === 'required'
  const saysName = session?.mustProve !== true
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    const said = (name: string) => String(fields.get(name) ?? '').trim()
    if (saysName) localStorage.setItem(nameKey, said('who'))
    void questions.yes({ who: saysName ? said('who') : null, why: said('why') || null })
  }
  return html`<form @submit=${submit} autocomplete="off">
    <h2 id="question">${title}</h2>
    <p id="question-text">${text}</p>
    <label>Reason${isRequired ? '' : ' (may be left empty)'}
      <textarea name="why" rows="3" maxlength=${mostOfReason} ?required=${isRequired} autofocus></textarea>
    </label>
    ${
      saysName
        ? html`<label>Your name, for the audit
            <input name="who" required maxlength=${mostOfName} pattern=".*\\S.*" .value=${localStorage.getItem(nameKey) ?? ''}>
          </label>`
        : html`<p class="quiet">The audit names you: ${session?.who ?? 'unknown'}.</p>`
    }
    <p class="fault" role="alert">${fault === null ? nothing : faultView(fault)}</p>
    <div class="choices">
      <button type="button" @click=${() => questions.leave()}>Cancel</button>
      <button class=${isGrave ? 'grave' : 'first'} ?disabled=${isUnderWay}>${isUnderWay ? 'Under way…' : yes}</button>
    </div>
  </form>`
}

/** Opens or closes the dialog as the question is: a document cannot say that it is modal, a call must. */
export function settleDialog(root: HTMLElement, isOpen: boolean): void {
  const dialog = root.querySelector('dialog')
  if (dialog === null || dialog.open === isOpen) return
  if (isOpen) dialog.showModal()
  else dialog.close()
}

/** The page behind the dialog cannot be reached, and leaving it would lose the reason. */
function faultView({ kind, text }: Fault): TemplateResult | string {
  if (kind !== 'login-over') return text
  return html`Your login is over, and nothing was changed. <a href=${location.href} target="_blank">Log in in another tab</a> and press again: what you wrote stays.`
}
