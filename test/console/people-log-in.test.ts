import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { entryOf, tokenOf } from '../admin/operators.ts'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { freePort } from '../support/free-port.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { oidcClient, startOidcProvider } from '../support/oidc-provider.ts'
import { logIn } from './visitors.ts'

const browser = await startBrowser({ after })

async function start(t: TestContext, admin: object = {}) {
  const rule = { port: 0, tokens: [entryOf('anna', 'operator')], ...admin }
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'switchback.yaml': `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${JSON.stringify(rule)}\n`,
  })
  return gateway
}

test('a token logs in at whatever page was asked for, and logging out leads back there', async t => {
  const gateway = await start(t)
  const { page, expect } = await browser.visit(t, gateway.adminUrl)
  expect(/status of 401/)
  const asked = `${gateway.adminUrl}/console/overview`
  await page.goto(asked)
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      await assertAccessible(page, `the login, ${colorScheme} at ${width}`)
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      assert.ok(Number(wide) <= width, `${wide} of ${width}`)
    }
  }

  // By keyboard alone: the field has the focus.
  await page.keyboard.type('sbadm_guessed')
  await page.keyboard.press('Enter')
  const alert = page.getByRole('alert')
  await alert.getByText('token-unknown').waitFor()
  assert.match(String(await alert.textContent()), /^Cannot log in: token must be one of/)
  await assertAccessible(page, 'a login that was refused')
  await page.keyboard.type(tokenOf('anna'))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  assert.equal(page.url(), asked)
  assert.equal(await page.evaluate('document.cookie'), '')
  const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')
  assert.ok(!String(kept).includes(tokenOf('anna')), 'no script can read the token back')
  await page.getByText('anna').first().waitFor()

  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByLabel('Token').waitFor()
  await page.goto(asked)
  await page.getByLabel('Token').waitFor()
})

test('a login at the identity provider ends in the console, across sites', async t => {
  const port = await freePort()
  // Another site than that of the provider, as in life.
  const origin = `http://localhost:${port}`
  const redirectUri = `${origin}/login/callback`
  const people = { ada: { preferred_username: 'ada@example.com', roles: ['sre'] }, hal: {} }
  const provider = await startOidcProvider(t, { people, redirectUri })
  const oidc = {
    ...{ issuer: provider.issuer, audience: 'switchback-api', jwks: provider.jwks },
    ...{ nameClaim: 'preferred_username', roles: { operator: ['sre'] } },
    login: { ...oidcClient, redirectUri },
  }
  const gateway = await start(t, { port, oidc })
  const { page, expect } = await browser.visit(t, origin)
  expect(/status of 401/)
  // The provider itself, and what its own pages ask for.
  expect(/asked for http:\/\/127\.0\.0\.1:/)
  expect(/asked for https?:\/\/(?!127)|net::ERR/)
  expect(/404.*127\.0\.0\.1:\d+\/favicon\.ico/)

  const logInAs = async (name: string) => {
    await page.getByRole('link', { name: /^Log in with 127\.0\.0\.1:\d+$/ }).click()
    await page.locator('input[name=login]').fill(name)
    await page.locator('input[name=password]').fill('any')
    await page.locator('button[type=submit]').click()
  }

  await page.goto(origin)
  await logInAs('hal')
  await page.getByRole('alert').getByText('name-unusable').waitFor()
  // The provider remembers who that was, and asks all the same.
  await logInAs('ada')
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  assert.equal(page.url(), `${origin}/`)
  await page.getByText('ada@example.com').first().waitFor()
  const logins = gateway.logLines.filter(line => line.includes('"admin-login"'))
  assert.equal(logins.length, 1)
  assert.match(logins[0] as string, /"by":"oidc","name":"ada@example\.com","role":"operator"/)
})

test('a token that is withdrawn ends the page that it opened, which says so', async t => {
  const scene = await startScene(t)
  const { page, expect } = await logIn(t, browser, scene, 'vera')
  expect(/status of 401/)
  await scene.edit({ 'switchback.yaml': scene.processFor(['anna']) })
  await page.getByRole('alert').getByText('Your login is over').waitFor()
})
