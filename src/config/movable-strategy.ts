/** As far as it tells which strategy of a flag a rollout moves. */
export interface TitledStrategy {
  readonly name?: string | undefined
  /** What Unleash calls it by; not every strategy has one. */
  readonly title?: unknown
}

/** Only this one has a percentage of all callers that it is about. */
export function isMovable(strategy: TitledStrategy | undefined): boolean {
  return strategy?.name === 'flexibleRollout'
}

/** Those that `title` means, all of them for null: one, if it is to be moved. */
export function movableStrategies<Each extends TitledStrategy | undefined>(
  strategies: readonly Each[],
  title: string | null,
): readonly Each[] {
  return strategies.filter(each => isMovable(each) && (title === null || each?.title === title))
}
