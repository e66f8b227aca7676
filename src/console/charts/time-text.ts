const daySeconds = 86_400

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const timeWithSeconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** What stands below an axis at a moment (seconds since the Unix epoch) that is `apart` from the next. */
export function axisTimeText(seconds: number, apart: number): string {
  const moment = seconds * 1000
  if (apart >= daySeconds) return day.format(moment)
  const text = (apart < 60 ? timeWithSeconds : time).format(moment)
  return text === '00:00' ? day.format(moment) : text
}
