import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'

const browser = await startBrowser({ after })

const strategies = [
  { title: 'everyone', rollout: '30', constraints: [] },
  {
    title: 'beta',
    rollout: '100',
    constraints: [{ contextName: 'segment', operator: 'IN', values: ['beta_users'] }],
  },
].map(({ title, rollout, constraints }) => ({
  ...{ name: 'flexibleRollout', title, constraints },
  parameters: { rollout, stickiness: 'default', groupId: 'v2' },
}))

async function visitWhy(t: Parameters<typeof startGateway>[0]) {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const route = 'properties: { segment: { header: x-segment } }\n'
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, route }),
    'flags/v2.json': JSON.stringify({ name: 'v2', enabled: true, strategies }),
  })
  const { page, expect } = await browser.visit(t, gateway.adminUrl)
  await page.goto(`${gateway.adminUrl}/console/why`)
  const api = async (path: string, body: object) => {
    const answer = await fetch(`${gateway.adminUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return JSON.parse(await answer.text())
  }
  return { page, api, expect }
}

test('a person asks what a user gets, and is told as the gateway decides', async t => {
  const { page, api } = await visitWhy(t)
  for (const user of ['ada', 'user-1', 'user-2', '<img src=x onerror=alert(1)>']) {
    const { variant, text } = await api('/explain', { route: 'main', user })
    await page.getByLabel('User as the route').fill(user)
    await page.getByRole('button', { name: 'Say why' }).click()
    await page.getByText(user, { exact: true }).last().waitFor()
    const told = page.getByRole('heading', { name: `${variant.toUpperCase()}, since ${text}` })
    await told.waitFor()
  }
  await page.getByLabel('segment').fill('beta_users')
  await page.getByRole('button', { name: 'Say why' }).click()
  await page.getByRole('heading', { name: 'V2, since a strategy of the flag matches' }).waitFor()
  assert.equal(await page.locator('img').count(), 0, 'a name is text, whatever stands in it')
  await assertAccessible(page, 'Why, explained')
})

test('it says who of some users moves at another percentage', async t => {
  const { page, api } = await visitWhy(t)
  const users = Array.from({ length: 40 }, (_, i) => `user-${i}`)
  const callers = users.map(user => ({ user }))
  const { who } = await api('/simulate', { route: 'main', strategy: 1, percent: 80, callers })
  const movers: string[] = who
    .filter(
      (each: { before: { variant: string }; after: { variant: string } }) =>
        each.before.variant !== each.after.variant,
    )
    .map((each: { user: string }) => each.user)
  assert.ok(movers.length > 5)
  await page.getByLabel('Percentage then').fill('80')
  // Each once, however often it stands there.
  await page.getByLabel('Users one a line').fill([...users, '', ...users].join('\n'))
  await page.getByRole('button', { name: 'Say who moves' }).click()
  await page.getByRole('heading', { name: `${movers.length} move to V2` }).waitFor()
  assert.deepEqual(await page.locator('.movers code').allTextContents(), movers)
  await assertAccessible(page, 'Why, simulated')
})

test('what the gateway refuses is told in its words, on a phone too', async t => {
  const { page, expect } = await visitWhy(t)
  expect(/400 \(Bad Request\)/)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByLabel('Address').fill('home')
  await page.getByRole('button', { name: 'Say why' }).click()
  await page.getByText('address must be an IP address, received "home"').waitFor()
  const width = await page.evaluate('document.documentElement.scrollWidth')
  assert.equal(width, 360, 'nothing reaches beyond the screen')
})
