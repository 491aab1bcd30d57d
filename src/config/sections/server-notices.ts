import { isLocalpart } from '../../core/identifiers.ts';
import { mapping, optional } from '../mappings.ts';
import { mediaAddress, text, value } from '../values.ts';

export const serverNotices = optional(
  mapping(
    {
      localpart: value(
        'the first part of a user id: letters a-z, digits and the characters . _ = - / +',
        (written) => (typeof written === 'string' && isLocalpart(written) ? written : undefined),
        {
          default: 'notices',
          description:
            "The account that notices come from is made when the first one is sent, and nobody else can register it. One that is there already is used: see to it that it is nobody's.",
        },
      ),
      display_name: text({ default: 'Server notices', description: 'What that account is called.' }),
      avatar: optional(mediaAddress({ description: 'A picture for the account and for the rooms.', example: 'mxc://example.org/abc123' })),
      room_name: text({ default: 'Server notices', description: 'What the rooms are called in which users get their notices.' }),
    },
    { description: 'Notices that administrators send to users, each of whom gets a room for them. Without this section there are none.' },
  ),
);
