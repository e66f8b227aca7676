import type { PrometheusServer } from '../support/prometheus-server.ts'

/** Those expressions for which there is no number by now. */
export async function unanswered(
  prometheus: PrometheusServer,
  expressions: readonly string[],
): Promise<string[]> {
  const answers = await Promise.all(expressions.map(expr => prometheus.query(expr)))
  return expressions.filter((_, at) => !answers[at]?.some(({ value }) => value[1] !== 'NaN'))
}
