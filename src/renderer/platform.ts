import { inject, type InjectionKey } from 'vue'

/** What the window needs of the desktop beside the services. */
export interface Platform {
  /** The path of a dropped file or folder on this machine, or an empty string when it has none. */
  pathOf(file: File): string
}

export const PLATFORM: InjectionKey<Platform> = Symbol('platform')

export function usePlatform(): Platform {
  const platform = inject(PLATFORM)
  if (platform === undefined) throw new TypeError('The platform was not provided to the app.')
  return platform
}
