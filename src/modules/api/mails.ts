import { join, resolve } from 'node:path';
import type { Actions } from '../actions.ts';
import { readTemplates, type Template } from './templates.ts';

/** Writing to people. */
export interface MailsApi {
  /** What mails call this service: the name of the server. */
  readonly emailAppName: string;
  /**
   * Sends a mail as text and as HTML. It waits in the server's queue, and is tried again for a day when the mail server is ill.
   * @throws MatrixError when the server sends no mails (section `mail`), or for what is no mail address
   */
  sendMail(recipient: string, subject: string, html: string, text: string): Promise<void>;
  /**
   * Reads templates in the language Liquid, which has Jinja's `{{ value }}`, `{% if %}` and `{% for %}`. In .html and .xml files values are escaped.
   * @param customTemplateDirectory where they are looked for first, seen from the module's folder; then in its folder `templates`
   * @returns them, in the order of the names
   * @throws Error for one that is not there, or is not right
   */
  readTemplates(filenames: readonly string[], customTemplateDirectory?: string): readonly Template[];
}

interface MailsServices {
  readonly serverName: string;
  /** Where the module's files lie. */
  readonly folder: string;
  readonly actions: Promise<Actions>;
}

export const mailsApi = ({ serverName, folder, actions }: MailsServices): MailsApi => ({
  emailAppName: serverName,
  sendMail: async (recipient, subject, html, text) => (await actions).sendMail({ recipient, subject, html, text }),
  readTemplates: templateReader(folder),
});

/** @param folder where the module's files lie */
export function templateReader(folder: string): MailsApi['readTemplates'] {
  const own = join(resolve(folder), 'templates');
  return (filenames, customTemplateDirectory) =>
    readTemplates(filenames, customTemplateDirectory === undefined ? [own] : [resolve(folder, customTemplateDirectory), own]);
}
