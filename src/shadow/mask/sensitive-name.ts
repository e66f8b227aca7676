/** Words that make a name speak of a secret, wherever in it they stand. */
const secretWords =
  'passw(or)?d|passwd|passphrase|pwd|secret|token|authori[sz]ation|bearer|credential|api_?key|access_?key|private_?key|signature|session|cookie|csrf|xsrf|otp|pin|jwt|auth'

/** Words that make it speak of a person. */
const personalWords =
  'e?mail|(tele)?phone|tel|mobile|fax|ssn|social_?security|iban|bic|card|cvv|cvc|account_?(no|number)|birth(day|date)?|dob|passport|licen[cs]e_?(no|number)|tax_?id|national_?id|address|street|zip(_?code)?|post(al)?_?code|(first|last|full|given|family|maiden|user|nick)_?name|surname|login|salary|gender|lat(itude)?|lng|lon(gitude)?|ip(_?address)?|device_?id'

/** Below these everything is somebody's. */
const people =
  'customer|user|person|people|contact|patient|passenger|applicant|candidate|recipient|employee|owner|profile'

/** Whole words of a name that was cut into words, with `s` for several of them. */
const sensitive = new RegExp(`(^|_)(${secretWords}|${personalWords}|${people})s?(_|$)`)

/** The same where nothing shows that a word begins, for words that stand in no other: `mypassword`. */
const unmistakable =
  /passw(or)?d|passphrase|secret|token|authori[sz]ation|credential|(api|access|private)key|cookie|session|e_?mail|phone|address|iban|birth|passport|creditcard|card(no|number)|(user|first|last|full)name/

/** Whether a key, a header or a parameter by its name holds what nobody else may see. */
export function isSensitiveName(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, '_')
  return sensitive.test(words) || unmistakable.test(words)
}

const assignment = /(["'\w-]{2,40})\s*[=:]/g

/** Whether a text says `password=…` or `"token": …` somewhere. */
export function namesSecret(text: string): boolean {
  for (const [, name = ''] of text.matchAll(assignment)) if (isSensitiveName(name)) return true
  return false
}
