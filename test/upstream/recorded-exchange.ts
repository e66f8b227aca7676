import type {
  Exchange,
  OriginClient,
  UpstreamFault,
  UpstreamRequest,
} from '../../src/upstream/client.ts'

/** What a sink heard, in order and in sum. */
export interface Recorded {
  readonly exchange: Exchange
  readonly events: string[]
  readonly information: [number, string[]][]
  status: number
  headers: string[]
  body: string
  fault: UpstreamFault | null
  cause: Error | undefined
  /** Resolves with the record at `onEnd` or `onFault`. */
  readonly finished: Promise<Recorded>
  /** Resolves at `onHead`. */
  readonly head: Promise<void>
}

export interface RecordHooks {
  readonly onHead?: (recorded: Recorded) => void
  readonly onData?: (chunk: Buffer, recorded: Recorded) => boolean
  readonly onDrain?: (recorded: Recorded) => void
  readonly onEnd?: (recorded: Recorded) => void
}

const plainGet: UpstreamRequest = {
  method: 'GET',
  target: '/',
  headers: ['host', 'service.test'],
  bodyLength: 0,
  connectTimeoutMs: 5000,
  headersTimeoutMs: 5000,
  bodyTimeoutMs: 5000,
}

/** Sends a request (a plain GET unless said otherwise) and records what comes of it. */
export function record(
  client: OriginClient,
  request: Partial<UpstreamRequest> = {},
  hooks: RecordHooks = {},
): Recorded {
  const finished = Promise.withResolvers<Recorded>()
  const head = Promise.withResolvers<void>()
  const recorded = {
    events: [] as string[],
    information: [] as [number, string[]][],
    status: 0,
    headers: [] as string[],
    body: '',
    fault: null as UpstreamFault | null,
    cause: undefined as Error | undefined,
    finished: finished.promise,
    head: head.promise,
  } as Recorded & { exchange: Exchange }
  const hear = (event: string) => {
    if (recorded.exchange === undefined) throw new Error(`${event} came from within send`)
    recorded.events.push(event)
  }
  const exchange = client.send(
    { ...plainGet, ...request },
    {
      onInformation(status, headers) {
        hear('information')
        recorded.information.push([status, headers])
      },
      onHead(status, headers) {
        hear('head')
        recorded.status = status
        recorded.headers = headers
        head.resolve()
        hooks.onHead?.(recorded)
      },
      onLull() {},
      onData(chunk) {
        hear('data')
        if (hooks.onData !== undefined) return hooks.onData(chunk, recorded)
        recorded.body += chunk.toString('latin1')
        return true
      },
      onEnd() {
        hear('end')
        hooks.onEnd?.(recorded)
        finished.resolve(recorded)
      },
      onFault(fault, cause) {
        hear('fault')
        recorded.fault = fault
        recorded.cause = cause
        finished.resolve(recorded)
      },
      onDrain() {
        hear('drain')
        hooks.onDrain?.(recorded)
      },
    },
  )
  Object.assign(recorded, { exchange })
  return recorded
}
