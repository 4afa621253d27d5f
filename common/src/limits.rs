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
/// Supervisors whom a chat remembers, those who are there first: each of its rows shows them.
pub const CHAT_SUPERVISORS: usize = 16;
/// Chats that a supervisor is in at the same time: all of them come with a welcome.
pub const SUPERVISED_CHATS: usize = 100;
/// Skills in one requirement: more than any real routing needs.
pub const SKILLS: usize = 32;
/// Queues that the widget offers: more than anybody chooses from. Each is looked up in its hours.
pub const WIDGET_QUEUES: usize = 50;
/// Questions of the widget's form: more than anybody answers; a chat's attributes hold more.
pub const WIDGET_FIELDS: usize = 16;
/// Answers of a choice.
pub const WIDGET_OPTIONS: usize = 50;
/// People of each role whom a development server offers to sign in as.
pub const SIGN_IN_PEOPLE: usize = 50;
/// Characters of an ID token: some name every group that somebody is in.
pub const ID_TOKEN_CHARS: usize = 64 * 1_024;
/// Bytes of a request body and of a socket frame from a client.
pub const BODY_BYTES: usize = 64 * 1_024;
/// Bytes of a configuration that is sent.
pub const CONFIG_BYTES: usize = 4 * 1_024 * 1_024;
/// Bytes that a packed configuration may unfold to: with its defaults written out it is longer
/// than what was sent.
pub const UNPACKED_CONFIG_BYTES: usize = 4 * CONFIG_BYTES;
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
/// spool, so that what runs already still finds room. Commands and not the frames they came in,
/// which hold one each on a quiet day and [`COMMAND_FRAME_COMMANDS`] when much waits.
pub const COMMAND_LAG: u64 = 5_000;
/// Commands that a leader is behind before gateways drop what nobody waits for as well: typing,
/// read marks, and the engine's hints that somebody spoke or was seen.
pub const COMMAND_LAG_ASIDE: u64 = 10_000;
/// Bytes of commands that wait in a gateway: what it can hold beside its sockets while the broker
/// elects for ten seconds.
pub const SPOOL_BYTES: usize = 64 * 1_024 * 1_024;
/// Ends of connections that wait in a gateway for a shard: half its spool, so that what people wait
/// for finds room; the gateway's digests tell of more.
pub const REPORTS: usize = SPOOL_COMMANDS / 2;
/// Records for transcripts that wait in a gateway for the broker; more, or more bytes than
/// [`SPOOL_BYTES`], are `unavailable`.
pub const SPOOL_RECORDS: usize = 20_000;
/// One stream's records take at most one in so many of those, and of their bytes, so that three
/// that elect leave room for the others.
pub const SPOOL_PARTS: usize = 4;
/// Records that a gateway stores in one stream at the same time: enough to fill the broker's
/// pipeline, few enough that repeating them does not hinder an election.
pub const RECORDS_IN_FLIGHT: usize = 512;
/// Connections of one part of an announcement: with its outcome it fits a command frame, and what
/// it leads to fits a journal frame.
pub const ANNOUNCED_CONNECTIONS: usize = 500;
/// Bytes of origins of one reply; one more origin may be there.
pub const ORIGINS_BYTES: usize = 256 * 1_024;
/// Sockets that a stopping gateway lets go in a second: what other gateways welcome at ease.
pub const DRAIN_RATE: usize = 500;
/// A stopping gateway lets go of its sockets within this time, however many they are: container
/// platforms kill after 30 s.
pub const DRAIN_TIME: Span = Span::seconds(20);
/// What was begun at a stopping gateway has so long to end.
pub const DRAIN_LINGER: Span = Span::seconds(5);
/// Transcripts that a gateway keeps at hand though nobody follows them, and the bytes that they
/// have together.
pub const TRANSCRIPTS_KEPT: usize = 2_000;
/// See [`TRANSCRIPTS_KEPT`]: so many of about thirty records fit.
pub const BYTES_KEPT: usize = 64 * 1_024 * 1_024;
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
/// Notes of a chat that are kept and told: each is up to [`NOTE_CHARS`] long.
pub const CHAT_NOTES: usize = 8;
/// Agents of a workspace up to which a decision records why each of the others was not chosen: a
/// byte for each.
pub const WHY_ALL: usize = 101;
/// Of more agents a decision names so many of the nearest, four bytes each ...
pub const WHY_SOME: usize = 32;
/// ... among so many that it looks at: below a microsecond.
pub const WHY_LOOKED: usize = 64;
/// Agents that one explanation names.
pub const WHY_NAMED: usize = 100;
/// Agents that all decisions of a chat name together, the newest decisions first: with the longest
/// names they fit the broker's message.
pub const WHY_CANDIDATES: usize = 3_000;
/// Queues that one explanation names: with their sentences they fit the broker's message.
pub const WHY_QUEUES: usize = 1_000;
/// Entries of a line that are passed over because they are being offered, to find one that waits.
pub const WHY_ENTRIES: usize = 1_000;
/// Former lists of a workspace's agents that are kept, so that older decisions can name them ...
pub const ROSTERS: usize = 64;
/// ... and ids in all of those together.
pub const ROSTER_IDS: usize = 2 * AGENTS;
/// Connections of one person.
pub const PERSON_CONNECTIONS: usize = 64;
/// Queues that a chain of overflows passes at most.
pub const OVERFLOW_CHAIN: usize = 10;
/// While a queue is closed, those of its line who could not go on are looked at again so often:
/// a failed offer or room elsewhere may let them.
pub const SWEEP_AGAIN: Span = Span::seconds(60);
/// Waiting customers are told how it stands at most so often, whatever is configured.
pub const TELL_EVERY: Span = Span::seconds(1);
/// Most configured queues, agents and skills of a workspace.
pub const QUEUES: usize = 5_000;
/// See [`QUEUES`].
pub const AGENTS: usize = 100_000;

