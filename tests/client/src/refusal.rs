//! Why a command or a call came to nothing. It leaves what to do about it to those who asked.

use serde_json::Value;

/// A refusal that is final for this key: anything but `unavailable`, which is repeated.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Refusal {
    /// One of the contract's codes; `gone` where the session ended before there was an answer.
    pub code: String,
    /// The server's words.
    pub detail: String,
    /// The whole error or problem, with its further members (`why`, `by`, `path` …).
    pub error: Value,
}

impl Refusal {
    /// The code of a command whose session ended before it was answered: its effect is unknown.
    pub const GONE: &str = "gone";

    /// The refusal that an answer's `error` or a problem document tells.
    pub fn of(error: Value) -> Self {
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        Self { code: text("code"), detail: text("detail"), error }
    }

    /// There will be no answer.
    pub fn gone(detail: &str) -> Self {
        Self { code: Self::GONE.into(), detail: detail.into(), error: Value::Null }
    }
}
