import type { Session } from './session.ts'

/** What came of asking the gateway. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault }

export interface Fault {
  /** `silent`: no answer came; `login-over`: it asks who this is; `refused`: it said no, with its word. */
  readonly kind: 'silent' | 'login-over' | 'refused'
  /** The gateway's word, such as `already-tripped`; null where none came. */
  readonly word: string | null
  /** For a person to read. */
  readonly text: string
}

/** Milliseconds that an answer may take, where nothing else is said. */
const patienceMs = 8000

export interface ApiDeps {
  readonly session: () => Session | null
  /** Hears of each answer that asks who this is. */
  readonly onLoginOver: () => void
  /** Hears of each change that somebody may not make: who this is may be another than was thought. */
  readonly onForbidden: () => void
}

/** As after a login in another tab: pressing again must be by who that is. */
const otherSession =
  'You logged in anew in another tab. Nothing was changed: see at the top who you are by now, and try again.'

/** The admin API as the pages ask it; nothing is ever thrown. */
export function createApi({ session, onLoginOver, onForbidden }: ApiDeps) {
  async function ask<T>(path: string, request: RequestInit): Promise<Answer<T>> {
    const asked = await fetch(path, {
      signal: AbortSignal.timeout(patienceMs),
      ...{ ...request, cache: 'no-store', credentials: 'same-origin' },
    }).catch(() => null)
    if (asked === null) return failed('silent', null, 'The gateway does not answer.')
    const body: unknown = await asked.json().catch(() => null)
    if (asked.ok && body !== null) return { ok: true, value: body as T }
    const { error = null, message } = (body ?? {}) as { error?: string; message?: string }
    if (asked.status === 401) {
      onLoginOver()
      return failed('login-over', error, message ?? 'Your login is over.')
    }
    if (asked.status === 403 && request.method === 'POST') onForbidden()
    if (error === 'csrf-wrong' || error === 'csrf-missing') {
      return failed('refused', error, otherSession)
    }
    return failed('refused', error, message ?? `The gateway answered ${asked.status}.`)
  }

  return {
    get: <T>(path: string, waitMs = patienceMs) =>
      ask<T>(path, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(waitMs),
      }),
    /** `who` is said where nobody proves who they are; else the gateway knows. */
    change<T>(path: string, body: object, who: string | null): Promise<Answer<T>> {
      const csrf = session()?.csrf ?? null
      return ask<T>(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(csrf === null ? {} : { 'x-switchback-csrf': csrf }),
        },
        body: JSON.stringify(who === null ? body : { ...body, who }),
      })
    },
  }
}

export type Api = ReturnType<typeof createApi>

function failed(kind: Fault['kind'], word: string | null, text: string): Answer<never> {
  return { ok: false, fault: { kind, word, text } }
}
