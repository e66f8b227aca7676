/** The value of the first header of that name in flat headers, where a value may look like a name. */
export function headerValue(headers: readonly string[], name: string): string | undefined {
  let at = headers.indexOf(name)
  while (at % 2 === 1) at = headers.indexOf(name, at + 1)
  return at === -1 ? undefined : headers[at + 1]
}

export function isEventStream(headers: readonly string[]): boolean {
  return /^text\/event-stream\b/i.test(headerValue(headers, 'content-type') ?? '')
}

/** Whether an answer says at its head that its body is longer than so many bytes. */
export function isLongerThan(
  bytes: number,
  method: string,
  { status, headers }: { readonly status: number; readonly headers: readonly string[] },
): boolean {
  // Of these the length is told, and the body does not come (RFC 9110 section 8.6).
  if (method === 'HEAD' || status === 304) return false
  return Number(headerValue(headers, 'content-length') ?? 0) > bytes
}
