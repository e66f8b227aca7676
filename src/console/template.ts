/** The package that draws; its templates put text into a document as text, whatever is written in it. */
export { html, nothing, render, svg, type TemplateResult } from 'lit-html'
/** A list whose elements stay with their keys when it changes, and the focus with them. */
export { repeat } from 'lit-html/directives/repeat.js'
