import type { UserId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as reports from '../../store/reports.ts';
import type { Report } from '../../store/reports.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface UserReport {
  readonly userId: UserId;
  readonly reason: string;
}

/**
 * Reports a user, by whoever came upon them: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3usersuseridreport
 * @throws M_NOT_FOUND
 */
export const reportUser = defineOperation({
  name: 'report-user',
  prepare: (context, who, { userId, reason }: UserReport) =>
    context.read(function* (): Work<{ report: Report; now: number }> {
      if (!(yield* users.exists(userId))) throw notFound(`This server does not know the user ${userId}`);
      return { report: { reporter: who.userId, userId, reason }, now: context.clock.now() };
    }),
  commit: (draft) => reports.add(draft.report, draft.now),
});
