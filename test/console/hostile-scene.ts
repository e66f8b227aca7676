import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { bearing, tokenOf } from '../admin/operators.ts'
import { startScene } from '../support/console-scene.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'

/** Text that would be an element with a script, if a page took it for markup. Also a path, a header and a key. */
export const markup = '<img/src=x/onerror=document.title="run">'

/** As the key of a JSON object: what a JSON pointer makes of it. */
export const pointerMarkup = `/${markup.replaceAll('/', '~1')}`

/**
 * A scene in which whoever can say anything says markup: a caller in path, user agent, user and segment; V2 in its
 * keys and values; the address that a rollout asks; an operator in notes.
 */
export async function startHostileScene(t: TestContext) {
  const asked = await startUpstream(t, 'asked', (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ go: false, why: markup }))
  })
  const scene = await startScene(t, {
    services: { v2: { more: { [markup]: 1, offer: markup } } },
    careful: `
budgets:
  - { signal: errors, max: 5%, minRequests: 20, per: segment }
  - { signal: json, pointer: '${pointerMarkup}', min: 1, max: 5%, dryRun: true }
rollout: { stages: [{ percent: 10, ask: "${asked.url}" }, { percent: 100 }] }
`,
    match: 'properties: { segment: { header: x-segment } }\n',
  })
  for (let n = 0; n < 100; n++) {
    const path = n % 2 === 0 ? `/api/match/${markup}` : `/api/search/${markup}`
    const said = ['x-segment', 'user-agent'].map(name => `${name}: ${markup}\r\n`).join('')
    await sendRaw(
      scene.port,
      `GET ${path} HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\nx-user-id: ${markup}${n}\r\n${said}\r\n`,
    )
  }
  const act = (path: string, said: object) =>
    fetch(`${scene.adminUrl}${path}`, {
      method: 'POST',
      headers: { ...bearing(tokenOf('otto')), 'content-type': 'application/json' },
      body: JSON.stringify(said),
    })
  await act('/latches/v2_search/rollback', { who: markup, note: markup })
  await act('/rollouts/v2_migration/pause', { who: markup, note: markup })
  return { ...scene, act }
}

/** Elements that only markup taken for such can have made, and what it would have done. */
export async function assertNothingWasRun(page: Page): Promise<void> {
  const made = await page.locator('[onerror], img[src="x"]').count()
  const title = await page.title()
  if (made > 0 || title === 'run') throw new Error(`Markup must be text on ${page.url()}: ${title}`)
}
