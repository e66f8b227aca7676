import type { Difference } from '../../shadow/difference.ts'

/** Where two answers differ, as `switchback diff` writes it: `status`, `header:server`, `body`, or a pointer. */
export function placeText({ part, at }: Pick<Difference, 'part' | 'at'>): string {
  if (part === 'header') return `header:${at}`
  if (part === 'status') return 'status'
  return at === '' ? 'body' : at
}

/** Whether it stands for all places that there was no room to tell apart; nobody can acknowledge those. */
export function isManyPlaces({ at }: Pick<Difference, 'at'>): boolean {
  return at === '*'
}

/** How V2 differs there. */
export const kindWords: Readonly<Record<Difference['kind'], string>> = {
  missing: 'V2 lacks it',
  extra: 'V2 alone has it',
  type: 'another type',
  value: 'another value',
  order: 'another order',
  size: 'another length',
}
