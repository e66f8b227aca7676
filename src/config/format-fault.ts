import type { Fault } from './fault.ts'

/** `routes/match.yaml:3:7 v2.url must be …, received …`, with a "did you mean" where there is one. */
export function formatFault(fault: Fault): string {
  const where = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`
  const subject = fault.field === '' ? '' : ` ${fault.field}`
  const hint = fault.hint === undefined ? '' : `; did you mean ${JSON.stringify(fault.hint)}?`
  const received = fault.received === null ? '' : `, received ${fault.received}`
  return `${where}${subject} must be ${fault.rule}${received}${hint}`
}
