/** The package that draws; its templates put text into a document as text, whatever is written in it. */
export { html, nothing, render, svg, type TemplateResult } from 'lit-html'
