/**
 * Which device of its kind a text names (over lower-case words apart by spaces), tried in this order. Two makes of one
 * observation are two devices to a reader: a port is not a PICC.
 */
export const DEVICE_MAKES: readonly (readonly [make: string, pattern: RegExp])[] = [
  ['picc', /\bpiccs?\b/],
  ['port', /\b(?:mediports?|port-?a-?cath\w*|infuse?-?a-?ports?|ports?)\b/],
  ['swan-ganz', /\b(?:swan-?ganz|pulmonary (?:artery|arterial) catheters?)\b/],
  ['dialysis catheter', /\b(?:dialysis|hemodialysis|vascath|permacath)\b/],
  ['jugular line', /\b(?:internal jugular|jugular|ijv?)\b/],
  ['subclavian line', /\bsubclavian\b/],
  ['femoral line', /\bfemoral\b/],
  ['defibrillator', /\b(?:aicds?|icds?|defibrillators?)\b/],
  ['pacemaker', /\b(?:pace-?makers?|pacers?|pacing)\b/],
  ['pigtail', /\b(?:pigtail|pleurx)\b/],
  ['tracheostomy', /\btracheostomy\b/],
  ['valve', /\bvalv\w+\b/],
  ['balloon pump', /\b(?:balloon pump|iabp)\b/],
  ['ecmo', /\becmo\b/],
  ['ventricular assist device', /\blvad\b/],
  ['loop recorder', /\bloop recorder\b/],
  ['stent', /\bstents?\b/],
]
