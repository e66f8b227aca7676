/** Why no text could be had. */
export type FetchFault =
  | 'unreachable' // no connection, broken TLS, an answer broken off
  | 'too-slow' // longer than `jwks.timeoutMs`
  | 'redirected' // the keys come from the address in the configuration or not at all
  | 'status-refused' // anything but 200
  | 'too-large' // over `maxKeySetBytes`
  | 'not-text' // other bytes than UTF-8

export type Fetched =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: FetchFault }

/** Longest key set that is read, in bytes; those of the large providers have a tenth of it. */
export const maxKeySetBytes = 262_144

/** Gets a key set. Never rejects; `signal` ends it as too slow. */
export async function fetchKeySet(url: string, signal: AbortSignal): Promise<Fetched> {
  try {
    const response = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { accept: 'application/jwk-set+json, application/json' },
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      const redirected = response.status >= 300 && response.status < 400
      return { ok: false, reason: redirected ? 'redirected' : 'status-refused' }
    }
    const bytes = await readBytes(response.body)
    return bytes === null ? { ok: false, reason: 'too-large' } : decoded(bytes)
  } catch {
    return { ok: false, reason: signal.aborted ? 'too-slow' : 'unreachable' }
  }
}

/** Null for more than `maxKeySetBytes`, of which no more is read. */
async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Buffer | null> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    length += piece.length
    if (length > maxKeySetBytes) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function decoded(bytes: Buffer): Fetched {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { ok: false, reason: 'not-text' }
  }
}
