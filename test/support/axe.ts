import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What axe is asked for: WCAG 2.2 up to AA and what it holds to be good practice, or the part of it that
 * depends on colours, for a page that differs from another one in nothing else.
 */
const asked = {
  everything: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  colours: ['color-contrast', 'link-in-text-block'],
} as const

type Asked = keyof typeof asked

/** On whatever page: its rules, how bad it is, and the elements that break them. */
const run = (what: Asked) =>
  `axe.run(document, ${JSON.stringify({ runOnly: asked[what], resultTypes: ['violations'] })}).then(({ violations }) =>
  violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => ({ id, impact, help, at: target.join(' '), failureSummary }))))`

interface Finding {
  readonly id: string
  readonly impact: 'minor' | 'moderate' | 'serious' | 'critical'
  readonly help: string
  /** A selector. */
  readonly at: string
  readonly failureSummary: string
}

/**
 * Fails with every serious or critical finding of axe on the page as it is now, each with rule and
 * selector. Axe looks from a world of its own beside the page's scripts, as a browser's extensions do:
 * the page keeps its content security policy, and sees nothing of it.
 */
export async function assertAccessible(
  page: Page,
  what: string,
  rules: Asked = 'everything',
): Promise<void> {
  const serious = (await findingsOn(page, rules)).filter(
    ({ impact }) => impact === 'serious' || impact === 'critical',
  )
  if (serious.length === 0) return
  const told = serious.map(
    ({ id, impact, help, at, failureSummary }) =>
      `${impact} ${id} at ${at}: ${help}\n  ${failureSummary.replaceAll('\n', '\n  ')}`,
  )
  throw new Error(`Axe must find nothing serious on ${what}:\n${told.join('\n')}`)
}

async function findingsOn(page: Page, rules: Asked): Promise<Finding[]> {
  const devtools = await page.context().newCDPSession(page)
  try {
    const { frameTree } = await devtools.send('Page.getFrameTree')
    const { executionContextId: contextId } = await devtools.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
      worldName: 'axe',
    })
    await devtools.send('Runtime.evaluate', { contextId, expression: source })
    const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', {
      contextId,
      expression: run(rules),
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails !== undefined) throw new Error(`Axe failed: ${exceptionDetails.text}`)
    return result.value
  } finally {
    await devtools.detach()
  }
}
