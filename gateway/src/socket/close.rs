//! How a socket ends: with which words and which close code.

use axum::extract::ws::CloseFrame;
use baton_common::protocol::event::{Bye, Event};
use tokio_tungstenite::tungstenite::{Error, error::ProtocolError};

/// The end of a connection.
#[derive(Debug, PartialEq)]
pub(crate) struct Ending {
    /// What is said first.
    pub(crate) bye: Option<Bye>,
    /// The close code; none: the peer is gone.
    pub(crate) code: Option<u16>,
    /// The stream cannot be read any more, so the peer's answer cannot be waited for.
    pub(crate) broken: bool,
}

impl Ending {
    /// The peer is gone.
    pub(crate) const fn gone() -> Self {
        Self { bye: None, code: None, broken: false }
    }

    /// A code says it all.
    pub(crate) const fn code(code: u16) -> Self {
        Self { bye: None, code: Some(code), broken: false }
    }

    /// The last text frame.
    pub(crate) fn text(&self) -> Option<String> {
        let event = Event::Bye(self.bye.clone()?);
        Some(serde_json::to_string(&event).expect("events are plain data"))
    }

    /// The close frame.
    pub(crate) fn frame(&self) -> Option<CloseFrame> {
        Some(CloseFrame { code: self.code?, reason: "".into() })
    }
}

impl From<Bye> for Ending {
    fn from(bye: Bye) -> Self {
        Self { code: Some(bye.reason.close_code()), bye: Some(bye), broken: false }
    }
}

/// What a failed read means: S5.
pub(crate) fn ending_of(error: axum::Error) -> Ending {
    let code = error.into_inner().downcast::<Error>().ok().and_then(|error| code_of(&error));
    Ending { bye: None, code, broken: true }
}

fn code_of(error: &Error) -> Option<u16> {
    match error {
        Error::Capacity(_) => Some(1009),
        Error::Utf8(_) => Some(1007),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(1002),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use baton_common::protocol::event::ByeReason;
    use tokio_tungstenite::tungstenite::error::CapacityError;

    use super::*;

    #[test]
    fn s5_each_fault_has_its_close_code() {
        let code = |error: Error| ending_of(axum::Error::new(error)).code;
        let long = CapacityError::MessageTooLong { size: 70_000, max_size: 65_536 };
        assert_eq!(code(Error::Capacity(long)), Some(1009));
        assert_eq!(code(Error::Utf8("x".into())), Some(1007));
        assert_eq!(code(Error::Protocol(ProtocolError::UnmaskedFrameFromClient)), Some(1002));
        assert_eq!(code(Error::ConnectionClosed), None);
    }

    #[test]
    fn a_bye_brings_its_close_code() {
        let bye = |reason| Ending::from(Bye { reason, code: None, reconnect_in_s: None }).code;
        assert_eq!(bye(ByeReason::Draining), Some(1012));
        assert_eq!(bye(ByeReason::Slow), Some(1013));
        assert_eq!(bye(ByeReason::Unavailable), Some(1013));
        assert_eq!(bye(ByeReason::Replaced), Some(1008));
        assert_eq!(bye(ByeReason::TokenExpired), Some(1008));
    }
}
