import type { ExperimentReport } from './report.ts'

/** What operators can ask of experiments, and ask them to do. */
export interface ExperimentsView {
  experiments(): readonly ExperimentReport[]
  /** Takes values of users from outside. */
  pushValues(name: string, values: readonly PushedValue[]): Promise<ValuesAnswer>
  /** Forgets its users and begins anew. */
  restartExperiment(name: string, who: string, why: string | null): Promise<RestartAnswer>
}

/** A value of one user, as whoever keeps the books knows it. */
export interface PushedValue {
  /** Value of the sticky key: what the route's `user` is. */
  readonly user: string
  readonly value: number
}

/** What became of the values, each in one of three ways. */
export type ValuesAnswer =
  | {
      readonly taken: true
      /** Added to what is known of their users. */
      readonly added: number
      /** Their users were not seen, or are not in the sample. */
      readonly unknown: number
      /** The window of their users is over. */
      readonly late: number
    }
  | { readonly taken: false; readonly refusal: ExperimentRefusal; readonly text: string }

export type RestartAnswer =
  | { readonly done: true; readonly report: ExperimentReport; readonly text: string }
  | { readonly done: false; readonly refusal: ExperimentRefusal; readonly text: string }

export type ExperimentRefusal =
  | 'no-experiment' // no policy has one of that name
  | 'not-pushed' // its values come from answers
  | 'store-down' // where its users are kept
