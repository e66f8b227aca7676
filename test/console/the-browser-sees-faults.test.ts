import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { startUpstream } from '../support/http.ts'
import type { AfterHooks } from '../support/redis-server.ts'

const browser = await startBrowser({ after })

/** Hooks that a test calls itself, to see what becomes of them. */
function heldHooks(): AfterHooks & { end(): Promise<void> } {
  const ends: (() => Promise<void>)[] = []
  return {
    after: end => void ends.push(end),
    async end() {
      for (const end of ends) await end()
    },
  }
}

const policy = "default-src 'none'; script-src 'self'; img-src http:"

/** A page with these contents, under a policy that allows neither inline scripts nor inline styles. */
async function visitPage(t: Parameters<typeof startUpstream>[0], contents: string) {
  const { url } = await startUpstream(t, 'page', (request, response) => {
    response.setHeader('content-security-policy', policy)
    if (request.url === '/') {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(`<!doctype html><html lang="en"><title>Page</title><body>${contents}</body>`)
    } else if (request.url === '/throws.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end('throw new Error("oh")')
    } else response.writeHead(204).end()
  })
  const hooks = heldHooks()
  const visitor = await browser.visit(hooks, url)
  await visitor.page.goto(url)
  return { ...visitor, end: hooks.end }
}

const plain = '<main><h1>Page</h1><p>Text</p></main>'

test('a page without a fault passes', async t => {
  const { page, end } = await visitPage(t, plain)
  await assertAccessible(page, 'a plain page')
  await end()
})

for (const [what, fault, complaint] of [
  ['an inline style', '<p style="color: red">red</p>', /inline style violates .*Content Security/],
  ['an inline script', '<script>document.title = "x"</script>', /inline script violates/],
  ['a script that throws', '<script src="/throws.js"></script>', /Error: oh/],
  ['a request to elsewhere', '<img alt="" src="http://elsewhere.test/">', /asked for .*elsewhere/],
] as const) {
  test(`${what} fails the test of its page`, async t => {
    const { end } = await visitPage(t, plain + fault)
    await assert.rejects(end, complaint)
  })
}

test('a complaint that was announced and never came fails the test', async t => {
  const { expect, end } = await visitPage(t, plain)
  expect(/status of 403/)
  await assert.rejects(end, /never complained of .*403/)
})

test('what axe holds to be serious is told with its rule and its place', async t => {
  const { page, end } = await visitPage(t, `${plain}<img src="/nothing" id="unnamed">`)
  await assert.rejects(assertAccessible(page, 'it'), /critical image-alt at #unnamed: /)
  await end()
})

test('of a page that was looked at in other colours only the colours are looked at', async t => {
  const { page, end } = await visitPage(
    t,
    `${plain}<img src="/nothing"><p><font color="#cccccc">pale</font></p>`,
  )
  await assert.rejects(assertAccessible(page, 'it', 'colours'), ({ message }: Error) => {
    assert.match(message, /serious color-contrast at font: /)
    assert.doesNotMatch(message, /image-alt/)
    return true
  })
  await end()
})
