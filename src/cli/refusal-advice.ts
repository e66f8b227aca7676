import type { AdminRefusal } from '../admin/refusal.ts'

/** What to do after a refusal whose message says only what was wrong; by its word. */
const advice: Readonly<Partial<Record<AdminRefusal, string>>> = {
  'unknown-flag': 'switchback status lists the flags',
  'unknown-route': 'each file of routes/ is one, by its name without .yaml',
  'unknown-difference': 'switchback diff lists them, with --all those that are silent too',
  'unknown-name': 'the policy names it under budgets, with signal: pushed',
  'no-rollout': 'switchback rollout lists those that there are',
  'no-experiment': 'switchback experiment lists those that there are',
  'store-down': 'switchback doctor looks at the stores',
  'no-worker': 'switchback status says how the workers are',
  'identity-unavailable': 'switchback doctor asks the identity provider',
  'revocations-full': 'raise revocation.maxEntries in switchback.yaml',
  'internal-error': 'please report what the log says of it',
}

/** ` (…)` to be put behind the message of a refusal; empty where there is nothing to add. */
export function refusalAdvice(answer: unknown): string {
  const word = (answer as { readonly error?: AdminRefusal } | null)?.error
  const found = word === undefined ? undefined : advice[word]
  return found === undefined ? '' : ` (${found})`
}
