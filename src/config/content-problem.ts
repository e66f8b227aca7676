/** What is wrong with the contents of a file that a document names. */
export interface ContentProblem {
  /** What the file must be, as the rest of "must be …". */
  readonly rule: string
  /** What it holds instead, in words and without any of the contents. */
  readonly received: string
}
