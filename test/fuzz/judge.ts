import { type ReadAnswer, readAnswers } from './read-answers.ts'
import { readRequests, type SentRequest } from './read-requests.ts'
import type { ArrivedRequest } from './strict-upstream.ts'

export interface Conversation {
  readonly sent: string
  readonly received: string
  /** What the upstream got of it, in the order in which it began. */
  readonly arrived: readonly ArrivedRequest[]
  /** The client left before it had all its answers. */
  readonly left: boolean
  /** The one Authorization that `/private` takes. */
  readonly authorization: string
}

/** What the gateway writes itself. */
const ours = new Set([
  'host',
  'connection',
  'upgrade',
  'content-length',
  'transfer-encoding',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-request-id',
  'via',
])
const refusal = 'application/problem+json'
/** Nobody is out of reach or over a limit of the process here. */
const never = new Set([500, 502, 503, 504])

/**
 * Every way in which a conversation was not one request, one answer, in order; empty where it was.
 * Each request that reached the upstream is one that the client sent, as `readRequests` reads it.
 */
export function judge(conversation: Conversation): string[] {
  const { requests, rest } = readRequests(conversation.sent)
  const {
    answers,
    fault,
    rest: unread,
  } = readAnswers(
    conversation.received,
    requests.map(({ method }) => method),
  )
  const faults: string[] = []
  if (fault !== null) faults.push(`an answer that is none: ${fault}`)
  const tunnel = answers.at(-1)?.status === 101
  if (unread !== '' && !tunnel && !conversation.left) faults.push('bytes behind the last answer')

  const unused = [...requests]
  for (const arrived of conversation.arrived) {
    const at = unused.findIndex(request => isOf(arrived, request))
    const [request] = at === -1 ? [] : unused.splice(at, 1)
    if (request === undefined) {
      faults.push(`a request that nobody sent: ${arrived.method} ${arrived.target}`)
      continue
    }
    faults.push(...foreignHeaders(arrived, request))
    if (!arrived.target.startsWith('/private')) continue
    const shown = arrived.headers.find(([name]) => name === 'authorization')
    if (shown?.[1] !== conversation.authorization) faults.push('private without its token')
  }

  answers.forEach((answer, i) => {
    faults.push(...faultsOf(answer, requests[i], conversation.arrived))
    if (answer.headers.get('connection') === 'close' && i < answers.length - 1) {
      faults.push('an answer behind the last one')
    }
  })
  if (answers.length > requests.length + (rest === 'nothing' ? 0 : 1)) {
    faults.push('more answers than requests')
  }
  if (conversation.left) return faults

  // A tunnel, an answer that says so, or a CONNECT behind a request without its answer end it early.
  const last = answers.at(-1)
  const cut = conversation.sent.includes('CONNECT ')
  const early = tunnel || cut || last?.headers.get('connection') === 'close'
  const whole = requests.filter(request => request.whole).length
  if (answers.length < whole && !early) faults.push(`${whole} requests, ${answers.length} answers`)
  const answered = new Set(answers.map(({ headers }) => headers.get('x-request-id')))
  const lost = conversation.arrived.some(request => request.whole && !answered.has(request.id))
  if (lost && (answers.length >= whole || !early)) faults.push('served for nobody')
  return faults
}

/** Whether what arrived is this request, or as much of it as came. */
function isOf(arrived: ArrivedRequest, request: SentRequest): boolean {
  if (arrived.method !== request.method || arrived.target !== request.target) return false
  if (arrived.tunnel !== null) {
    return request.upgrade && request.behind.startsWith(arrived.tunnel)
  }
  return arrived.whole
    ? request.whole && arrived.body === request.body
    : request.body.startsWith(arrived.body)
}

function foreignHeaders(arrived: ArrivedRequest, request: SentRequest): string[] {
  const sent = new Set(request.headers.map(([name, value]) => `${name}: ${value}`))
  return arrived.headers
    .filter(([name, value]) => !ours.has(name) && !sent.has(`${name}: ${value}`))
    .map(([name]) => `a header that nobody sent: ${name}`)
}

function faultsOf(
  answer: ReadAnswer,
  request: SentRequest | undefined,
  arrived: readonly ArrivedRequest[],
): string[] {
  const { status, headers } = answer
  if (never.has(status)) return [`${status} ${answer.body}`]
  const served = headers.get('x-served')
  const own = arrived.find(({ id }) => id === headers.get('x-request-id'))
  if (served === undefined && status !== 101) {
    if (own?.whole === true) return ['refused, and served all the same']
    if (headers.get('content-type') === refusal) return []
    return status === 204 && request?.method === 'OPTIONS' ? [] : [`${status} of nobody`]
  }
  if (request === undefined) return ['an answer to nothing']
  if (own === undefined || !isOf(own, request)) return [`another's answer: ${served ?? status}`]
  return status === 101 || served === own.target ? [] : ['an answer for another target']
}
