import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnswerHeaders } from './answer-headers.ts'
import { AdminError, type AdminRefusal } from './refusal.ts'
import { requestFaultInWords, type SchemaFault } from './request-fault.ts'

export interface AnswerErrorsDeps {
  readonly onError: (error: unknown) => void
  /** HTML that a browser gets instead; null for none. */
  readonly pageFor: (request: FastifyRequest, error: AdminError) => string | null
}

/** Answers whatever a route throws as `{ error, message }`, with a word from a closed list. */
export function answerErrors(app: FastifyInstance, { onError, pageFor }: AnswerErrorsDeps): void {
  app.setNotFoundHandler(({ method, url }) => {
    throw new AdminError('no-such-page', `Cannot ${method} ${url}: there is no such page`)
  })
  app.setErrorHandler<FastifyError | AdminError>((error, request, reply) => {
    const told = error instanceof AdminError ? error : adminErrorOf(error)
    const { reason, status, headers, message } = told
    if (reason === 'internal-error') onError(error)
    reply.code(status).headers(headers)
    const page = pageFor(request, told)
    return page === null ? { error: reason, message } : reply.type(htmlType).send(page)
  })
}

const htmlType = 'text/html; charset=utf-8'

/** Answers a path that the router cannot read, before any hook or route. */
export function refusePath(headers: AnswerHeaders) {
  return (_error: FastifyError, { url }: FastifyRequest, reply: FastifyReply): void => {
    const { reason, status, message } = new AdminError(
      'bad-request',
      `Cannot read the request: path must be percent-encoded UTF-8 without overlong names, received ${JSON.stringify(url.slice(0, shownLength))}`,
    )
    void reply.code(status).headers(headers).send({ error: reason, message })
  }
}

/** Characters of a path that are told. */
const shownLength = 80

const reasons: Readonly<Record<number, AdminRefusal>> = {
  400: 'bad-request',
  413: 'too-large',
  415: 'not-json',
}

function adminErrorOf(error: FastifyError): AdminError {
  if (error.validation !== undefined) {
    const faults = error.validation as unknown as readonly SchemaFault[]
    const part = error.validationContext === 'querystring' ? 'query' : 'body'
    return new AdminError('bad-request', requestFaultInWords(faults, part))
  }
  const reason = reasons[error.statusCode ?? 500]
  if (reason === undefined) {
    return new AdminError('internal-error', 'The gateway failed to answer; its log says why.')
  }
  return new AdminError(reason, `Cannot read the request: ${error.message}`)
}
