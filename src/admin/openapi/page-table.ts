import { auditPage, auditProof } from '../answers/audit-answers.ts'
import { decisionsPage } from '../answers/decision-answers.ts'
import { differenceAnswer, routeDifferences } from '../answers/difference-answers.ts'
import {
  experimentReport,
  experimentReports,
  restartAnswer,
  valuesAnswer,
} from '../answers/experiment-answers.ts'
import { gate, signalAnswer, verdict } from '../answers/judging-answers.ts'
import { latchAnswer, latchReport } from '../answers/latch-answers.ts'
import { explanation, simulation } from '../answers/question-answers.ts'
import { residualReport } from '../answers/residual-answers.ts'
import { revocationAnswer, revocationsPage } from '../answers/revocation-answers.ts'
import { rolloutAnswer, rolloutReport } from '../answers/rollout-answers.ts'
import { anything, fieldsOf, listOf, text, words } from '../answers/schema-of.ts'
import { securityReport } from '../answers/security-answers.ts'
import { series } from '../answers/series-answers.ts'
import { logoutAnswer, sessionAnswer } from '../answers/session-answers.ts'
import { configInForce, gatewayStatus } from '../answers/status-answers.ts'
import { heldFlags } from '../answers/worker-answers.ts'

/** What a page is for and what it answers. */
export interface PageInWords {
  readonly summary: string
  /** By status; `type` is that of JSON where none is named. */
  readonly answers: Readonly<Record<number, { readonly type?: string; readonly schema: object }>>
}

/**
 * Every page of the admin listener as its description says it, where its code cannot: what it asks for
 * is read off the routes. A page that is not listed cannot be served.
 */
export const pages: Readonly<Record<string, PageInWords>> = {
  'GET /health': page(
    'Whether the process is alive.',
    fieldsOf({ status: words({ alive: true }) }),
  ),
  'GET /ready': {
    summary: 'Whether load balancers should send clients here.',
    answers: {
      200: { schema: fieldsOf({ status: words({ ready: true }) }) },
      503: { schema: fieldsOf({ status: words({ 'not-ready': true }) }) },
    },
  },
  'POST /login': page('A token begins a session of a browser.', sessionAnswer),
  'GET /login/*': page('What the page before the console is made of.', text, 'text/css'),
  'GET /login/oidc': {
    summary: 'The way of a browser to the identity provider.',
    answers: { 302: { type: 'text/html', schema: text } },
  },
  'GET /login/callback': page('The way back: begins a session of a browser.', text, 'text/html'),
  'POST /logout': page('Ends the session.', logoutAnswer),
  'GET /session': page('Who asks, as what, and what a change must carry.', sessionAnswer),
  'GET /': page('The first page of the console.', text, 'text/html'),
  'GET /console/*': page('The console for browsers, and its files.', text, 'text/html'),
  'GET /plain': page('The status for browsers without a script.', text, 'text/html'),
  'GET /status': page('How the gateway is, whole.', gatewayStatus),
  'GET /metrics': page('Metrics for Prometheus.', text, 'text/plain'),
  'GET /config': page(
    'The configuration in force, and the faults of the last refused.',
    configInForce,
  ),
  'GET /flags': page('The flags in force; no body where no worker has any.', heldFlags),
  'GET /openapi.json': page('This description.', anything),
  'GET /latches': page('The latches, tripped ones first.', listOf(latchReport)),
  'GET /verdicts': page('What each budget says, with its numbers.', listOf(verdict)),
  'GET /series': page('How the variants did over time, on this machine.', series),
  'GET /security': page('Security events of this machine.', securityReport),
  'GET /gates': page('Whether V2 of each flag may go on.', listOf(gate)),
  'GET /gates/:flag': page('Whether V2 of a flag may go on.', gate),
  'GET /rollouts': page('Where rollouts stand.', listOf(rolloutReport)),
  'GET /rollouts/:flag': page('Where the rollout of a flag stands.', rolloutReport),
  'GET /experiments': page('What experiments say.', experimentReports),
  'GET /experiments/:name': page('What an experiment says.', experimentReport),
  'GET /differences': page('In what V2 differs from V1, by route.', listOf(routeDifferences)),
  'GET /differences/:route': page('In what V2 of a route differs from V1.', routeDifferences),
  'GET /revocations': page('Tokens that were taken back.', revocationsPage),
  'GET /events': page(
    'What changes, as it happens: server-sent events.',
    text,
    'text/event-stream',
  ),
  'GET /audit': page('What happened, oldest first.', auditPage),
  'GET /audit/verify': page('Whether the audit is whole.', auditProof),
  'POST /explain': page('Which variant a caller gets, and why.', explanation),
  'POST /simulate': page('Who of these would get V2 at another percentage.', simulation),
  'GET /v1-residual': page('Who still gets V1 where there is a V2.', residualReport),
  'GET /decisions': page('What was decided about the last requests.', decisionsPage),
  'POST /latches/:flag/rollback': page('All traffic of the flag to V1.', latchAnswer),
  'POST /latches/:flag/resume': page('V2 of the flag is allowed again.', latchAnswer),
  'POST /latches/:flag/drill': page('A rehearsal on the testers alone.', latchAnswer),
  'POST /latches/:flag/drill/end': page('Ends the rehearsal.', latchAnswer),
  'POST /differences/:route/acknowledge': page(
    'A difference is known and meant.',
    differenceAnswer,
  ),
  'POST /differences/:route/count-again': page('A difference counts again.', differenceAnswer),
  'POST /differences/:route/forget': page('Forgets what was seen of a route.', differenceAnswer),
  'POST /revocations': page('Takes a token back, or all of a caller or session.', revocationAnswer),
  'POST /rollouts/:flag/pause': page('Stops a rollout where it is.', rolloutAnswer),
  'POST /rollouts/:flag/continue': page('Lets a rollout go on.', rolloutAnswer),
  'POST /rollouts/:flag/promote': page('Agrees to leave the stage.', rolloutAnswer),
  'POST /experiments/:name/values': page('Values of users from outside.', valuesAnswer),
  'POST /experiments/:name/restart': page('Forgets its users and begins anew.', restartAnswer),
  'POST /signals': page('Numbers of the business.', signalAnswer),
}

function page(summary: string, schema: object, type?: string): PageInWords {
  return { summary, answers: { 200: type === undefined ? { schema } : { type, schema } } }
}
