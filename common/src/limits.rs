//! Every bound of Baton with its reason; relations between them hold at compile time.

use crate::time::Span;

/// Characters of a line's text.
pub const TEXT_CHARS: usize = 10_000;
/// Characters of a client id, a socket frame's id, an idempotency key (visible ASCII).
pub const KEY_CHARS: usize = 128;
/// Least characters of the key that starts a chat: the answer holds a token, so it must not be
/// guessed (22 base64 characters are 128 bits).
pub const START_KEY_CHARS: usize = 22;
/// Characters of a name.
pub const NAME_CHARS: usize = 200;
/// Characters of a reason or disposition.
pub const REASON_CHARS: usize = 64;
/// Characters of a note.
pub const NOTE_CHARS: usize = 2_000;
/// Attributes of a customer.
pub const ATTRIBUTES: usize = 32;
/// Bytes of one attribute's text.
pub const ATTRIBUTE_BYTES: usize = 1_024;
/// Skills in one requirement: more than any real routing needs.
pub const SKILLS: usize = 32;
/// Bytes of a request body and of a socket frame from a client.
pub const BODY_BYTES: usize = 64 * 1_024;
/// Bytes of a configuration.
pub const CONFIG_BYTES: usize = 4 * 1_024 * 1_024;
/// Bytes of a packed configuration: with its frame it must fit the broker's default message of
/// 1 MiB.
pub const PACKED_CONFIG_BYTES: usize = 900 * 1_024;
/// Nesting of JSON from outside.
pub const JSON_DEPTH: usize = 16;
/// Rows of a list page, most and by default.
pub const PAGE_ROWS: usize = 200;
/// See [`PAGE_ROWS`].
pub const PAGE_ROWS_DEFAULT: usize = 50;
/// Lines of a page of messages, most and by default.
pub const PAGE_LINES: usize = 500;
/// See [`PAGE_LINES`].
pub const PAGE_LINES_DEFAULT: usize = 100;
/// Lines that a resume sends one by one; more is a `resync`.
pub const RESUME_LINES: usize = 1_000;

/// Bytes of a journal frame: a quarter of the broker's default message.
pub const JOURNAL_FRAME_BYTES: usize = 256 * 1_024;
/// Events of a journal frame.
pub const JOURNAL_FRAME_EVENTS: usize = 2_000;
/// Events of one slice of wide work; the rest follows in the next.
pub const SLICE_EVENTS: usize = 500;
/// Commands of a command frame.
pub const COMMAND_FRAME_COMMANDS: usize = 500;
/// Bytes of a command frame.
pub const COMMAND_FRAME_BYTES: usize = 256 * 1_024;
/// Commands that wait in a gateway for a shard; more are `unavailable`.
pub const SPOOL_COMMANDS: usize = 20_000;
/// Commands that a leader is behind before gateways refuse new chats: a quarter of one gateway's
/// spool, so that what runs already still finds room.
pub const COMMAND_LAG: u64 = 5_000;
/// Command frames of one gateway whose outcomes are kept for its questions.
pub const OUTCOME_FRAMES: usize = 256;
/// Gateways whose frame numbers are kept.
pub const GATEWAYS: usize = 1_024;
/// Keys that a shard remembers.
pub const KEYS: usize = 1_000_000;
/// How long a start's key is remembered.
pub const START_KEY_TIME: Span = Span::seconds(24 * 3_600);
/// How long other keys outlive their chat.
pub const KEY_TIME: Span = Span::seconds(600);
/// Settled offers and invitations that a chat keeps, to answer late clicks.
pub const CHAT_HISTORY: usize = 64;
/// Connections of one person.
pub const PERSON_CONNECTIONS: usize = 64;
/// Queues that a chain of overflows passes at most.
pub const OVERFLOW_CHAIN: usize = 10;
/// Most configured queues, agents and skills of a workspace.
pub const QUEUES: usize = 5_000;
/// See [`QUEUES`].
pub const AGENTS: usize = 100_000;

