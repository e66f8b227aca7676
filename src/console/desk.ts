import type { ShownStatus } from '../admin/answers/status-answers.ts'
import type { Change } from '../admin/events/change.ts'
import type { Api } from './api.ts'
import type { Question } from './question.ts'
import type { Session } from './session.ts'
import type { TemplateResult } from './template.ts'

/** What a page stands on. */
export interface Desk {
  readonly api: Api
  /** The last that was heard. */
  readonly status: () => ShownStatus
  readonly session: () => Session | null
  /** Of the page's address, such as `?flag=…`: what a person chose stands there, so that it can be shared. */
  readonly query: URLSearchParams
  /** Draws the page anew, once what runs now is over. */
  readonly redraw: () => void
  /** Opens a dialog that demands a yes. */
  readonly ask: (question: Question) => void
  /** Tells those who do not see the page. */
  readonly say: (text: string) => void
}

/** A page while it is shown. */
export interface Page {
  /** What it shows now; drawn anew with each status. */
  readonly view: () => TemplateResult
  /** Hears of what changes; a page that shows more than the status asks for it again. */
  readonly heard?: (change: Change | 'missed') => void
  readonly close?: () => void
}

export interface PageEntry {
  /** Its address is `/console/<name>`, and its file `pages/<name>.ts`. */
  readonly name: string
  readonly title: string
  readonly open: (desk: Desk) => Page
}