/// Configurations of a workspace that are kept at hand, the newest among them ...
pub const CONFIG_VERSIONS: usize = 20;
/// ... and the bytes that they have together, packed: a large workspace's last two or three.
pub const CONFIG_HISTORY_BYTES: usize = 2 * 1_024 * 1_024;
/// Steps of relaxation of one queue.
pub const RELAXATIONS: usize = 32;
/// Rows of one week's opening hours, and of its exceptions: some years of holidays.
pub const HOURS_ROWS: usize = 500;
/// Findings of one check: more than anybody reads at a time.
pub const FINDINGS: usize = 500;
/// Findings of a refusal that is recorded: with it, a frame still fits its message.
pub const RECORDED_FINDINGS: usize = 100;
/// Routing rules of a workspace: all are tried at the start of a chat, some microseconds each.
pub const RULES: usize = 200;
/// Characters of a rule's condition: more than people read at a glance, and little to evaluate.
pub const RULE_CHARS: usize = 1_000;
/// Rules whose failures a gateway counts one by one.
pub const LABELLED_RULES: usize = 1_000;
/// Upper bounds of the buckets of all histograms of waits, in milliseconds: every service-level
/// threshold that people use is one of them.
pub const WAIT_BUCKETS_MS: [u64; 19] = [
    100, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000,
    120_000, 180_000, 300_000, 600_000, 1_200_000, 1_800_000,
];

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
/// Connections of one address (of one network, with IPv6) that have not sent a whole request, or
/// no `hello` yet.
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
/// Connections of a gateway that ask a shard's leader for everything at the same time, after a
/// loss.
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
/// How long the end of a connection waits to be stored: the broker elects for four to eight
/// seconds, and may do so twice.
pub const REPORT_WAIT: Span = Span::seconds(15);
/// A gateway's pulse.
pub const GATEWAY_PULSE: Span = Span::seconds(1);
/// A gateway that was not heard of for so long is lost.
pub const GATEWAY_SILENCE: Span = Span::seconds(5);
/// A leader's pulse.
pub const ROUTER_PULSE: Span = Span(200);
/// A leader that was not heard of for so long is challenged.
pub const ROUTER_SILENCE: Span = Span(800);
/// Routers compare a sample of their states at every so-many-eth frame: some microseconds each.
pub const WITNESS_FRAMES: u64 = 64;
/// Every router's heartbeat in each shard.
pub const ROUTER_BEAT: Span = Span(200);
/// A router that the others did not hear of for so long is not counted on: longer than a leader's
/// silence, so that whoever is challenged is still in line.
pub const ROUTER_GONE: Span = Span(1_000);
/// Nobody is asked whether they lead before a leader was silent for so long: one pulse is missed,
/// with time for it to be late.
pub const ROUTER_PROBE: Span = Span(250);
/// Followers claim one after the other, so far apart: a claim's append, and its frame's way to
/// the next in line.
pub const CLAIM_STEP: Span = Span(100);
/// Whom a leader handed over to claims first; the others wait so long.
pub const HEIR_TIME: Span = Span(300);
/// So many follow hot behind a leader; the others rest.
pub const HOT_FOLLOWERS: usize = 2;
/// A router rests when it was superfluous for so long, so that it need not read up again.
pub const REST_AFTER: Span = Span::seconds(10);
/// A resting router reads up when no leader was heard of for so long, whoever else is there, or
/// when too few others followed hot for so long.
pub const REST_SILENCE: Span = Span::seconds(3);
/// A leader hands over to the router that is to lead after so long without a change of routers.
pub const REBALANCE_AFTER: Span = Span::seconds(30);
/// A router to which the broker said nothing for so long is not ready: it is asked every two
/// seconds.
pub const BROKER_SILENCE: Span = Span::seconds(5);
/// A leader whose append is unresolved for so long is not ready and silent.
pub const APPEND_UNKNOWN: Span = Span::seconds(15);
/// A customer's token lives so long.
pub const CUSTOMER_TOKEN: Span = Span::seconds(3_600);
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
/// A new image is due when the journal is so many frames beyond the newest: a router that starts
/// folds them in a few seconds.
pub const IMAGE_FRAMES: u64 = 20_000;
/// ... but not within this time of it: a state of many chats takes seconds to write ...
pub const IMAGE_LEAST: Span = Span::seconds(60);
/// ... and when it is so old and anything was decided since, so that commands are let go of.
pub const IMAGE_EVERY: Span = Span::seconds(600);
/// How often a router looks whether an image is due.
pub const IMAGE_LOOK: Span = Span::seconds(20);
/// The leader makes one itself when it is so many times overdue: nobody follows, then.
pub const IMAGE_LEADER_WAITS: u32 = 2;
/// Frames that one image is ahead of the one before: a long tail is taken in several steps, so
/// that a router that is stopped on the way has not worked for nothing.
pub const IMAGE_STRIDE: u64 = 10 * IMAGE_FRAMES;
/// Parts of an image that no name points to are let go of after so long: of one that is being
/// written, the newest part is seconds old.
pub const IMAGE_LEFTOVERS: Span = Span::seconds(3_600);
/// An imager works for so long at a time, and then rests for so long: never more than a third of
/// a processor. Milliseconds.
pub const IMAGE_WORK_MS: (u64, u64) = (2, 4);

