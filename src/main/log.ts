/** One line on stderr: when, who, what. `who` names a process by kind, name and pid where it has them. */
export function log(who: string, text: string): void {
  process.stderr.write(`${new Date().toISOString()} [${who}] ${text.trimEnd()}\n`)
}
