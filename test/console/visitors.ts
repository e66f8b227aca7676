import assert from 'node:assert/strict'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { tokenOf } from '../admin/operators.ts'
import type { TestBrowser, Visitor } from '../support/browser.ts'
import type { Scene } from '../support/console-scene.ts'
import type { AfterHooks } from '../support/redis-server.ts'

/** Milliseconds between two looks at a title. */
const titleEveryMs = 50

/** One of the staff who has logged in, on the first page. */
export async function logIn(
  t: AfterHooks,
  browser: TestBrowser,
  scene: Pick<Scene, 'adminUrl'>,
  who: string,
  options?: BrowserContextOptions,
): Promise<Visitor> {
  const visitor = await browser.visit(t, scene.adminUrl, options)
  const { page } = visitor
  await page.context().request.post(`${scene.adminUrl}/login`, { data: { token: tokenOf(who) } })
  await page.goto(scene.adminUrl)
  await page.getByText('● Live').waitFor()
  return visitor
}

/** What the Overview says of a flag and its routes. */
export function groupOf(page: Page, flag: string): Locator {
  return page.getByRole('region', { name: flag, exact: true })
}

/**
 * Waits for the title of the tab. Asked from here: a condition that the page itself looks at again would be
 * evaluated there, which its content security policy forbids.
 */
export async function titled(page: Page, matches: (title: string) => boolean): Promise<void> {
  while (!matches(await page.title())) await page.waitForTimeout(titleEveryMs)
}

/** Marks the document; what is returned fails when it is another one by then. */
export async function staysLoaded(page: Page): Promise<() => Promise<void>> {
  await page.evaluate('window.isMarked = true')
  return async () => assert.equal(await page.evaluate('window.isMarked'), true, 'it was reloaded')
}

function linksTo(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
}

/** Goes to a page by the navigation, as a person does, and waits for its content. */
export async function openPage(page: Page, name: string): Promise<void> {
  await linksTo(page).getByText(name, { exact: true }).click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await page.getByText('Asking the gateway…').waitFor({ state: 'hidden' })
}

/** Goes to each page of the navigation in turn, and looks once it has its content. */
export async function goThrough(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  const names = (await linksTo(page).allTextContents()).map(text => text.trim())
  assert.ok(names.length > 0, 'there is a page at all')
  for (const name of names) {
    await openPage(page, name)
    await look(name)
  }
}
