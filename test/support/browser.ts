import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { AfterHooks } from './redis-server.ts'

/** Debian's; `CHROMIUM` names another one. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/**
 * No sandbox of its own, since CI runs as root. Nothing is fetched that no page asks for, and no name is
 * resolved but those of this machine: whatever a page might ask for elsewhere never leaves it.
 */
const args = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost',
]

/** For one step of a page: far more than any takes, and less than a test has. */
const stepMs = 60_000

/** That nobody listens any more: a gateway that was started before the browser is closed before it, too. */
const serverIsGone =
  /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/

export interface Visitor {
  readonly page: Page
  /**
   * Takes what a page complains of as meant, such as a request that is refused on purpose. What was
   * announced and does not come fails the test as well.
   */
  expect(complaint: RegExp): void
}

export interface TestBrowser {
  /**
   * A person with cookies and a storage of their own, and one page. The test fails at its end if the
   * page wrote an error to its console (a violation of its CSP is one), threw, or asked for anything
   * outside `origin`.
   */
  visit(t: AfterHooks, origin: string, options?: BrowserContextOptions): Promise<Visitor>
}

/** One for all files of a process. */
let launched: Promise<Browser> | null = null

/** A real Chromium with an empty profile, closed after all tests of the process. */
export async function startBrowser({ after }: AfterHooks): Promise<TestBrowser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `Cannot start a browser: Chromium must be at ${executablePath}, received none. On Debian: apt-get install chromium; elsewhere let CHROMIUM name one.`,
    )
  }
  launched ??= chromium.launch({ executablePath, args })
  const browser = await launched
  after(() => browser.close())
  return { visit: (inTest, origin, options) => visit(browser, inTest, origin, options) }
}

async function visit(
  browser: Browser,
  t: AfterHooks,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  context.setDefaultTimeout(stepMs)
  const complaints: string[] = []
  const expected: RegExp[] = []
  context.on('console', message => {
    if (message.type() !== 'error' || serverIsGone.test(message.text())) return
    complaints.push(`${message.text()} (${message.location().url})`)
  })
  context.on('weberror', fault => complaints.push(String(fault.error())))
  context.on('request', request => {
    const url = new URL(request.url())
    const isOwn = url.origin === origin || url.protocol === 'data:' || url.protocol === 'about:'
    if (!isOwn) complaints.push(`asked for ${url}, outside ${origin}`)
  })
  t.after(async () => {
    await context.close()
    const unmeant = complaints.filter(text => !expected.some(meant => meant.test(text)))
    const missing = expected.filter(meant => !complaints.some(text => meant.test(text)))
    const faults = [...unmeant, ...missing.map(meant => `never complained of ${meant}`)]
    if (faults.length > 0) throw new Error(`The page must not complain:\n${faults.join('\n')}`)
  })
  return { page: await context.newPage(), expect: complaint => void expected.push(complaint) }
}
