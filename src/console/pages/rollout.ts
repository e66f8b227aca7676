import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import type { Desk, Page } from '../desk.ts'
import { resumeQuestion, switchBackQuestion } from '../overview/latch-questions.ts'
import { gateView } from '../rollout/gate-view.ts'
import { createHappened } from '../rollout/happened.ts'
import { missingView } from '../rollout/missing-view.ts'
import { phaseWords } from '../rollout/phase-words.ts'
import { continueQuestion, pauseQuestion, promoteQuestion } from '../rollout/rollout-questions.ts'
import { stagesView } from '../rollout/stages-view.ts'
import { may } from '../session.ts'
import { momentText, spanText } from '../show/moments.ts'
import { html, nothing, repeat, type TemplateResult } from '../template.ts'

/** Each rollout: its stages as a line, where it stands, what is missing, and the words that people can say. */
export function openRollout(desk: Desk): Page {
  const happened = createHappened(desk)

  function buttons(report: RolloutReport, then: string): TemplateResult {
    const { flag, phase, next } = report
    const isBack = phase === 'switched-back'
    const isOver = next === null
    const named = html`<span class="unseen"> ${flag}</span>`
    const agree =
      may(desk.session(), 'approver') && !isBack && !isOver
        ? html`<button class="first" @click=${() => desk.ask(promoteQuestion(desk, report, then))}>Agree to go on${named}</button>`
        : nothing
    if (!may(desk.session(), 'operator')) return html`${agree}`
    const hold =
      phase === 'paused'
        ? html`<button @click=${() => desk.ask(continueQuestion(desk, report, then))}>Continue${named}</button>`
        : html`<button @click=${() => desk.ask(pauseQuestion(desk, report, then))}>Pause${named}</button>`
    return html`${agree}${hold}${
      isBack
        ? html`<button class="first" @click=${() => desk.ask(resumeQuestion(desk, flag, then))}>Resume${named}</button>`
        : html`<button class="grave" @click=${() => desk.ask(switchBackQuestion(desk, flag, then))}>Switch back${named}</button>`
    }`
  }

  function rolloutView(report: RolloutReport): TemplateResult {
    const { flag, phase, place, since, text, jumped, dryRun } = report
    const { at, gates } = desk.status()
    const gate = gates.find(each => each.flag === flag)
    const id = `rollout-${flag}`
    return html`<section class="group ${phase === 'switched-back' ? 'tripped' : ''}" aria-labelledby=${id}>
      <div class="head">
        <div><h2 id=${id} tabindex="-1">${flag}</h2><p class="quiet">The percentage is written in ${place}.</p></div>
        <div class="choices">${buttons(report, id)}</div>
      </div>
      <p class="state ${phase === 'switched-back' ? 'back' : ''}">${phase}: ${phaseWords[phase]}</p>
      <p class="quiet">${text}</p>
      ${dryRun ? html`<p class="notice">A dry run: it says all this and moves nothing.</p>` : nothing}
      ${jumped ? html`<p class="notice">The percentage was set by hand, beyond a gate that was not open.</p>` : nothing}
      ${stagesView(report)}
      ${since === null ? nothing : html`<p class="quiet">In this stage since <time datetime=${new Date(since).toISOString()}>${momentText(since, at)}</time> (${spanText(at - since)}).</p>`}
      ${missingView(report, at)}
      ${gate === undefined ? nothing : gateView(gate)}
      ${happened.view(flag)}
    </section>`
  }

  return {
    heard: happened.heard,
    view(): TemplateResult {
      const { rollouts } = desk.status()
      if (rollouts.length === 0) {
        return html`<p>No policy has a rollout: percentages are moved by hand, in Unleash or in the files of flags.</p>`
      }
      return html`${repeat(rollouts, ({ flag }) => flag, rolloutView)}`
    },
  }
}
