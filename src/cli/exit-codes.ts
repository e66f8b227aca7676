/** Exit codes of the commands that talk to a running gateway; documented in docs/admin-api.md. */
export const exitCodes = {
  /** Also: the gate is open, V2 differs in nothing real. */
  done: 0,
  /** The gateway refused, or could not. */
  refused: 1,
  badUsage: 2,
  /** Nobody answers at the address. */
  unreachable: 3,
  /** The gate of the flag is closed. */
  closed: 4,
  /** It is not decided yet. */
  notYet: 5,
  /** V2 differs from V1 in ways that count. */
  different: 6,
  /** The gateway does not know who asks, or that person may not. */
  denied: 7,
  /** With another configuration some requests would be decided differently. */
  changes: 8,
} as const
