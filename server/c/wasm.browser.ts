import { UserError } from '../text.js';

/** In a browser there is nothing beside the bundle: who starts the worker passes the bytes to the first `openParser`. */
export function loadWasm(): never {
  throw new UserError('the C parser was not given its WebAssembly');
}
