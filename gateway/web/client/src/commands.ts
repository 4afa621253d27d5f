// The commands of the socket and what answers each: the contract's table as types.

import type {
  AddedQueue,
  AgentRow,
  Chat,
  ClientCommand,
  Dm,
  DmPage,
  Id,
  Message,
} from './types.ts';

/** What answers a command, where it is more than "done". */
interface Replies {
  'agent.status': { agent: AgentRow };
  'offer.accept': { chat: Chat };
  'chat.send': { message: Message };
  'chat.add_agent': { invite_id: Id };
  'chat.add_queue': { invite_id: Id } & AddedQueue;
  'chat.leave': { chat: Chat };
  'chat.transfer': { chat: Chat; invite_id: Id };
  'chat.remove_participant': { chat: Chat };
  'chat.reassign': { chat: Chat };
  'chat.monitor': { chat: Chat };
  'agent.force_status': { agent: AgentRow };
  'chat.end': { chat: Chat };
  'chat.update': { chat: Chat };
  'wrapup.complete': { chat: Chat };
  'dm.send': { dm: Dm };
  'dm.history': DmPage;
  'token.renew': { expires_at: string };
}

/** The name of a command. */
export type CommandType = ClientCommand['type'];
/** What a command says beside its name. */
export type Fields<T extends CommandType> = Omit<Extract<ClientCommand, { type: T }>, 'type'>;
/** What answers it. */
export type ReplyTo<T extends CommandType> = T extends keyof Replies ? Replies[T] : object;
