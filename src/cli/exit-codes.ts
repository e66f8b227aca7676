/** Exit codes of the commands that talk to a running gateway; documented in docs/admin-api.md. */
export const exitCodes = {
  done: 0,
  /** The gateway refused, or could not. */
  refused: 1,
  badUsage: 2,
  /** Nobody answers at the address. */
  unreachable: 3,
} as const
