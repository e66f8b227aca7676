import type { TracingConfig } from '../../config/schema-tracing.ts'
import { spansAddress } from '../../pipeline/tracing.ts'
import { type Judgement, ok, warning } from './judgement.ts'
import { fetchFault } from './unleash-flags.ts'

/** Posts no spans to a collector, which it answers as it would some (OTLP). Never rejects. */
export async function lookAtCollector(
  otlp: string,
  { headers }: Pick<TracingConfig, 'headers'>,
  signal: AbortSignal,
): Promise<Judgement> {
  try {
    const response = await fetch(spansAddress(otlp), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(),
      redirect: 'manual',
      signal,
    })
    await response.body?.cancel()
    return judgeCollector(response.status)
  } catch (error) {
    return warning(
      fetchFault(error as Error),
      'see whether the collector runs and takes OTLP over HTTP there; gRPC has another port (4317)',
    )
  }
}

/** Never a problem: requests are served without it, and spans are not lost in silence. */
export function judgeCollector(status: number): Judgement {
  if (status >= 200 && status < 300) return ok('takes spans')
  if (status === 401 || status === 403) {
    return warning(
      `answers ${status}: it does not take spans from here`,
      'put what it wants to be sent into tracing.headers',
    )
  }
  return warning(
    `answers ${status}`,
    'tracing.otlp must be the base address of a collector: /v1/traces is put behind it',
  )
}
