/** Bytes of an answer that are read; those of identity providers have a hundredth of it. */
export const maxAnswerBytes = 1_048_576

/** `fetch`, which ends an answer that is longer by a TypeError, as it does one that breaks off. */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const { body, status, headers } = await fetch(url, options)
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    length += piece.length
    if (length > maxAnswerBytes) throw new TypeError(`answer over ${maxAnswerBytes} bytes`)
    pieces.push(piece)
  }
  // Some statuses may have no body, not even an empty one.
  return new Response(length === 0 ? null : Buffer.concat(pieces), { status, headers })
}
