import type { AuditProof } from '../../admin/control-view.ts'
import type { AuditRecord } from '../../fleet/stores/store.ts'
import type { Answer } from '../api.ts'
import { eventWords } from '../audit/event-words.ts'
import { createKeptRecords } from '../audit/kept-records.ts'
import { proofText, proofView } from '../audit/proof-view.ts'
import { recordView } from '../audit/record-view.ts'
import { isEverything, isWanted, queryOf, type Wanted } from '../audit/wanted-records.ts'
import type { Desk, Page } from '../desk.ts'
import { countText } from '../show/numbers.ts'
import { html, nothing, repeat, type TemplateResult } from '../template.ts'

/** Milliseconds that the whole chain may take to be read and proven. */
const proofPatienceMs = 60_000

/** What happened, the newest first, and the proof that nothing of it was changed. */
export function openAudit(desk: Desk): Page {
  const kept = createKeptRecords(desk)
  let wanted: Wanted = {
    event: desk.query.get('event') ?? '',
    subject: desk.query.get('subject') ?? '',
  }
  let proof: Answer<AuditProof> | 'under-way' | null = null

  function want(change: Partial<Wanted>): void {
    wanted = { ...wanted, ...change }
    history.replaceState(null, '', `${location.pathname}${queryOf(wanted)}`)
    desk.redraw()
  }

  async function prove(): Promise<void> {
    if (proof === 'under-way') return
    proof = 'under-way'
    desk.redraw()
    proof = await desk.api.get<AuditProof>('/audit/verify', proofPatienceMs)
    if (proof.ok) desk.say(proofText(proof.value))
    desk.redraw()
  }

  async function older(): Promise<void> {
    const before = kept.records()?.length ?? 0
    await kept.older(isEverything(wanted) ? null : record => isWanted(record, wanted))
    desk.say(`${countText((kept.records()?.length ?? 0) - before)} older records read.`)
  }

  function filters(): TemplateResult {
    const { event, subject } = wanted
    return html`<form class="card" aria-label="What is shown" @submit=${(submit: Event) => submit.preventDefault()}>
      <label>Event
        <select @change=${(change: Event) => want({ event: (change.currentTarget as HTMLSelectElement).value })}>
          <option value="" ?selected=${event === ''}>all</option>
          ${eventWords.map(word => html`<option ?selected=${word === event}>${word}</option>`)}
        </select>
      </label>
      <label>Flag or route <span class="quiet">or part of it</span>
        <input .value=${subject} autocomplete="off" autocapitalize="none" spellcheck="false" @input=${(input: Event) => want({ subject: (input.currentTarget as HTMLInputElement).value.trim() })}>
      </label>
    </form>`
  }

  function recordsView(records: readonly AuditRecord[]): TemplateResult {
    const { at } = desk.status()
    const shown = records.filter(record => isWanted(record, wanted))
    const read = `${countText(records.length)} ${records.length === 1 ? 'record' : 'records'}`
    const count = isEverything(wanted)
      ? `${read} read`
      : `${countText(shown.length)} of ${read} that were read`
    const more = kept.isAll() ? 'nothing older is kept' : 'there are older ones'
    return html`<section class="group" aria-labelledby="records"><h2 id="records">The newest first</h2>
      <p class="quiet">${records.length === 0 ? 'Nothing has happened yet.' : `${count}; ${more}.`}</p>
      <ul class="records" aria-labelledby="records">${repeat(
        shown,
        ({ seq }) => seq,
        record => recordView(record, at),
      )}</ul>
      ${
        kept.isAll()
          ? nothing
          : html`<p><button ?disabled=${kept.isSearching()} @click=${older}>${kept.isSearching() ? 'Reading…' : isEverything(wanted) ? 'Read older ones' : 'Look in older ones'}</button></p>`
      }</section>`
  }

  return {
    view(): TemplateResult {
      const records = kept.records()
      const fault = kept.fault()
      return html`<div class="head">
          <p class="quiet">Each record seals the one before it.</p>
          <button ?disabled=${proof === 'under-way'} @click=${prove}>${proof === 'under-way' ? 'Proving…' : 'Prove the chain'}</button>
        </div>
        ${proof === null || proof === 'under-way' ? nothing : proof.ok ? proofView(proof.value) : html`<p class="fault" role="alert">${proof.fault.text}</p>`}
        ${filters()}
        ${fault === null ? nothing : html`<p class="fault" role="alert">${fault.text}</p>`}
        ${records === null ? (fault === null ? html`<p class="quiet">Asking…</p>` : nothing) : recordsView(records)}`
    },
    heard(change) {
      if (change === 'missed' || change.type === 'audit') void kept.renew()
    },
    close: kept.close,
  }
}