const _: () = assert!(JOURNAL_FRAME_BYTES <= 512 * 1_024, "frames fit the broker's message");
const _: () = assert!(SLICE_EVENTS < JOURNAL_FRAME_EVENTS, "a slice fits a frame");
const _: () = assert!(PACKED_CONFIG_BYTES < 1_000 * 1_024, "a configuration fits a message");
const _: () = assert!(CONFIG_HISTORY_BYTES > PACKED_CONFIG_BYTES, "the newest is kept at hand");
const _: () = assert!(COMMAND_LAG < COMMAND_LAG_ASIDE, "new chats are refused first");
const _: () = assert!(COMMAND_LAG_ASIDE < SPOOL_COMMANDS as u64, "and before the spool is full");
const _: () = assert!(ANNOUNCED_CONNECTIONS * 4 <= JOURNAL_FRAME_EVENTS, "a part fits a frame");
const _: () = assert!(WHY_ALL == WHY_NAMED + 1, "a decision about few agents names all others");
const _: () = assert!(WHY_SOME <= WHY_LOOKED, "whoever is named was looked at");
const _: () = assert!(DRAIN_TIME.0 + DRAIN_LINGER.0 < 30_000, "a drain ends before it is cut");
const _: () = assert!(RESUME_LINES >= PAGE_LINES, "what a page holds can be resumed");
const _: () = assert!(GATEWAY_SILENCE.0 >= 3 * GATEWAY_PULSE.0, "one lost pulse kills nobody");
const _: () = assert!(ROUTER_SILENCE.0 >= 3 * ROUTER_PULSE.0, "one lost pulse deposes nobody");
const _: () = assert!(ROUTER_PROBE.0 > ROUTER_PULSE.0, "a leader that is heard is not asked for");
const _: () = assert!(ROUTER_GONE.0 >= 3 * ROUTER_BEAT.0, "one lost heartbeat removes nobody");
const _: () = assert!(ROUTER_GONE.0 > ROUTER_SILENCE.0, "the line stands while a leader is missed");
const _: () = assert!(HEIR_TIME.0 < ROUTER_SILENCE.0, "a dead heir costs less than a dead leader");
const _: () = assert!(REST_AFTER.0 < REBALANCE_AFTER.0, "who rests for long does not lead");
const _: () = assert!(REST_SILENCE.0 < REST_AFTER.0, "whoever woke is not at once superfluous");
const _: () = assert!(APPEND_ACK.0 < ROUTER_SILENCE.0, "one lost acknowledgement is no silence");
const _: () = assert!(IMAGE_FRAMES < IMAGE_STRIDE, "one step catches up with what is due");
const _: () = assert!(IMAGE_LEAST.0 < IMAGE_EVERY.0, "an old image is not a young one");
