/** Data files are bundled as text; `scripts/build.mjs` and `vitest.config.ts` load them alike. */
declare module '*.yaml' {
  const text: string;
  export default text;
}
declare module '*.md' {
  const text: string;
  export default text;
}
