import { type AdminTarget, reachGateway, tokenVariable, type Way } from './reach-gateway.ts'
import { refusalAdvice } from './refusal-advice.ts'
import { sendRequest } from './send-request.ts'

export type { AdminTarget }

export type AdminReply =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false
      readonly reason: 'refused' | 'denied' | 'unreachable' | 'badUsage'
      readonly message: string
      /** What came with the refusal, where something did. */
      readonly body?: unknown
    }

/** Milliseconds that the gateway has to answer; a shared store that hangs takes up to ten seconds. */
const timeoutMs = 15_000

/** Refusals for who asks, and not for what. */
const denials: ReadonlySet<number> = new Set([401, 403, 429])

/** Asks a running gateway one question. Without a body it only reads. `stop`: nobody waits any more. */
export async function askGateway(
  target: AdminTarget,
  path: string,
  body?: object,
  stop?: AbortSignal,
): Promise<AdminReply> {
  const reached = await reachGateway(target)
  if (!reached.ok) return { ok: false, reason: 'badUsage', message: reached.message }
  const { way } = reached
  const url = new URL(path, way.address)
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body)
    const { status, text } = await sendRequest(way, url, sent, signalOf(stop))
    const answer: unknown = JSON.parse(text)
    if (status >= 200 && status < 300) return { ok: true, body: answer }
    const message = messageOf(answer, url, status)
    if (!denials.has(status)) return { ok: false, reason: 'refused', message, body: answer }
    return { ok: false, reason: 'denied', message: `${message}${adviceOf(status, way)}` }
  } catch (error) {
    const message = `Cannot ask the gateway: ${way.address} must be the admin address of one that runs (--admin), received ${faultInWords(error)}`
    return { ok: false, reason: 'unreachable', message }
  }
}

function signalOf(stop: AbortSignal | undefined): AbortSignal {
  const late = AbortSignal.timeout(timeoutMs)
  return stop === undefined ? late : AbortSignal.any([late, stop])
}

function adviceOf(status: number, { token }: Way): string {
  return status === 401 && token === null ? ` (${tokenVariable} or --token-file)` : ''
}

function faultInWords(error: unknown): string {
  if (error instanceof SyntaxError) return 'the answer of another program, which is not JSON'
  const { code, message } = error as NodeJS.ErrnoException
  const words = message || String(code)
  if (code === 'ECONNREFUSED') {
    return `${words}; where none runs, switchback start begins one and switchback doctor says what is in its way`
  }
  const isUnknownAuthority = /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code ?? '')
  return isUnknownAuthority ? `${words}; its authority can be given with --ca` : words
}

function messageOf(answer: unknown, { href }: URL, status: number): string {
  if (typeof answer === 'object' && answer !== null && 'message' in answer) {
    return `${answer.message}${refusalAdvice(answer)}`
  }
  return `Cannot ask the gateway: ${href} must be a page of one that runs (--admin), received the answer ${status} of another program`
}
