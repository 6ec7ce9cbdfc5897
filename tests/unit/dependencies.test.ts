import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Package {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Package
const CONFIGS = ['electron.vite.config.ts', 'eslint.config.js', 'playwright.config.ts', 'vitest.config.ts']

const product = textOf(sourcesOf('src'), ['electron.vite.config.ts'])
const tools = textOf([...sourcesOf('scripts'), ...sourcesOf('tests')], CONFIGS)
/** The tables of docs/dependencies.md by their heading, each with the names of its first column. */
const documented = new Map(readFileSync('docs/dependencies.md', 'utf8').split('\n## ').slice(1).map((part) => {
  const rows = part.split('\n').filter((line) => line.startsWith('| ')).slice(2)
  return [part.split('\n')[0], rows.flatMap((line) => line.split('|')[1]!.trim().split(', '))]
}))

describe('package.json', () => {
  it.each(Object.keys(dependencies))('ships %s because the product imports it', (name) => {
    expect(names(product, name)).toBe(true)
  })

  it.each(Object.keys(devDependencies))('holds %s because a script, a test or a configuration needs it', (name) => {
    const typed = /^@types\/(.*)$/.exec(name)?.[1]
    if (typed === undefined) expect(names(tools, name)).toBe(true)
    else expect({ ...dependencies, ...devDependencies }).toHaveProperty([typed])
  })

  it('pins every version', () => {
    for (const version of Object.values({ ...dependencies, ...devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('is what docs/dependencies.md lists', () => {
    expect(documented.get('In the product')?.toSorted()).toEqual(Object.keys(dependencies).toSorted())
    expect(documented.get('To build and test it')?.toSorted()).toEqual(Object.keys(devDependencies).toSorted())
  })
})

describe('package-lock.json', () => {
  it('names no registry, so everybody installs from their own', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"/)
  })
})

/** Whether `name`, one of its files, or its folder in node_modules stands in a string of `text`. */
function names(text: string, name: string): boolean {
  return new RegExp(`(['"]|node_modules/)${name.replaceAll('.', '\\.')}['"/]`).test(text)
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|vue)$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => `${folder}/${file}`)
}

function textOf(...groups: readonly (readonly string[])[]): string {
  return groups.flat().filter((file) => !file.endsWith('dependencies.test.ts')).map((file) => readFileSync(file, 'utf8')).join('\n')
}
