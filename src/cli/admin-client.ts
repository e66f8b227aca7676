import { loadConfig } from '../config/load.ts'

export interface AdminTarget {
  /** `--admin`, such as http://127.0.0.1:9900. */
  readonly admin?: string | undefined
  /** The configuration directory, whose `admin` says where to ask when `--admin` does not. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export type AdminReply =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly reason: 'refused' | 'unreachable'; readonly message: string }

/** Milliseconds that the gateway has to answer; a shared store that hangs takes up to ten seconds. */
const timeoutMs = 15_000

/** Where the operators' listener is. A configuration that is broken right now must not hide it. */
async function addressOf({ admin, dir, env }: AdminTarget): Promise<string> {
  if (admin !== undefined) return admin
  const loaded = await loadConfig({ dir, env })
  const { host, port } = loaded.ok
    ? loaded.snapshot.process.admin
    : { host: '127.0.0.1', port: 9900 }
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Asks a running gateway one question. Without a body it only reads. */
export async function askGateway(
  target: AdminTarget,
  path: string,
  body?: object,
): Promise<AdminReply> {
  const address = await addressOf(target)
  const url = new URL(path, address)
  const change =
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }
  try {
    const response = await fetch(url, { ...change, signal: AbortSignal.timeout(timeoutMs) })
    const answer: unknown = await response.json()
    if (response.ok) return { ok: true, body: answer }
    return { ok: false, reason: 'refused', message: messageOf(answer, url, response.status) }
  } catch (error) {
    const { cause, message } = error as Error
    const why = cause instanceof Error ? cause.message || String(cause) : message
    return {
      ok: false,
      reason: 'unreachable',
      message: `Cannot ask the gateway: ${address} must be the admin address of one that runs (--admin), received ${why}`,
    }
  }
}

function messageOf(answer: unknown, { href }: URL, status: number): string {
  if (typeof answer === 'object' && answer !== null && 'message' in answer) {
    return String(answer.message)
  }
  return `Cannot ask the gateway: ${href} was answered ${status}`
}
