import type { shelfContract } from '../../shared/contracts/shelf.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import type { Dialogs } from '../services.ts'
import type { Dictionaries } from './dictionaries.ts'

/** Answers what the window asks of dictionaries. */
export function shelfHandlers(dictionaries: Dictionaries, dialogs: () => Dialogs): Handlers<typeof shelfContract> {
  return {
    'dictionary.list': async () => (
      { current: await dictionaries.current(), dictionaries: [...(await dictionaries.list())] }),
    'dictionary.choose': ({ what }) => dialogs().chooseDictionary(what),
    'dictionary.preview': (file) => dictionaries.preview(file),
    'dictionary.add': (asked, { signal, emit }) => dictionaries.add(asked, { signal, onEvent: emit }),
    'dictionary.calibrate': ({ id, settle, cases }, { signal, emit }) =>
      dictionaries.calibrate(id, settle, cases, { signal, onEvent: emit }),
    'dictionary.use': async ({ id }) => {
      await dictionaries.use(id)
      return {}
    },
    'dictionary.remove': async ({ id }) => {
      await dictionaries.remove(id)
      return {}
    },
  }
}
