import type { NotCompared } from './difference.ts'
import { isLongerThan } from './header-value.ts'
import { type Keeping, KeptBytes } from './kept-bytes.ts'
import type { CapturedAnswer, KeptBody } from './pair.ts'

/** One answer, kept for comparing as it comes. */
export class Capture {
  readonly status: number
  readonly headers: readonly string[]
  /** See `CapturedAnswer`. */
  readonly headMs: number
  #whole = false
  readonly #body: KeptBytes

  /** @param method That it answers. */
  constructor(
    method: string,
    head: { readonly status: number; readonly headers: readonly string[]; readonly headMs: number },
    keeping: Keeping,
  ) {
    this.status = head.status
    this.headers = head.headers
    this.headMs = head.headMs
    this.#body = new KeptBytes(keeping)
    // Otherwise all that may be kept would be, of a body that is thrown away.
    if (isLongerThan(keeping.maxBodyBytes, method, head)) this.#body.lose('too-large')
  }

  /** Of a piece that is lent. False where no more of it will be kept. */
  data(piece: Buffer): boolean {
    return this.#body.add(piece)
  }

  end(): void {
    this.#whole = true
  }

  /** Whatever still comes of it is not waited for. */
  giveUp(why: 'no-answer' | 'unfinished'): void {
    if (!this.#whole && this.#body.lost === null) this.#body.lose(why)
  }

  /** Its bytes are needed no more. */
  release(): void {
    this.#body.release()
  }

  /** Why its body is not kept; null where it is. */
  get lost(): NotCompared | null {
    return this.#body.lost
  }

  /** Once it is whole or given up; without its body where that is lost, or nobody will look at it. */
  answer(withBody: boolean): CapturedAnswer<KeptBody> {
    const { lost } = this
    return {
      status: this.status,
      headers: this.headers,
      body: withBody && lost === null ? this.#body.pieces() : null,
      lost,
      headMs: this.headMs,
    }
  }
}
