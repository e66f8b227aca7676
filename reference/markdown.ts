/** What every page says of itself. */
export function pageOf(title: string, intro: string, sections: readonly string[]): string {
  const generated = 'Written by `npm run reference`; a test compares it with the code.'
  return `${[`# ${title}`, `${intro} ${generated}`, ...sections].join('\n\n')}\n`
}

/** A table; a cell is one line, whatever is put into it. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inCell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text within a pair of backticks that it cannot end. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function inCell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')
}
