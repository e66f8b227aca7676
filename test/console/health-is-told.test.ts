import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { logIn } from './visitors.ts'

const browser = await startBrowser({ after })

const calm = '✓ Nothing is wrong with this machine, and it is ready.'

test('files that are refused are told with file, line, field and rule, until they are mended', async t => {
  const scene = await startScene(t)
  const { page } = await logIn(t, browser, scene, 'vera')
  await page.getByRole('link', { name: 'Health' }).click()
  await page.getByText(calm).waitFor()

  await scene.edit({ 'policies/open.yaml': 'auth: public\nmaxInFlight: <b>lots</b>\n' })
  await page.getByRole('heading', { name: 'One thing needs a look' }).waitFor()
  const configuration = page.getByRole('region', { name: 'Configuration' })
  await configuration.getByText(/^policies\/open\.yaml:2:\d+$/).waitFor()
  await configuration.getByText('maxInFlight', { exact: true }).waitFor()
  await configuration.getByText('"<b>lots</b>"').waitFor()
  await assertAccessible(page, 'Health with a concern')

  await scene.edit({ 'policies/open.yaml': 'auth: public\nmaxInFlight: 64\n' })
  await page.getByText(calm).waitFor()
  const room = page.getByRole('region', { name: 'Room' })
  await room.getByRole('row', { name: /^orders\s*Requests\s*\d+\s*64$/ }).waitFor()
  assert.equal(await configuration.getByText('Wrong in the files').count(), 0)
})

test('an origin that does not pass its checks comes first, with what the check found', async t => {
  const v1 = await startUpstream(t, 'v1')
  let status = 200
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    request.resume()
    response.writeHead(status).end()
  })
  const route = 'match: { path: / }\npolicy: open\nflag: v2\n'
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url }),
    'routes/main.yaml': `${route}v1: { url: "${v1.url}" }\nv2: { url: "${v2.url}", health: { path: /healthz, interval: 50ms, timeout: 50ms } }\n`,
  })
  const { page } = await browser.visit(t, gateway.adminUrl)
  await page.goto(`${gateway.adminUrl}/console/health`)
  await page.getByText(calm).waitFor()
  status = 503
  const concern = page.getByRole('region', { name: 'One thing needs a look' })
  const found = `V2 of main, ${v2.url}: unhealthy (GET /healthz answered 503).`
  await concern.getByText(found).waitFor()
  const first = page.getByRole('region', { name: 'Origins' }).locator('tbody tr').first()
  assert.match((await first.textContent()) ?? '', /main\s*V2\s*✕ unhealthy/)
  await assertAccessible(page, 'Health with an origin that is ill')
  status = 200
  await page.getByText(calm).waitFor()
})
