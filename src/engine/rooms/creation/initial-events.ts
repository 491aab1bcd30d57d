import type { EventTemplate } from '../../../core/event.ts';
import type { RoomAlias, UserId } from '../../../core/identifiers.ts';
import type { JsonObject } from '../../../core/json.ts';
import { presetOf, type Preset } from '../../../core/room-presets.ts';
import type { RoomVersion } from '../../../core/room-versions.ts';
import type { MemberProfile } from '../../../store/profiles.ts';
import { createContent } from './create-content.ts';
import { initialPowerLevels } from './initial-power-levels.ts';
import type { RoomRequest } from './room-request.ts';

/** Everything that decides which events a new room begins with. */
export interface RoomSetup {
  readonly request: RoomRequest;
  readonly version: RoomVersion;
  readonly creator: UserId;
  readonly invitees: readonly UserId[];
  readonly alias: RoomAlias | undefined;
  /** Of the creator and the invitees. */
  readonly profiles: ReadonlyMap<UserId, MemberProfile>;
}

/** State that a request wants, without a sender. */
interface State {
  readonly type: string;
  readonly content: JsonObject;
  readonly stateKey?: string;
}

/**
 * The events of a new room, in the order that createRoom asks for:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom
 * @param invites whether the invitees are really invited
 */
export function initialEvents(setup: RoomSetup, invites: boolean): readonly [create: EventTemplate, ...EventTemplate[]] {
  const { request, version, creator, invitees, alias } = setup;
  const preset = presetOf(request);
  const trusted = preset.trustsInvitees ? invitees : [];
  const given = (request.initial_state ?? []).map(({ type, state_key: stateKey, content }) => ({ type, content, stateKey: stateKey ?? '' }));
  const powerLevels =
    given.findLast((state) => isAt(state, 'm.room.power_levels'))?.content ??
    initialPowerLevels(version, creator, preset, trusted, request.power_level_content_override);
  const implied = [...(alias === undefined ? [] : [{ type: 'm.room.canonical_alias', content: { alias } }]), ...presetState(preset)];
  const named = namedState(request);
  const create = { type: 'm.room.create', content: createContent(request.creation_content ?? {}, creator, version, trusted) };
  const states: readonly State[] = [
    member(setup, creator, 'join'),
    { type: 'm.room.power_levels', content: powerLevels },
    ...implied.filter(({ type }) => !given.some((state) => isAt(state, type))),
    ...given.filter((state) => !isAt(state, 'm.room.power_levels') && !named.some(({ type }) => isAt(state, type))),
    ...named,
    ...(invites ? invitees.map((invitee) => member(setup, invitee, 'invite')) : []),
  ];
  const template = ({ type, content, stateKey = '' }: State): EventTemplate => ({ type, stateKey, sender: creator, content });
  return [template(create), ...states.map(template)];
}

const isAt = (state: State, type: string): boolean => state.type === type && state.stateKey === '';

const presetState = (preset: Preset): State[] => [
  { type: 'm.room.join_rules', content: { join_rule: preset.joinRule } },
  { type: 'm.room.history_visibility', content: { history_visibility: preset.historyVisibility } },
  { type: 'm.room.guest_access', content: { guest_access: preset.guestAccess } },
];

const namedState = ({ name, topic }: RoomRequest): State[] => [
  ...(name === undefined ? [] : [{ type: 'm.room.name', content: { name } }]),
  ...(topic === undefined ? [] : [{ type: 'm.room.topic', content: { topic, 'm.topic': { 'm.text': [{ body: topic, mimetype: 'text/plain' }] } } }]),
];

function member({ request, profiles }: RoomSetup, userId: UserId, membership: 'join' | 'invite'): State {
  const isDirect = membership === 'invite' && request.is_direct === true;
  return { type: 'm.room.member', stateKey: userId, content: { ...profiles.get(userId), ...(isDirect && { is_direct: true }), membership } };
}
