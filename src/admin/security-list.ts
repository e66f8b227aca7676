import type { SecurityReport } from '../security/event.ts'
import { type Html, html } from './html.ts'

/** The security events that last, a line each. */
export function securityList({ lasting }: SecurityReport): Html[] {
  return lasting.map(
    ({ kind, client, refusals, since }) =>
      html`<p class="bad">Security: ${kind} of ${client ?? 'many clients together'} since ${new Date(since).toISOString()}, ${refusals} refusals</p>
`,
  )
}
