/** Puts a text in a style where the screen can show one, or leaves it as it is. */
export type Paint = (style: 'bold' | 'dim' | 'cyan' | 'red' | 'yellow', text: string) => string
