import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { UserError } from '../text.js';
import { isAbort } from './courtesy.js';

/** A mistake in a setting of package.json, such as `rescuer.tree`. */
export class SettingError extends UserError {
  readonly setting: string;

  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

/** What a client may offer with a message: it can open the setting that is at fault. */
export interface Remedy {
  readonly setting?: string;
}

export function remedyOf(error: unknown): Remedy {
  return error instanceof SettingError ? { setting: error.setting } : {};
}

/** Gives the client a failure that is meant for its user as it is, and a cancelled request as such. */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) {
      throw new ResponseError(LSPErrorCodes.RequestFailed, error.message, remedyOf(error));
    }
    if (isAbort(error)) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    throw error;
  }
}
