/** What is known of a user: whether something happened, or numbers. */
export type ExperimentOf =
  | 'share' // whether it ever happened to the user
  | 'sum' // the sum of the user's numbers, 0 where there was none
  | 'mean' // the mean of the user's numbers; without any the user says nothing

/** One entry of `experiments` of a policy, as it is judged. */
export interface ExperimentRule {
  /** One of its kind in the configuration. */
  readonly name: string
  readonly of: ExperimentOf
  readonly from: 'status' | 'header' | 'pushed'
  /** Of `status`: 5 for 5xx. */
  readonly statusClass: number | null
  /** Of `header`, in lower case. */
  readonly header: string | null
  /** Of a share from a header: the value that says that it happened. */
  readonly value: string | null
  /** Larger numbers count as this; null: as they are. */
  readonly most: number | null
  readonly better: 'more' | 'less'
  /** Of each variant, before V2 can be called as good. */
  readonly users: number
  /** Milliseconds that it takes at least. */
  readonly forMs: number
  /** Milliseconds from when a user was first seen in which what it does counts. */
  readonly windowMs: number
  /** Of ever being wrong: 0.05 for a confidence of 95 %. */
  readonly alpha: number
  /** By so much V2 may be worse and still be no worse; of a share 0.005 for 0.5 points. */
  readonly margin: number
  /** Property of the routes whose values are compared among themselves; null: all users are. */
  readonly within: string | null
}
