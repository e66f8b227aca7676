import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import type { LatchReport } from '../../src/fleet/gateway-status.ts'
import { startBrowser } from '../support/browser.ts'
import { type Scene, startScene } from '../support/console-scene.ts'
import { startUpstream } from '../support/http.ts'
import { logIn } from './visitors.ts'

const browser = await startBrowser({ after })

/**
 * Where an operator's browser may come to: another port is another origin of the same site, to which it
 * sends even cookies that are SameSite=Strict; another name is another site.
 */
const places = ['127.0.0.1', 'localhost'] as const

async function startPlace(t: TestContext, name: (typeof places)[number]): Promise<string> {
  const { url } = await startUpstream(t, 'elsewhere', (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>Elsewhere</title><h1>Elsewhere</h1>')
  })
  return url.replace('127.0.0.1', name)
}

async function assertUnchanged(scene: Scene): Promise<void> {
  const latches = await scene.read<LatchReport[]>('/latches')
  const states = latches.map(({ flag, state }) => `${flag} ${state.state} ${state.version}`)
  for (const state of states) assert.match(state, / open 0$/)
  assert.ok(states.length >= 2)
}

for (const name of places) {
  test(`a page of ${name} at another port can make an operator's browser neither act nor read`, async t => {
    const scene = await startScene(t)
    const elsewhere = await startPlace(t, name)
    const { page, expect } = await logIn(t, browser, scene, 'anna')
    // Its own address, and what the browser says of all that it refused.
    expect(new RegExp(`asked for ${elsewhere}`))
    expect(/CORS policy|status of 4\d\d|ERR_FAILED|BLOCKED_BY_RESPONSE/)
    await page.goto(elsewhere)
    const target = `${scene.adminUrl}/latches/v2_migration/rollback`
    const tried = await page.evaluate(`(async () => {
      const body = '{"note":"by a page","who":"anna"}'
      const tried = []
      for (const mode of ['no-cors', 'cors'])
        for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded'])
          for (const extra of [{}, { 'x-switchback-csrf': 'guessed' }]) {
            const headers = { 'content-type': type, ...extra }
            const request = { method: 'POST', credentials: 'include', mode, headers, body }
            tried.push(await fetch('${target}', request).then(() => 'answered', () => 'refused'))
          }
      for (const path of ['/session', '/status', '/audit', '/events'])
        tried.push(await fetch('${scene.adminUrl}' + path, { credentials: 'include' }).then(() => 'answered', () => 'refused'))
      return tried
    })()`)
    assert.deepEqual([...new Set(tried as string[])], ['refused'])
    await assertUnchanged(scene)

    // A form takes the browser along, cookies and all.
    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded']) {
      await page.goto(elsewhere)
      await page.evaluate(`(() => {
        const form = document.createElement('form')
        Object.assign(form, { method: 'post', enctype: '${enctype}', action: '${target}' })
        const field = document.createElement('input')
        Object.assign(field, { name: '{"note":"', value: '","who":"anna"}' })
        form.append(field)
        document.body.append(form)
        form.submit()
      })()`)
      await page.waitForURL(target)
      assert.match(await page.locator('body').innerText(), /"error":"from-a-page"/)
      await assertUnchanged(scene)
    }
  })

  test(`a page of ${name} at another port cannot put the console into a frame`, async t => {
    const scene = await startScene(t)
    const elsewhere = await startPlace(t, name)
    const { page, expect } = await logIn(t, browser, scene, 'anna')
    expect(new RegExp(`asked for ${elsewhere}`))
    expect(/frame-ancestors 'none'/)
    expect(/status of 403/)
    await page.goto(elsewhere)
    const refused = page.waitForEvent('console', message => /frame-ancestors/.test(message.text()))
    await page.evaluate(`(() => {
      const frame = document.createElement('iframe')
      frame.src = '${scene.adminUrl}/console/overview'
      document.body.append(frame)
    })()`)
    await refused
    for (const frame of page.frames()) assert.equal(await frame.getByText('Switch back').count(), 0)
  })
}
