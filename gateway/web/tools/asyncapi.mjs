// The socket's frames that no served document describes yet, in the form in which they will be
// served. Stands in for `/asyncapi.json` while a server answers 404 there, and goes away then.

const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
const text = { type: 'string' };
const number = { type: 'number' };
const integer = { type: 'integer' };
const list = (items) => ({ type: 'array', items });
const words = (description, ...values) => ({ description, type: 'string', enum: values });

/** Fields whose name ends in `?` may be missing. */
function object(description, fields) {
  const names = Object.keys(fields);
  return {
    description,
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), fields[name]])),
    required: names.filter((name) => !name.endsWith('?')),
  };
}

const event = (type, fields) => object('', { type: { type: 'string', enum: [type] }, ...fields });
const flat = (type, name) => ({ allOf: [ref(name), event(type, {})] });
const inChat = { chat_id: ref('Id'), seq: integer };
const mark = { ...inChat, from: ref('Sender'), 'upto?': text };

const holdings = {
  chats: list(ref('Chat')),
  'agent?': ref('AgentRow'),
  'offers?': list(ref('Offer')),
};

const schemas = {
  Hello: object("The client's first frame.", {
    type: { type: 'string', enum: ['hello'] },
    token: text,
    client_id: text,
    'resume?': { type: 'object', additionalProperties: integer },
  }),
  Holdings: object('What a person holds.', holdings),
  Welcome: object('The first frame from the server.', {
    role: ref('Role'),
    id: text,
    workspace: ref('Id'),
    heartbeat_s: number,
    expires_at: ref('ApiTime'),
    ...holdings,
  }),
  ByeReason: words(
    'Why the server closes.',
    'draining',
    'replaced',
    'token_expired',
    'slow',
    'invalid',
    'unavailable',
  ),
  Bye: object('The last frame from the server.', {
    reason: ref('ByeReason'),
    'code?': ref('Code'),
    'reconnect_in_s?': { ...number, description: 'Without it, stay away.' },
  }),
  Origin: words('How an entry came to be.', 'new', 'transfer', 'requeue', 'overflow'),
  OfferKind: words('Of an entry or an invitation.', 'queue', 'invite'),
  Change: words(
    'What became of a participant.',
    'invited',
    'connected',
    'disconnected',
    'left',
    'removed',
    'lost',
  ),
  Offer: object('An offer as its agent sees it.', {
    offer_id: ref('Id'),
    kind: ref('OfferKind'),
    'invite_id?': ref('Id'),
    'queue?': ref('Id'),
    'origin?': ref('Origin'),
    'from_agent?': ref('Id'),
    chat: ref('Chat'),
    skills: list(ref('SkillLevel')),
    wait_s: number,
    expires_at: ref('ApiTime'),
    expires_in_s: { ...number, description: "The same, without anybody's clock." },
    'note?': text,
    'assigned_by?': ref('Id'),
    'over_capacity?': { type: 'boolean' },
    'last_lines?': list(ref('Message')),
  }),
  Event: {
    description: 'A frame from the server that nobody asked for.',
    oneOf: [
      flat('welcome', 'Welcome'),
      event('offer.new', { offer: ref('Offer') }),
      event('offer.gone', {
        offer_id: ref('Id'),
        why: ref('OfferOutcome'),
        'detail?': ref('Withdrawn'),
      }),
      event('chat.participant', {
        ...inChat,
        participant: ref('Participant'),
        change: ref('Change'),
        'reason?': text,
      }),
      { allOf: [ref('Invite'), event('chat.invite', inChat)] },
      flat('chat.state', 'Chat'),
      event('chat.message', { ...inChat, message: ref('Message') }),
      event('chat.typing', mark),
      event('chat.read', mark),
      event('chat.position', {
        ...inChat,
        position: integer,
        ewt: { oneOf: [ref('Ewt'), { type: 'null' }] },
      }),
      flat('agent.state', 'AgentRow'),
      flat('queue.state', 'QueueRow'),
      event('dm.message', { dm: ref('Dm') }),
      flat('resync', 'Holdings'),
      flat('bye', 'Bye'),
    ],
  },
};

export const asyncapi = { asyncapi: '3.0.0', components: { schemas } };
