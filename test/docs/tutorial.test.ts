import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startCommand } from '../cli/command.ts'
import { runProgram } from '../cli/run-program.ts'
import { groupOf } from '../console/visitors.ts'
import { startBrowser } from '../support/browser.ts'
import { logInToUnleash } from '../support/unleash-person.ts'

const page = await readFile(
  join(import.meta.dirname, '../../docs/tutorial-first-canary.md'),
  'utf8',
)
const browser = await startBrowser({ after })

/** The lines to type, by the minute at which they are. */
const typed = new Map(
  page.split(/^## (?=Minute )/m).map(section => {
    const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    const lines = blocks.flatMap(([, code = '']) => code.trim().split('\n'))
    return [Number(/^Minute (\d)/.exec(section)?.[1] ?? -1), lines] as const
  }),
)

const temporary = await mkdtemp(join(tmpdir(), 'switchback-test-'))
// Postgres, which does not run as root, must get into it.
await chmod(temporary, 0o755)
process.env.TMPDIR = temporary
after(() => rm(temporary, { recursive: true, force: true }))

/** What is printed by `curl -s <url> -H <header> …`. */
async function curl(line: string, gateway: string): Promise<string> {
  const [, url] = /^curl -s 'http:\/\/127\.0\.0\.1:8080([^']+)'/.exec(line) ?? []
  const headers = [...line.matchAll(/ -H '([^:']+): ([^']+)'/g)].map(
    ([, name, value]) => [String(name), String(value)] as [string, string],
  )
  return (await fetch(`${gateway}${url}`, { headers })).text()
}

test('the ten minutes work as they are typed', { timeout: 300_000 }, async t => {
  const untyped = new Set([...typed.values()].flat())
  const [install, start = ''] = typed.get(0) ?? []
  untyped.delete('npm ci')
  untyped.delete(start)
  assert.equal(install, 'npm ci')
  const demo = /^npm run (demo) -- (.*)$/.exec(start)?.slice(1) ?? []
  assert.deepEqual(demo, ['demo', '--unleash'])
  const ports =
    '--port 0 --admin-port 0 --v1-port 0 --v2-port 0 --unleash-port 0 --traffic 30 --for 290s'.split(
      ' ',
    )
  const first = startCommand(t, ...demo, ...ports)
  await first.seen(/^ +1s /m)
  const said = (pattern: RegExp) => String(pattern.exec(first.out())?.[1])
  const gateway = said(/gateway +(\S+)/)
  const admin = said(/console +(\S+)/)
  const token = said(/the token (\S+)/)

  /** What a line in the second terminal prints. */
  async function type(line: string): Promise<string> {
    untyped.delete(line)
    if (line.startsWith('curl ')) return curl(line, gateway)
    assert.ok(line.startsWith('npm run -s switchback -- '), line)
    const words = [...line.slice(25).matchAll(/'([^']*)'|(\S+)/g)].map(([, a, b]) => a ?? b ?? '')
    const env = { SWITCHBACK_ADMIN_TOKEN: token }
    const { code, out, error } = await runProgram(env, ...words, '--admin', admin)
    assert.equal(code, 0, `${line}: ${error}`)
    return out
  }

  const { page: console, expect } = await browser.visit(t, admin)
  expect(/status of 401/)
  await console.goto(admin)
  await console.getByLabel('Token').fill(token)
  await console.keyboard.press('Enter')
  const group = groupOf(console, 'v2_migration')
  await group.getByText('Open: V2 is allowed').waitFor()
  const answers = await Promise.all((typed.get(1) ?? []).map(type))
  assert.deepEqual(
    answers.map(text => JSON.parse(text).version),
    ['v1', 'v2'],
  )

  const [exported, rollout = '', promote = ''] = typed.get(3) ?? []
  assert.equal(exported, 'export SWITCHBACK_ADMIN_TOKEN=sbadm_…')
  untyped.delete(exported)
  const waiting = /WAITING APPROVAL {2}everyone 0 % → 10 %: needs the word of a person/
  while (!waiting.test(await type(rollout)));
  await type(promote)
  await first.seen(/moved: everyone else 0 % → 10 %/)
  // A person takes longer than the two looks of the rollout.
  while (!/now .*everyone 10 %/.test(await type(rollout)));

  const unleash = await logInToUnleash(first.out())
  await unleash.move('everyone', 30)
  await first.seen(/moved: everyone else 10 % → 30 %/)
  const [audit = ''] = typed.get(5) ?? []
  const byHand = /rollout-moved-by-hand +admin @demo +everyone 10 % → 30 % in Unleash by admin/
  while (!byHand.test(await type(audit)));

  await group.getByRole('button', { name: 'Switch back' }).click()
  await console.getByLabel('Reason').fill('prices are wrong')
  await console.getByRole('button', { name: 'Switch back to V1' }).click()
  await group.getByText('Switched back: all on V1').waitFor()
  await group.getByText(/The flip: switched back in \d+ ms/).waitFor()
  await first.seen(/ 0\.0 % +– +\d+ /)
  while ((await unleash.flag()).enabled);
  const [status = '', resume = ''] = typed.get(7) ?? []
  assert.match(await type(status), /v2_migration .*SWITCHED BACK/i)
  await type(resume)
  await group.getByText('Open: V2 is allowed').waitFor()
  while (!(await unleash.flag()).enabled);

  assert.deepEqual([...untyped], [], 'every line is typed')
  first.child.kill('SIGINT')
  assert.equal((await first.ended).code, 0)
  assert.deepEqual(await readdir(temporary), [], 'nothing of the demo is left')
})

test('every page that the tutorial leads to is there', async () => {
  const links = [...page.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, link]) => String(link))
  assert.ok(links.length >= 3)
  for (const link of links) await readFile(join(import.meta.dirname, '../../docs', link))
})