/// Topics of one `watch`, and chats that one connection watches: more than fit a screen.
pub const WATCHED_TOPICS: usize = 50;
/// Commands of one connection that wait for their turn; more are `rate_limited`.
pub const SOCKET_COMMANDS: usize = 64;
/// Things told to one connection that are not yet prepared; more close it as `slow`.
pub const SOCKET_INBOX: usize = 1_024;
/// Frames a second and in a burst of one connection: no person and no page is faster.
pub const CONNECTION_RATE: (u32, u32) = (100, 500);
/// Lines a second and in a burst of one person in one chat.
pub const CHAT_RATE: (u32, u32) = (20, 200);
/// Calls a second and in a burst of one address: an office behind one address fits.
pub const ADDRESS_RATE: (u32, u32) = (200, 2_000);
/// Starts of chats a second and in a burst of one address.
pub const ADDRESS_START_RATE: (u32, u32) = (10, 400);
/// Starts of chats a second and in a burst of one workspace.
pub const WORKSPACE_START_RATE: (u32, u32) = (2_000, 10_000);
/// Connections of one address that have not sent a whole request, or no `hello` yet.
pub const HALF_OPEN: usize = 64;
/// A request's headers, and then its body, must be there within this time.
pub const REQUEST_TIME: Span = Span::seconds(10);
/// Bytes of a refused body that are read and thrown away, so that its sender sees the refusal.
pub const THROWN_AWAY_BYTES: usize = 2 * CONFIG_BYTES;
/// Headers of a request.
pub const HEADERS: usize = 64;
/// Bytes of a request's headers.
pub const HEADER_BYTES: usize = 16 * 1_024;
/// Characters of a token; Baton's own have about 400.
pub const TOKEN_CHARS: usize = 4_096;
/// Connections of a gateway that ask for everything at the same time, after a loss.
pub const RESYNCS: usize = 64;
/// Chats whose newest view a gateway keeps beside those of people connected to it.
pub const RECENT_CHATS: usize = 10_000;

/// First frame of a socket.
pub const HELLO_TIME: Span = Span::seconds(5);
/// Socket pings.
pub const HEARTBEAT: Span = Span::seconds(15);
/// How long a start waits for a router before it is answered 202.
pub const START_WAIT: Span = Span::seconds(2);
/// How long any other command waits for its outcome before it is `unavailable`.
pub const COMMAND_WAIT: Span = Span::seconds(5);
/// A gateway's pulse.
pub const GATEWAY_PULSE: Span = Span::seconds(1);
/// A gateway that was not heard of for so long is lost.
pub const GATEWAY_SILENCE: Span = Span::seconds(5);
/// A leader's pulse.
pub const ROUTER_PULSE: Span = Span(200);
/// A leader that was not heard of for so long is challenged.
pub const ROUTER_SILENCE: Span = Span(800);
/// A leader whose append is unresolved for so long is not ready and silent.
pub const APPEND_UNKNOWN: Span = Span::seconds(15);
/// A customer's token lives so long.
pub const CUSTOMER_TOKEN: Span = Span::seconds(3_600);
/// A typing mark lives so long.
pub const TYPING: Span = Span::seconds(5);
/// `chat.position` at most so often.
pub const POSITION_EVERY: Span = Span::seconds(5);
/// Bytes that wait for one slow socket before it is closed.
pub const SOCKET_BACKLOG_BYTES: usize = 256 * 1_024;

/// First and longest pause before an append with an unknown outcome is sent again.
pub const APPEND_RETRY: [Span; 2] = [Span(30), Span(250)];
/// The leader's wait for one acknowledgement of an append.
pub const APPEND_ACK: Span = Span(500);
/// First and longest time for which a deposed router does not claim.
pub const DEPOSED: [Span; 2] = [Span::seconds(5), Span::seconds(60)];
/// A step of the leader's time beyond this is an absence ...
pub const ABSENCE: Span = Span::seconds(5);
/// ... after which overdue deadlines wait so long, for people to react.
pub const ABSENCE_GRANT: Span = Span::seconds(10);
/// Command messages that a leader reads ahead: more than one journal frame takes.
pub const COMMAND_MESSAGES: usize = 64;
/// Lines of the leader that are not stored yet; beyond, it decides no more.
pub const LINES_PENDING: usize = 10_000;
/// Replies that wait for one acknowledgement; beyond, questions are `unavailable`.
pub const REPLIES_HELD: usize = 10_000;
/// State images kept of a shard: one more than needed, should the newest not fit.
pub const SNAPSHOTS_KEPT: usize = 2;

const _: () = assert!(JOURNAL_FRAME_BYTES <= 512 * 1_024, "frames fit the broker's message");
const _: () = assert!(SLICE_EVENTS < JOURNAL_FRAME_EVENTS, "a slice fits a frame");
const _: () = assert!(PACKED_CONFIG_BYTES < 1_000 * 1_024, "a configuration fits a message");
const _: () = assert!(RESUME_LINES >= PAGE_LINES, "what a page holds can be resumed");
const _: () = assert!(GATEWAY_SILENCE.0 >= 3 * GATEWAY_PULSE.0, "one lost pulse kills nobody");
const _: () = assert!(ROUTER_SILENCE.0 >= 3 * ROUTER_PULSE.0, "one lost pulse deposes nobody");
const _: () = assert!(APPEND_ACK.0 < ROUTER_SILENCE.0, "one lost acknowledgement is no silence");
