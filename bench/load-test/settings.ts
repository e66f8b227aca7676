import { readFileSync } from 'node:fs'
import { ArgumentFault, header, number, time } from '../../src/cli/arguments.ts'
import { readOptions } from '../exit-code.ts'
import { type Profile, profileNames } from './profiles.ts'
import type { TargetName } from './target.ts'

/** What the command line asks for. */
export interface Settings {
  readonly profile: Profile
  /** Base addresses; null where the bench starts its own V1, V2 and gateway. */
  readonly urls: Readonly<Partial<Record<TargetName, string>>> | null
  /** Null: that of each address, or the sample services' own. */
  readonly path: string | null
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly connections: number
  readonly rounds: number
  /** Of a round on one target, in milliseconds. */
  readonly durationMs: number
  readonly timeoutMs: number
  /** What V2 may look worse by and still count as no worse than V1, as a share: 0.02. */
  readonly tolerance: number
  /** The report as JSON instead of text. */
  readonly json: boolean
  /** Directory that the pages are written to. */
  readonly out: string
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export const usage = `npm run bench:load -- [options]

  --profile <name>     ${profileNames.join(', ')} (default: normal)
  --v1, --v2, --gateway <url>
                       what to load; --v1 and at least one of the others, or none: then sample
                       services and a gateway are started
  --path <path>        asked of each of them; {n} is 0 to 199 in turn (default: the path of its URL)
  --method <method>    default: GET
  --header <name: value>   any number of times; {n} as above
  --body <text>        or @<file>; {n} as above
  --connections <n>    most at once (default: 64)
  --duration <time>    of a round on one target (default: 10s)
  --rounds <n>         at least 6 for a verdict (default: 6)
  --timeout <time>     after which a request has failed (default: 10s)
  --tolerance <percent>    by which V2 may look worse than V1 and count as no worse (default: 2)
  --out <dir>          for report.md, report.html and report.json (default: load-report)
  --json               the report as JSON on stdout
  --help               this

Exit code 0: every promise was kept. 1: one was broken. 2: it could not begin. 3: it cannot be told.
`

/** @throws ArgumentFault, for what is not as it must be. */
export function readSettings(argv: readonly string[]): Settings | 'help' {
  const options = optionsOf(argv)
  if (options.help) return 'help'
  const profile = profileNames.find(name => name === options.profile)
  if (profile === undefined) {
    throw new ArgumentFault(
      `--profile must be one of ${profileNames.join(', ')}, received "${options.profile}".`,
    )
  }
  const method = options.method.toUpperCase()
  if (!methods.includes(method)) {
    throw new ArgumentFault(`--method must be one of ${methods.join(', ')}, received "${method}".`)
  }
  if (options.path !== undefined && !/^\/[\x21-\x7e]*$/.test(options.path)) {
    throw new ArgumentFault(
      `--path must begin with / and hold no spaces, received "${options.path}".`,
    )
  }
  return {
    profile,
    urls: urlsOf(options),
    path: options.path ?? null,
    method,
    headers: of('header', () =>
      options.header.reduce((read, text) => header(text, read), {} as Record<string, string>),
    ),
    body: options.body === undefined ? null : bodyOf(options.body),
    connections: of('connections', () => number(10_000, 1)(options.connections)),
    rounds: of('rounds', () => number(1000, 1)(options.rounds)),
    durationMs: of('duration', () => time(options.duration)),
    timeoutMs: of('timeout', () => time(options.timeout)),
    tolerance: of('tolerance', () => number(100)(options.tolerance)) / 100,
    json: options.json,
    out: options.out,
  }
}

function optionsOf(argv: readonly string[]) {
  return readOptions(
    {
      profile: { type: 'string', default: 'normal' },
      v1: { type: 'string' },
      v2: { type: 'string' },
      gateway: { type: 'string' },
      path: { type: 'string' },
      method: { type: 'string', default: 'GET' },
      header: { type: 'string', multiple: true, default: [] },
      body: { type: 'string' },
      connections: { type: 'string', default: '64' },
      duration: { type: 'string', default: '10s' },
      rounds: { type: 'string', default: '6' },
      timeout: { type: 'string', default: '10s' },
      tolerance: { type: 'string', default: '2' },
      out: { type: 'string', default: 'load-report' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    argv,
  )
}

function urlsOf(options: Readonly<Partial<Record<TargetName, string>>>): Settings['urls'] {
  const { v1, v2, gateway } = options
  if (v1 === undefined && v2 === undefined && gateway === undefined) return null
  if (v1 === undefined || (v2 === undefined && gateway === undefined)) {
    throw new ArgumentFault(
      '--v1 and at least one of --v2 and --gateway must be given: each is held against V1.',
    )
  }
  const given = { v1, ...(v2 !== undefined && { v2 }), ...(gateway !== undefined && { gateway }) }
  for (const [name, url] of Object.entries(given)) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw new ArgumentFault(`--${name} must be like http://10.0.0.5:8080, received "${url}".`)
    }
  }
  return given
}

function bodyOf(text: string): string {
  if (!text.startsWith('@')) return text
  try {
    return readFileSync(text.slice(1), 'utf8')
  } catch (error) {
    throw new ArgumentFault(`--body must name a file that can be read: ${(error as Error).message}`)
  }
}

/** Names the option in what is wrong with it. */
function of<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new ArgumentFault(`--${name}: ${(error as Error).message}`)
  }
}
