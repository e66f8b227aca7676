/** The colours of a chart, as the theme of the moment has them. */
export interface Colours {
  readonly v1: string
  readonly v2: string
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly alarm: string
}

/** Asked of the browser, since a canvas knows no `var()` and no `light-dark()`. */
export function coloursOf(element: HTMLElement): Colours {
  const colourOf = (name: string) => {
    element.style.color = `var(--${name})`
    return getComputedStyle(element).color
  }
  const colours = {
    v1: colourOf('v1'),
    v2: colourOf('v2'),
    text: colourOf('text'),
    quiet: colourOf('quiet'),
    line: colourOf('line'),
    alarm: colourOf('alarm'),
  }
  element.style.color = ''
  return colours
}
