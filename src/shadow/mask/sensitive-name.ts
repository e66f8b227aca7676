/** Words that make a name speak of a secret, wherever in it they stand. */
const secretWords =
  'pass|passw(or)?d|passwd|passphrase|passcode|passkey|pwd|pw|secret|token|authori[sz]ation|bearer|credential|api_?key|access_?key|private_?key|signature|sig|session|sid|cookie|csrf|xsrf|nonce|salt|otp|totp|pin|jwt|auth|mnemonic'

/** Words that make it speak of a person. */
const personalWords =
  'e?mail|(tele)?phone|tel|mobile|fax|ssn|social_?security|iban|bic|card|cvv|cvc|account_?(no|number)|birth(day|date)?|dob|passport|licen[cs]e_?(no|number)|tax_?id|national_?id|address|street|zip(_?code)?|post(al)?_?code|(first|last|full|given|family|maiden|user|nick)_?name|surname|login|salary|gender|sex|nationality|ethnicity|religion|diagnos[ie]s|prescription|medication|allergy|allergies|symptom|blood_?(type|group)|insurance_?(no|number|id)|display_?name|handle|avatar|msisdn|imei|imsi|swift|sort_?code|routing_?(no|number)|pan|vin|plate|cpf|cnpj|nino|nhs_?(no|number)?|nif|nie|dni|curp|aadhaar|bsn|pesel|lat(itude)?|lng|lon(gitude)?|ip(_?address)?|device_?id'

/** Below these everything is somebody's. */
const people =
  'customer|user|person|people|contact|patient|passenger|applicant|candidate|recipient|employee|owner|profile|holder|beneficiary|beneficiaries|author|sender|payee|payer|guest|member|student|guardian|spouse'

/** Whole words of a name that was cut into words, with `s` for several of them. */
const sensitive = new RegExp(`(^|_)(${secretWords}|${personalWords}|${people})s?(_|$)`)

/** The same where nothing shows that a word begins, for words that stand in no other: `mypassword`. */
const unmistakable =
  /passw(or)?d|passphrase|secret|token|authori[sz]ation|credential|(api|access|private)key|cookie|session|e_?mail|phone|address|iban|birth|passport|creditcard|card(no|number)|(user|first|last|full|display)name|cardholder|passcode|beneficiar|diagnos/

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
