// English: what the desk says in and about a chat.

import { inARow } from '../../../../shared/src/names.ts';

export const work = {
  chat: {
    choose: 'Choose a chat.',
    chooseHint: 'Alt ↑ and Alt ↓ go through your chats, ? shows all shortcuts.',
    gone: 'This chat is not on your desk any more.',
    with: (names: string) => `with ${names}`,
    customerAway: 'The customer is not connected right now.',
    contact: 'Contact',
    add: 'Add',
    addLong: 'Add an agent or a queue',
    log: 'Conversation',
    earlier: 'Show earlier lines',
    newLines: 'New lines',
    typing: (names: readonly string[]) =>
      `${inARow(names, 'and')} ${names.length > 1 ? 'are' : 'is'} typing …`,
    whisper: 'Only colleagues see this',
    noteFrom: (name: string) => `Note from ${name}`,
    yourNote: 'Your note',
    auto: 'Automatic',
    state: {
      pending: 'Sending …',
      sent: 'Delivered',
      read: 'Read',
      failed: 'Not sent.',
    },
    retry: 'Send again',
    discard: 'Discard',
    more: 'Show all',
    less: 'Show less',
    coaching: 'Supervisor',
  },

  composer: {
    message: 'Message',
    toCustomer: 'Customer',
    toColleagues: 'Colleagues',
    audience: 'Who sees it',
    hint: 'Write to the customer. / for canned answers',
    whisperHint: 'Write to colleagues in this chat. The customer does not see it.',
    send: 'Send',
    canned: 'Canned answers',
    left: (n: number) => (n === 1 ? '1 character left' : `${n} characters left`),
    noMatch: 'No canned answer matches.',
  },

  canned: {
    title: 'Canned answers',
    about:
      'Kept in this browser. Type / and the name in a message. {customer} and {me} become names.',
    name: 'Name',
    text: 'Text',
    add: 'Add an answer',
    edit: 'Edit',
    remove: 'Remove',
    none: 'There are none yet.',
    seed: [
      ['hello', 'Hello {customer}, this is {me}. How can I help you?'],
      ['moment', 'One moment please, I am looking into it.'],
      ['transfer', 'I am bringing in a colleague who knows more about this.'],
      ['more', 'Is there anything else that I can do for you?'],
      ['bye', 'Thank you for your patience, {customer}. Have a good day!'],
    ] as ReadonlyArray<readonly [string, string]>,
  },

  invite: {
    title: 'Invitations',
    asked: (name: string) => `${name} is being asked …`,
    waits: (queue: string) => `Waiting in ${queue}`,
    position: (n: number) => `number ${n}`,
    takeBack: 'Take back',
    accepted: (name: string) => `${name} accepted.`,
    declined: (name: string) => `${name} declined.`,
    expired: (name: string) => `${name} did not answer.`,
    cancelled: (name: string) => `The invitation of ${name} ended.`,
    reasons: {
      cancelled: 'It was taken back.',
      customer_left: 'The customer left.',
      agent_lost: 'Their connection was lost.',
      agent_not_ready: 'They are not ready any more.',
      superseded: 'The chat went another way.',
      removed: 'They were removed.',
    } as Record<string, string>,
    askOther: 'Ask somebody else',
  },

  add: {
    title: 'Add an agent or a queue',
    directory: 'Agents and queues',
    search: 'Search by name or skill',
    results: 'Agents and queues',
    queues: 'Queues',
    agents: 'Agents',
    none: 'Nobody and nothing matches.',
    more: (n: number) => `${n} more. Search to see them.`,
    pick: 'Choose who should take part to see what would happen.',
    here: 'in this chat',
    asked: 'already asked',
    you: 'you',
    open: 'open',
    closed: 'closed',
    waiting: (n: number) => (n === 0 ? 'nobody waits' : `${n} waiting`),
    available: (free: number, able: number) => `${free} free of ${able}`,
    nobody: 'nobody ready',
    room: (percent: number) => (percent > 0 ? `${percent} % free` : 'no room'),
    activity: { idle: 'idle', offered: 'being offered', handling: 'in chats', wrapup: 'wrap-up' },
    offline: 'offline',
    note: 'Note for whoever takes over (the customer does not see it)',
    add: 'Add',
    addHint: 'You stay in the chat until you end it.',
    transfer: 'Transfer now',
    transferHint: 'You leave at once.',
    message: 'Message',
    asking: 'Asking what would happen …',
    held: 'Nobody can take it there right now. It waits for who knows how long.',
    confirm: 'Transfer all the same',
  },

  facts: {
    chats: 'Chats',
    room: 'Room',
    open: 'Hours',
  },

  quote: {
    title: (name: string) => `What happens with ${name}`,
    agent: {
      offered: (name: string) => `${name} is ready and has room, and is asked at once.`,
      notReady: (name: string) => `${name} is not ready or offline and cannot be asked now.`,
      noRoom: (name: string) => `${name} has no room for another chat right now.`,
      queued: (name: string) => `${name} is asked as soon as there is room.`,
    },
    able: (able: number, free: number) =>
      able === 0
        ? 'Nobody who could take it is signed in and ready.'
        : `${able} could take it, ${free === 0 ? 'none is' : free === 1 ? '1 is' : `${free} are`} free now.`,
    offered: 'It is offered to one of them at once.',
    queued: (position: number) =>
      position > 1
        ? `It waits as number ${position}; ${position - 1} before it.`
        : 'It is next in the queue.',
    wait: (half: string, most: string) =>
      `Half of such chats wait ${half} at most, nine of ten ${most}.`,
    noWait: 'How long that takes cannot be said yet.',
    held: 'It may be added, but then stay with the customer: leaving asks you once more.',
    waitsAnyway: 'It waits until somebody comes.',
    overflowed: (queue: string) => `It goes on to ${queue} instead.`,
    trouble: {
      queue_full: 'The queue is full.',
      queue_closed: 'The queue is closed.',
    } as Record<string, string>,
    refused: {
      queue_full: 'Refused: the queue is full.',
      queue_closed: 'Refused: the queue is closed.',
      no_eligible_agent: 'Refused: nobody there can take it.',
      at_capacity: 'Refused: there is no room.',
      already_participant: 'In this chat, or invited, already.',
      hop_limit: 'Refused: this chat has been passed on too often.',
      other: 'Refused.',
    } as Record<string, string>,
  },

  end: {
    button: 'End Chat',
    title: 'End Chat',
    short: {
      colleagues: (names: string) => `leave it to ${names}`,
      queue: (queue: string) => `leave it in ${queue}`,
      pending: (name: string) => `${name} has not answered`,
      customer: 'for the customer',
    },
    colleagues: (names: string, customer: string) =>
      `You leave the chat. ${names} goes on with ${customer}.`,
    colleaguesMany: (names: string, customer: string) =>
      `You leave the chat. ${names} go on with ${customer}.`,
    queue: (queue: string, customer: string) =>
      `You leave the chat. ${customer} waits in ${queue} until somebody there accepts.`,
    customer: (customer: string) => `The chat ends for ${customer}. Nobody else is in it.`,
    pending: (name: string, customer: string) =>
      `${name} has not answered yet. If you left now, ${customer} would be alone.`,
    held: (queue: string, customer: string) =>
      `Nobody can take it in ${queue} right now. If you leave, ${customer} waits there for who knows how long.`,
    goColleagues: 'Leave the chat',
    goQueue: 'Leave it in the queue',
    goCustomer: 'End for the customer',
    goHeld: 'Leave all the same',
    wait: 'Wait for the answer',
    blind: (name: string) => `Leave now, ${name} decides`,
    blindHint: 'If it is not accepted, the chat waits in its queue.',
    cancelInvite: 'Take the invitation back',
    stay: 'Stay',
    all: 'End for everybody',
    changed: 'The chat has changed meanwhile. This is what happens now.',
    later: 'This will be done as soon as the connection is back.',
    over: 'This chat is over.',
  },

  removal: {
    told: {
      taken: (customer: string) => `A supervisor took the chat with ${customer} from you.`,
      removed: (customer: string) => `You were removed from the chat with ${customer}.`,
    },
    taken: 'A supervisor took this chat from you.',
    removed: 'You were removed from this chat.',
  },

  wrapup: {
    title: 'Wrap-up',
    over: 'The chat is over.',
    moved: 'The chat goes on without you.',
    since: 'for',
    hint: 'It ends by itself after a while; until then it takes up room.',
    endsIn: 'ends in',
    untilHint: 'Until then it takes up room.',
    kept: 'What you have written is kept when the time is over.',
    notKept: (name: string, text: string) =>
      `What you wrote on the chat with ${name} was not kept: “${text}”`,
    notKeptBefore: (text: string) => `What you wrote on an earlier chat was not kept: “${text}”`,
    disposition: 'How did it end?',
    none: 'Not said',
    other: 'Another outcome',
    note: 'Note',
    done: 'Done',
  },
};
