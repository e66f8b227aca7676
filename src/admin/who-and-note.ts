import { text } from './body-text.ts'

/** Who changes something and why, as written in a body. */
export interface WhoAndNote {
  readonly who: string
  readonly note?: string
}

export const whoAndNote = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['who'],
    properties: {
      who: text({ least: 1, most: 128 }),
      note: text({ most: 1000 }),
    },
  },
}
