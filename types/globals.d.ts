/** True in a build for development (`npm run dev`); a constant of the build, so production has no such code. */
declare const __DEV__: boolean
