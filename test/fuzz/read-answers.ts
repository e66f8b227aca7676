/** An answer as RFC 9112 reads it. */
export interface ReadAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface ReadAnswers {
  /** Final ones, in order; a 101 is one. */
  readonly answers: readonly ReadAnswer[]
  /** What is wrong with the bytes behind them; null where there are none, or half an answer. */
  readonly fault: string | null
  /** Half an answer, or what a tunnel said. */
  readonly rest: string
}

const statusLine = /^HTTP\/1\.1 (\d{3}) [\t\x20-\x7e]*$/
const headerLine = /^([!#$%&'*+.^_`|~\w-]+): ?([\t\x20-\x7e\x80-\xff]*)$/
/** A line that may come once: what frames the body, and what names the answer. */
const single = new Set(['content-length', 'transfer-encoding', 'connection', 'x-request-id'])

/**
 * Reads the answers to requests of these methods, by the letter. What was refused for its framing is no request,
 * and nobody knows whether it was to be a HEAD.
 */
export function readAnswers(received: string, methods: readonly string[]): ReadAnswers {
  const answers: ReadAnswer[] = []
  let at = 0
  const stop = (fault: string | null): ReadAnswers => ({ answers, fault, rest: received.slice(at) })
  for (;;) {
    const headEnd = received.indexOf('\r\n\r\n', at)
    if (headEnd === -1) return stop(null)
    const [first = '', ...lines] = received.slice(at, headEnd).split('\r\n')
    const status = Number(statusLine.exec(first)?.[1] ?? 0)
    if (status < 100 || status > 599) return stop('no status line')
    const headers = new Map<string, string>()
    for (const line of lines) {
      const [, name, value = ''] = headerLine.exec(line) ?? []
      if (name === undefined) return stop('no header line')
      const lower = name.toLowerCase()
      if (headers.has(lower) && single.has(lower)) return stop(`${lower} twice`)
      headers.set(lower, value)
    }
    if (status === 100) {
      at = headEnd + 4
      continue
    }
    const bodiless =
      methods[answers.length] === 'HEAD'
        ? !isLastRefusal(status, headers, received.length - headEnd - 4)
        : status < 200 || status === 204 || headEnd + 4 === received.length
    const length = headers.get('content-length')
    if (headers.has('transfer-encoding')) return stop('a coding where the length is known')
    if (status >= 200 && status !== 204 && !/^\d+$/.test(length ?? '')) return stop('no length')
    const end = headEnd + 4 + (bodiless ? 0 : Number(length))
    if (end > received.length) return stop(null)
    answers.push({ status, headers, body: received.slice(headEnd + 4, end) })
    at = end
    if (status === 101) return stop(null)
  }
}

function isLastRefusal(status: number, headers: ReadonlyMap<string, string>, left: number) {
  const closes = headers.get('connection') === 'close'
  return status >= 400 && closes && left === Number(headers.get('content-length'))
}
