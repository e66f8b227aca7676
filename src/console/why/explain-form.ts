import type { KnownBy } from '../../fleet/planes.ts'
import { html, nothing, type TemplateResult } from '../template.ts'
import { propertyField } from './asked-caller.ts'

/** Characters of whatever tells one caller from another, as the gateway takes them. */
const longestId = 1024

/** The fields that a caller of the route can have, and no others. */
export function callerFields({ user, properties, stickyKey }: KnownBy): TemplateResult {
  const field = (name: string, label: string, hint: string) =>
    html`<label>${label} <span class="quiet">${hint}</span>
      <input name=${name} maxlength=${longestId} autocomplete="off" autocapitalize="none" spellcheck="false">
    </label>`
  return html`${user ? field('user', 'User', 'as the route knows users') : nothing}
    ${stickyKey.includes('cookie') ? field('session', 'Session', 'the sb_sid cookie of one without a user id') : nothing}
    ${field('address', 'Address', 'left empty: 127.0.0.1')}
    ${properties.map(name => field(`${propertyField}${name}`, name, 'a property that flags may ask for'))}`
}
