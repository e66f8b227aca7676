import { styleText } from 'node:util'

/** Puts a text in a style where the screen can show one, or leaves it as it is. */
export type Paint = (style: 'bold' | 'dim' | 'cyan' | 'red' | 'yellow', text: string) => string

/** Colours only on a screen that shows them, and never with NO_COLOR. */
export const paint: Paint = (style, text) => styleText(style, text, { stream: process.stdout })
