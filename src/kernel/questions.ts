import type { Conclusion } from './decisions.ts';
import type { Occasion } from './occasion.ts';
import type { AccountValidityInquiries, AccountValidityListeners } from './questions/account-validity.ts';
import type { BackgroundUpdateInquiries } from './questions/background-updates.ts';
import type { MediaStorageInquiries } from './questions/media-storage.ts';
import type { PasswordProviderGates, PasswordProviderInquiries, PasswordProviderListeners } from './questions/password-providers.ts';
import type { PresenceRouterInquiries } from './questions/presence-router.ts';
import type { ResourceGates, ResourceInquiries, ResourceListeners } from './questions/resources.ts';
import type { SpamCheckerGates, SpamCheckerInquiries } from './questions/spam-checker.ts';
import type { UserDataInquiries, UserDataListeners } from './questions/user-data.ts';
import type { ThirdPartyRulesGates, ThirdPartyRulesInquiries, ThirdPartyRulesListeners } from './questions/third-party-rules.ts';

export type { Occasion } from './occasion.ts';

/** The questions whose answer is silence or a refusal: what stands between a request and its commit. */
export interface Gates extends SpamCheckerGates, ThirdPartyRulesGates, PasswordProviderGates, ResourceGates {}

/** The questions with an answer that the operation goes on with. */
export interface Inquiries
  extends
    SpamCheckerInquiries,
    ThirdPartyRulesInquiries,
    AccountValidityInquiries,
    BackgroundUpdateInquiries,
    MediaStorageInquiries,
    PasswordProviderInquiries,
    PresenceRouterInquiries,
    ResourceInquiries,
    UserDataInquiries {}

export interface Questions extends Gates, Inquiries {}
export type GateName = keyof Gates;
export type QuestionName = keyof Questions;

/** A listener only watches: whatever it does, the reply stays the same. */
export interface Listeners
  extends AccountValidityListeners, ThirdPartyRulesListeners, PasswordProviderListeners, ResourceListeners, UserDataListeners {}
export type ListenerName = keyof Listeners;
export type CallbackName = QuestionName | ListenerName;

/** The modules as the rest of the server sees them. */
export interface Policy {
  /** True when at least one module answers this callback; lets a hot path skip the work of asking. */
  answers(name: CallbackName): boolean;
  /** The login types that modules take, with the fields that each wants of the client's request. */
  loginTypes(): ReadonlyMap<string, readonly string[]>;
  /** Asks the modules in order. Throws the MatrixError of a refusal, or of a module's failure where its policy is to deny. */
  ask<Q extends QuestionName>(question: Q, occasion: Occasion, ...args: Questions[Q]['args']): Promise<Questions[Q]['answer']>;
  /** Tells every listening module; never throws. */
  tell<L extends ListenerName>(listener: L, occasion: Occasion, ...args: Listeners[L]): Promise<void>;
  /** Says what came of an operation, for the decision trail. */
  conclude(occasion: Occasion, conclusion: Conclusion): void;
}
