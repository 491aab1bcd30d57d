import { forbidden } from '../../kernel/errors.ts';
import { defineRead } from '../define.ts';

/** Lets a module send the user a mail by which they renew their account. @throws M_FORBIDDEN where no module does */
export const sendRenewalMail = defineRead({
  name: 'send-renewal-mail',
  async prepare(_context, { userId }, _input: undefined, ask): Promise<void> {
    if (!(await ask('on_legacy_send_mail', userId))) throw forbidden('This server sends no mails by which accounts are renewed');
  },
});
