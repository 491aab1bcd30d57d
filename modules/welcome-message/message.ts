import { compileTemplate, ConfigError, type JsonObject, type ModuleApi, type Template } from 'plexus/module';
import type { MessageConfig } from './config.ts';

/** Writes a message to somebody. @returns the content of an m.room.message */
export type Message = (values: Values) => JsonObject;

/** What templates can name. */
interface Values {
  readonly user_id: string;
  readonly localpart: string;
  /** The localpart for users who have none. */
  readonly display_name: string;
  readonly server_name: string;
}

/** @param path where the message stands in the configuration @throws ConfigError for a template that is wrong */
export function compileMessage({ text, html }: MessageConfig, path: readonly string[]): Message {
  const plain = compiled(text, 'text', [...path, 'text']);
  const rich = html === undefined ? undefined : compiled(html, 'html', [...path, 'html']);
  return (values) => ({
    msgtype: 'm.text',
    body: plain.render({ ...values }),
    ...(rich !== undefined && { format: 'org.matrix.custom.html', formatted_body: rich.render({ ...values }) }),
  });
}

export async function valuesFor(api: ModuleApi, userId: string): Promise<Values> {
  const localpart = userId.slice(1, userId.indexOf(':'));
  const { displayName } = await api.getProfileForUser(userId);
  return { user_id: userId, localpart, display_name: displayName ?? localpart, server_name: api.serverName };
}

function compiled(source: string, form: 'text' | 'html', path: readonly string[]): Template {
  try {
    return compileTemplate(source, form);
  } catch (error) {
    throw new ConfigError((error as Error).message, [...path]);
  }
}
