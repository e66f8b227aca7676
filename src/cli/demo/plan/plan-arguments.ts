import { ArgumentFault, time } from '../../arguments.ts'
import { stages } from './planned-example.ts'

/** Of `fast`: with five stages the plan takes about two minutes. */
const fastMs = 20_000

/** How long each stage is held. */
export function holdTime(text: string): number {
  return text === 'fast' ? fastMs : time(text)
}

/** One of the stages, by its percent. */
export function stagePercent(text: string): number {
  const found = stages.find(percent => String(percent) === text)
  if (found !== undefined) return found
  throw new ArgumentFault(`It must be one of ${stages.join(', ')}, received "${text}".`)
}
