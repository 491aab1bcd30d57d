/** What a preset of createRoom stands for: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom */
export interface Preset {
  readonly joinRule: 'invite' | 'public';
  readonly historyVisibility: 'shared';
  readonly guestAccess: 'can_join' | 'forbidden';
  /** The power level that inviting needs. */
  readonly inviteLevel: number;
  /** Whether those who are invited at once get the creator's rights. */
  readonly trustsInvitees: boolean;
}

const PRIVATE: Preset = { joinRule: 'invite', historyVisibility: 'shared', guestAccess: 'can_join', inviteLevel: 0, trustsInvitees: false };

const PRESETS = {
  private_chat: PRIVATE,
  trusted_private_chat: { ...PRIVATE, trustsInvitees: true },
  public_chat: { ...PRIVATE, joinRule: 'public', guestAccess: 'forbidden', inviteLevel: 50 },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const isPresetName = (name: unknown): name is PresetName => typeof name === 'string' && Object.hasOwn(PRESETS, name);

/** The preset that was asked for, or that follows from the visibility. */
export const presetOf = (request: { readonly preset?: PresetName | undefined; readonly visibility?: 'public' | 'private' | undefined }): Preset =>
  PRESETS[request.preset ?? (request.visibility === 'public' ? 'public_chat' : 'private_chat')];
