import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainCommand } from '../../src/cli/explain.ts'
import { startWithBadV2 } from './bad-v2.ts'

test('a V2 that fails is switched back within a few requests, and no client sees a failure', async t => {
  const { start, fail, asked } = await startWithBadV2(t)
  const gateway = await start()
  for (let i = 0; i < 30; i++) assert.equal(await gateway.get(), 'v2')
  fail()
  for (let i = 0; i < 30; i++) assert.equal(await gateway.get(), 'v1')
  assert.ok(asked() - 30 <= 10, `V2 was asked ${asked() - 30} times after it began to fail`)
  assert.equal(await gateway.tripped(), 1)
  assert.match(gateway.logLines.join(''), /switched back: all traffic to V1/)
})

test('what was switched back stays so over a restart, until a person resumes', async t => {
  const { start, fail, asked } = await startWithBadV2(t)
  const first = await start()
  fail()
  for (let i = 0; i < 15; i++) await first.get()
  await first.close()

  fail(false)
  const before = asked()
  const second = await start()
  for (let i = 0; i < 5; i++) assert.equal(await second.get(), 'v1')
  assert.equal(asked(), before)

  assert.equal((await second.operate('resume')).status, 200)
  assert.equal(await second.get(), 'v2')
  assert.equal(await second.tripped(), 0)
  await second.close()

  const third = await start()
  assert.equal(await third.get(), 'v2')
})

test('after a resume V2 is judged anew, and switched back anew', async t => {
  const { start, fail, asked } = await startWithBadV2(t)
  const gateway = await start()
  fail()
  for (let i = 0; i < 15; i++) await gateway.get()
  assert.equal((await gateway.operate('resume')).status, 200)
  const before = asked()
  for (let i = 0; i < 15; i++) assert.equal(await gateway.get(), 'v1')
  const again = asked() - before
  assert.ok(again >= 3 && again <= 10, `V2 was asked ${again} times after the resume`)
  assert.equal(await gateway.tripped(), 1)
})

test('a dry run reports the breach and leaves the traffic where it is', async t => {
  const { start, fail } = await startWithBadV2(t, {
    policy: 'budgets: [{ signal: errors, max: 1%, dryRun: true }]',
  })
  const gateway = await start()
  fail()
  for (let i = 0; i < 30; i++) assert.equal(await gateway.get(), 'v2')
  assert.equal(await gateway.tripped(), 0)
  for (;;) {
    const [verdict] = (await (await fetch(`${gateway.adminUrl}/verdicts`)).json()) as [
      { verdict: string; dryRun: boolean; text: string },
    ]
    // The counts of the last requests may still be on their way.
    if (verdict.verdict === 'not-yet') continue
    assert.equal(verdict.verdict, 'breach')
    assert.equal(verdict.dryRun, true)
    break
  }
})

test('a person switches back at once, and a reload does not undo it', async t => {
  const { start, asked } = await startWithBadV2(t)
  const gateway = await start()
  assert.equal(await gateway.get(), 'v2')
  assert.equal((await gateway.operate('rollback')).status, 200)
  const before = asked()
  assert.equal(await gateway.get(), 'v1')
  await gateway.edit({ 'policies/open.yaml': 'auth: public\nmaxBodyBytes: 1000\n' })
  await gateway.reload()
  assert.equal(await gateway.get(), 'v1')
  assert.equal(asked(), before)
})

test('numbers of the business switch back too', async t => {
  const { start, asked } = await startWithBadV2(t, {
    policy: 'budgets: [{ signal: pushed, name: satisfaction, min: 0.9, max: 5% }]',
  })
  const gateway = await start()
  assert.equal(await gateway.get(), 'v2')
  const push = await fetch(`${gateway.adminUrl}/signals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'satisfaction',
      flag: 'v2',
      variant: 'v2',
      values: Array(50).fill(0.5),
    }),
  })
  assert.equal(push.status, 200)
  while ((await gateway.tripped()) === 0);
  const before = asked()
  assert.equal(await gateway.get(), 'v1')
  assert.equal(asked(), before)
})

test('explain says that a flag is switched back', async t => {
  const { start, fail } = await startWithBadV2(t)
  const gateway = await start()
  const explained = async () => {
    const lines: string[] = []
    const question = { dir: gateway.dir, env: {}, route: 'main', user: '42', properties: {} }
    const code = await explainCommand({ ...question, json: false, out: line => lines.push(line) })
    assert.equal(code, 0, lines.join('\n'))
    return lines.join('\n')
  }
  assert.match(await explained(), /variant +v2/)
  fail()
  for (let i = 0; i < 15; i++) await gateway.get()
  assert.match(await explained(), /variant +v1\nreason +switched-back/)
})
