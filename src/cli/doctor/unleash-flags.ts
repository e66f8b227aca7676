import type { Clock } from '../../clock.ts'
import { parseFlagSet } from '../../cohort/flag-set.ts'
import type { ProcessConfig } from '../../config/schema-process.ts'
import { type Sighting, sightingIn } from './judge-clock.ts'
import { type Judgement, ok, problem, warning } from './judgement.ts'

type UnleashConfig = NonNullable<ProcessConfig['unleash']>

export type UnleashAnswer =
  | {
      readonly status: number
      readonly text: string
      readonly clock: Omit<Sighting, 'of'> | null
    }
  | { readonly status: null; readonly why: string }

/** Asks for the flags as the gateway does, but is not listed among its instances there. Never rejects. */
export async function askUnleash(
  { url, token }: Pick<UnleashConfig, 'url' | 'token'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<UnleashAnswer> {
  const asked = clock.now()
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/client/features`, {
      headers: { accept: 'application/json', authorization: token },
      redirect: 'manual',
      signal,
    })
    const answered = clock.now()
    const date = sightingIn(response.headers.get('date'), asked, answered)
    return { status: response.status, text: await response.text(), clock: date }
  } catch (error) {
    return { status: null, why: fetchFault(error as Error) }
  }
}

/** `wanted`: the flags that routes name. */
export function judgeUnleash(answer: UnleashAnswer, wanted: readonly string[]): Judgement[] {
  const meanwhile =
    'meanwhile the last good flags of the backup serve, and without one everybody gets V1'
  if (answer.status === null) {
    return [
      problem(
        answer.why,
        `see whether Unleash runs and unleash.url is right (it ends with /api); ${meanwhile}`,
      ),
    ]
  }
  const { status, text } = answer
  if (status === 401 || status === 403) {
    return [
      problem(
        `answers ${status}: the token is not one that may read flags`,
        'make a client (backend) token in Unleash and put it where unleash.token reads it',
      ),
    ]
  }
  if (status !== 200) {
    return [
      problem(
        `answers ${status} in the place of the flags`,
        'unleash.url must be the base address of the API, such as https://unleash.example.com/api',
      ),
    ]
  }
  const names = flagsIn(text)
  if (names === null) {
    return [
      problem(
        'answers something that are no flags',
        'unleash.url must be the base address of the API, such as https://unleash.example.com/api',
      ),
    ]
  }
  const missing = wanted.filter(flag => !names.has(flag))
  const found = ok(`${names.size} ${names.size === 1 ? 'flag' : 'flags'}`)
  if (missing.length === 0) return [found]
  return [
    found,
    warning(
      `has no ${missing.join(', ')}: whoever asks these routes gets V1`,
      'make the flags in the project and environment of the token, or correct `flag` in the routes',
    ),
  ]
}

function flagsIn(text: string): ReadonlySet<string> | null {
  try {
    return new Set(parseFlagSet(text).features.map(({ name }) => name))
  } catch {
    return null
  }
}

/** fetch hides why it failed one level down. */
export function fetchFault({ message, cause }: Error): string {
  return cause instanceof Error
    ? cause.message || String((cause as NodeJS.ErrnoException).code)
    : message
}
