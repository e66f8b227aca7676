import type { Explanation } from '../cohort/explain.ts'
import type { FlagSourceStatus, StrategyTrace } from '../cohort/flag-source.ts'

/** An explanation as lines for a person, the answer first. */
export function explanationText(route: string, explanation: Explanation): string[] {
  const { variant, reason, text, flag, stickyKey, strategies } = explanation
  const lines = [
    `variant     ${variant}`,
    `reason      ${reason}: ${text}`,
    `route       ${route}`,
    `flag        ${flag ?? 'none'}, ${sourceText(explanation.flagSource)}`,
    `sticky key  ${keyText(stickyKey)}`,
  ]
  for (const [index, strategy] of strategies.entries()) {
    lines.push(`strategy ${index + 1}  ${strategyText(strategy)}`)
  }
  return lines
}

/** Where flags came from, for the end of a line. */
export function sourceText({ from, lastUpdated, failure }: FlagSourceStatus): string {
  const when = lastUpdated === null ? '' : ` of ${new Date(lastUpdated).toISOString()}`
  const why = failure === null ? '' : ` (${failure})`
  switch (from) {
    case 'files':
      return 'from flags/'
    case 'server':
      return `from Unleash${when}`
    case 'backup':
      return `from the backup${when}, since Unleash did not answer${why}`
    case 'nowhere':
      return `not known, since Unleash did not answer and there is no usable backup${why}`
  }
}

function keyText({ kind, value, fresh }: Explanation['stickyKey']): string {
  if (fresh) return `cookie ${value}, new: each caller without the cookie gets another`
  return `${kind} ${value}`
}

function strategyText(trace: StrategyTrace): string {
  const { name, bucket, percentage, groupId, constraintCount, constraintsMatch, matched } = trace
  const parts = [`${name}: ${matched ? 'matches' : 'does not match'}`]
  if (percentage !== null) {
    const place = bucket === null ? 'no bucket' : `bucket ${bucket}`
    parts.push(`${place} against ${percentage} % in group "${groupId}"`)
  }
  if (constraintCount > 0) parts.push(`constraints ${constraintsMatch ? 'hold' : 'do not hold'}`)
  return parts.join(', ')
}
