/** The value of the first header of that name in flat headers, where a value may look like a name. */
export function headerValue(headers: readonly string[], name: string): string | undefined {
  let at = headers.indexOf(name)
  while (at % 2 === 1) at = headers.indexOf(name, at + 1)
  return at === -1 ? undefined : headers[at + 1]
}

export function isEventStream(headers: readonly string[]): boolean {
  return /^text\/event-stream\b/i.test(headerValue(headers, 'content-type') ?? '')
}
