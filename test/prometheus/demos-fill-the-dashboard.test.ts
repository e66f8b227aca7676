import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Command, startCommand } from '../cli/command.ts'
import { startPrometheus } from '../support/prometheus-server.ts'
import { asked, questions, ruleFiles, selectorsOf } from './asked.ts'
import { unanswered } from './unanswered.ts'

/**
 * What neither of these demos has: another machine, an identity provider, certificates, limits, origins that are
 * looked at, and a breaker. The test beside this one has all of it.
 */
const notInDemos = new Set([
  'switchback_shared_store_up',
  'switchback_jwks_up',
  'switchback_jwks_age_seconds',
  'switchback_certificate_expiry_timestamp_seconds',
  'switchback_rate_limit_checks_total',
  'switchback_rate_limit_mode',
  'switchback_places_taken',
  'switchback_places_limit',
  'switchback_refusals_total',
  'switchback_security_events_lasting',
  'switchback_origin_healthy',
  'switchback_upstream_faults_total',
  'switchback_breaker_state',
  'switchback_breaker_opened_total',
])

/** One demo, on free ports. */
async function startDemo(t: TestContext, ...options: string[]): Promise<[Command, number]> {
  const ports = ['--port', '--admin-port', '--v1-port', '--v2-port'].flatMap(port => [port, '0'])
  const demo = startCommand(t, 'demo', ...options, ...ports)
  const admin = /^ {2}admin +http:\/\/127\.0\.0\.1:(\d+)/m
  await demo.seen(admin)
  return [demo, Number(admin.exec(demo.out())?.[1])]
}

test('the dashboard has data to show of the demos, but for what they have none of', async t => {
  const [shadow, ofShadow] = await startDemo(t, '--shadow')
  const [plan, ofPlan] = await startDemo(t, '--plan', '1s', '--fault', 'errors', '--at', '25')
  const prometheus = await startPrometheus(t, [ofShadow, ofPlan], ruleFiles)
  const all = new Set(questions.map(({ expr }) => expr))
  let open = [...all].filter(expr => !selectorsOf(expr).some(({ name }) => notInDemos.has(name)))
  assert.ok(open.length > 0.75 * all.size, `${open.length} of ${all.size}`)
  while (open.length > 0) {
    const stillOpen = new Set(await unanswered(prometheus, open.map(asked)))
    open = open.filter(expr => stillOpen.has(asked(expr)))
    assert.equal(shadow.child.exitCode ?? plan.child.exitCode, null, open.join('\n'))
    await wait(250)
  }
  // Ended as people do, so that they take their files with them.
  for (const { child, ended } of [shadow, plan]) {
    child.kill('SIGINT')
    assert.equal((await ended).code, 0)
  }
})
