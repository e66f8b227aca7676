import type { Answer, Fault } from './api.ts'

/** A deed that a person must say yes to, with a reason. */
export interface Question {
  readonly title: string
  /** What comes of a yes, in a sentence or two. */
  readonly text: string
  readonly reason: 'required' | 'optional'
  /** What the button says. */
  readonly yes: string
  /** Whether it sends traffic to another variant at once, or nothing brings back what it takes. */
  readonly isGrave: boolean
  /** Id of the element that has the focus once it is done: the button that asked may be gone. */
  readonly then: string
  readonly act: (said: Said) => Promise<Answer<{ readonly text: string }>>
}

/** What a person said along with the yes. */
export interface Said {
  /** Null where the gateway knows who it is. */
  readonly who: string | null
  /** Null for no reason. */
  readonly why: string | null
}

/** The question that is open, and how far its answer is. */
export interface OpenQuestion {
  readonly question: Question
  readonly isUnderWay: boolean
  /** Why the last try came to nothing. */
  readonly fault: Fault | null
}

export interface QuestionsDeps {
  readonly redraw: () => void
  /** Hears what came of a yes, in the gateway's words. */
  readonly onDone: (question: Question, text: string) => void
}

/** One question at a time. */
export function createQuestions({ redraw, onDone }: QuestionsDeps) {
  let open: OpenQuestion | null = null

  function show(next: OpenQuestion | null): void {
    open = next
    redraw()
  }

  return {
    open: () => open,
    ask: (question: Question): void => show({ question, isUnderWay: false, fault: null }),
    /** What is on its way is not called back. */
    leave: (): void => show(null),
    async yes(said: Said): Promise<void> {
      if (open === null || open.isUnderWay) return
      const { question } = open
      show({ question, isUnderWay: true, fault: null })
      const answer = await question.act(said)
      const isStillOpen = open?.question === question
      if (answer.ok) {
        if (isStillOpen) show(null)
        onDone(question, answer.value.text)
      } else if (isStillOpen) {
        show({ question, isUnderWay: false, fault: answer.fault })
      }
    },
  }
}

export type Questions = ReturnType<typeof createQuestions>
