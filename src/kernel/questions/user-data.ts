import type { UserId } from '../../core/identifiers.ts';
import type { UserDataOfModule } from '../question-values.ts';
import type { Question } from './question.ts';

export interface UserDataInquiries {
  /** What each module keeps of a user. */
  on_user_data_export: Question<[userId: UserId], readonly UserDataOfModule[]>;
}

export interface UserDataListeners {
  /** A user wants as little as possible to be kept of them. */
  on_user_erase: [userId: UserId];
}
