/** Data files are bundled as text; `scripts/build.mjs` and `vitest.config.ts` load them alike. */
declare module '*.yaml' {
  const text: string;
  export default text;
}
declare module '*.md' {
  const text: string;
  export default text;
}
declare module '*.html' {
  const text: string;
  export default text;
}
/** Names the sources that a bundle was built from; not there in tests and scripts. */
declare const RESCUER_BUILD: string | undefined;
