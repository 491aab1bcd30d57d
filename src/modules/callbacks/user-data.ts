import type { UserDataInquiries, UserDataListeners } from '../../kernel/questions/user-data.ts';
import { byModule } from '../combinations.ts';
import { readUserData } from '../results.ts';
import { inquiry, listener, type CallbacksOf } from './callback.ts';

export const USER_DATA: CallbacksOf<keyof UserDataInquiries | keyof UserDataListeners> = {
  on_user_data_export: inquiry(byModule(readUserData), { subject: ([userId]) => ({ userId }) }),
  on_user_erase: listener({ subject: ([userId]) => ({ userId }) }),
};
