//! What the answer to an append means. An unclear answer is `Unknown`, never a failure: the
//! message may be stored, or be stored seconds later. Leaves resending and reading back to the
//! caller.

use std::error::Error as _;

use async_nats::Message;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::response::Response;
use async_nats::jetstream::{self, ErrorCode};

use super::requests::NoReply;

/// The HTTP-like status of "too many requests".
const TOO_MANY: usize = 429;
/// The HTTP-like status of "not now": no leader, no space, restarting.
const UNAVAILABLE: usize = 503;

/// What is known after one attempt to append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendOutcome {
    /// Stored under this sequence.
    Committed(u64),
    /// The server has seen this message id within its window and says where. On a first send
    /// that is an error; after a resend, read the stream there to learn whose it is.
    Duplicate(u64),
    /// Stored or not, now or later: resend the same message with the same expected sequence.
    Unknown(String),
    /// The expected sequence is not the last one: read the stream after it to learn whether the
    /// message landed earlier or somebody else wrote.
    Conflict(Conflict),
    /// The server will never take this message.
    Fatal(String),
}

/// The two ways in which servers report a wrong expected sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Error 10071, which names the last sequence.
    WrongLastSequence,
    /// Error 10164, from the leader's check before it proposes.
    WrongLastSequenceConstant,
}

/// Classifies the reply to a message that was sent as a request to a stream's subject. What was
/// not sent is unknown too: it costs a caller who sends it again nothing.
pub fn reply_outcome(reply: Result<Message, NoReply>) -> AppendOutcome {
    let reply = match reply {
        Ok(reply) => reply,
        Err(problem @ NoReply::TooLarge) => return AppendOutcome::Fatal(problem.to_string()),
        Err(problem) => return AppendOutcome::Unknown(problem.to_string()),
    };
    append_outcome(match serde_json::from_slice(&reply.payload) {
        Ok(Response::Ok(acknowledged)) => Ok(acknowledged),
        Ok(Response::Err { error }) => {
            Err(PublishError::with_source(PublishErrorKind::Other, error))
        }
        Err(error) => Err(PublishError::with_source(PublishErrorKind::Other, error)),
    })
}

/// Classifies the result of a publish and its acknowledgement.
pub fn append_outcome(result: Result<PublishAck, PublishError>) -> AppendOutcome {
    let error = match result {
        Ok(ack) if ack.duplicate => return AppendOutcome::Duplicate(ack.sequence),
        Ok(ack) => return AppendOutcome::Committed(ack.sequence),
        Err(error) => error,
    };
    match error.kind() {
        // During an election nobody answers for the stream, which reads as "not found".
        PublishErrorKind::StreamNotFound
        | PublishErrorKind::TimedOut
        | PublishErrorKind::BrokenPipe
        | PublishErrorKind::MaxAckPending => AppendOutcome::Unknown(error.to_string()),
        PublishErrorKind::WrongLastSequence => AppendOutcome::Conflict(Conflict::WrongLastSequence),
        PublishErrorKind::WrongLastMessageId | PublishErrorKind::MaxPayloadExceeded => {
            AppendOutcome::Fatal(error.to_string())
        }
        PublishErrorKind::Other => of_server_error(&error),
    }
}

/// The client knows few codes by name: the others are read from the server's answer.
fn of_server_error(error: &PublishError) -> AppendOutcome {
    let answer = error.source().and_then(|source| source.downcast_ref::<jetstream::Error>());
    let Some(answer) = answer else {
        return AppendOutcome::Unknown(error.to_string());
    };
    match answer.error_code() {
        ErrorCode::STREAM_WRONG_LAST_SEQUENCE => {
            AppendOutcome::Conflict(Conflict::WrongLastSequence)
        }
        ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT => {
            AppendOutcome::Conflict(Conflict::WrongLastSequenceConstant)
        }
        ErrorCode::CLUSTER_NOT_AVAILABLE
        | ErrorCode::STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_NOT_READY
        // Our own earlier attempt waits for its copies; whether it gets them is not known.
        | ErrorCode::STREAM_DUPLICATE_MESSAGE_CONFLICT => {
            AppendOutcome::Unknown(answer.to_string())
        }
        _ if matches!(answer.code(), TOO_MANY | UNAVAILABLE) => {
            AppendOutcome::Unknown(answer.to_string())
        }
        _ => AppendOutcome::Fatal(answer.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(code: u64, err_code: u64) -> AppendOutcome {
        let answer = json!({ "code": code, "err_code": err_code, "description": "d" });
        let answer: jetstream::Error = serde_json::from_value(answer).unwrap();
        append_outcome(Err(PublishError::with_source(PublishErrorKind::Other, answer)))
    }

    #[test]
    fn an_unclear_answer_is_unknown_and_never_fatal() {
        for kind in [
            PublishErrorKind::StreamNotFound,
            PublishErrorKind::TimedOut,
            PublishErrorKind::BrokenPipe,
            PublishErrorKind::MaxAckPending,
            PublishErrorKind::Other,
        ] {
            let outcome = append_outcome(Err(PublishError::new(kind)));
            assert!(matches!(outcome, AppendOutcome::Unknown(_)), "{kind:?}");
        }
        for (code, err_code) in
            [(503, 10008), (400, 10163), (429, 10167), (503, 10077), (409, 10158)]
        {
            let outcome = answered(code, err_code);
            assert!(matches!(outcome, AppendOutcome::Unknown(_)), "{err_code}");
        }
    }

    #[test]
    fn both_forms_of_a_wrong_sequence_are_conflicts() {
        let named = append_outcome(Err(PublishError::new(PublishErrorKind::WrongLastSequence)));
        assert_eq!(named, AppendOutcome::Conflict(Conflict::WrongLastSequence));
        assert_eq!(answered(400, 10071), AppendOutcome::Conflict(Conflict::WrongLastSequence));
        let constant = Conflict::WrongLastSequenceConstant;
        assert_eq!(answered(400, 10164), AppendOutcome::Conflict(constant));
    }

    #[test]
    fn what_the_server_will_never_take_is_fatal() {
        let large = append_outcome(Err(PublishError::new(PublishErrorKind::MaxPayloadExceeded)));
        assert!(matches!(large, AppendOutcome::Fatal(_)));
        assert!(matches!(answered(400, 10060), AppendOutcome::Fatal(_)));
    }
}
