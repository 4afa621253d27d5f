//! A line for its readers.

use baton_common::ids::ChatId;
use baton_common::protocol::bounds;
use baton_common::protocol::message::Message;
use baton_common::record::{LineKind, Profile, Sender, SenderRole};
use baton_common::time::ApiTime;

use crate::transcript::{Audience, Heard};

/// The line as an audience sees it; none if it is not for it.
pub(crate) fn message(
    chat: &ChatId,
    heard: &Heard,
    profile: &Profile,
    audience: Audience,
) -> Option<Message> {
    let line = &heard.line;
    // A gateway's and a router's own ids are no client's: they hold what a client's cannot.
    let own = line.client_id.as_ref().filter(|id| bounds::is_key(id));
    Some(Message {
        message_id: line.message_id.clone(),
        chat_id: chat.clone(),
        seq: heard.seq(audience)?,
        from: sender(&line.from, profile),
        kind: line.kind,
        text: line.text.clone(),
        visibility: line.visibility,
        at: ApiTime(heard.at),
        client_id: own.filter(|_| line.kind == LineKind::Text).cloned(),
        event: line.event.clone(),
    })
}

/// A sender with the customer's name, which only the profile has.
pub(crate) fn sender(from: &Sender, profile: &Profile) -> Sender {
    match (from.role, &profile.name) {
        (SenderRole::Customer, Some(name)) => Sender { name: name.into(), ..from.clone() },
        _ => from.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::samples;

    #[test]
    fn s23_text_comes_back_as_it_went() {
        let hostile = "<script>alert(1)</script>\u{202e}\"'&\u{0}\r\n\u{1F469}\u{200D}\u{1F680}";
        let heard = samples::heard(4, hostile);
        let message =
            message(&"cht_7".into(), &heard, &samples::profile(), Audience::Agents).unwrap();
        let json = serde_json::to_string(&message).unwrap();
        let back: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(back["text"].as_str(), Some(hostile));
        assert_eq!(back["from"]["name"], "A. Customer");
    }

    #[test]
    fn internal_ids_are_not_shown() {
        let shown = |id: &str| {
            let mut heard = samples::heard(1, "x");
            let mut line = (*heard.line).clone();
            line.client_id = Some(id.into());
            heard.line = line.into();
            let profile = samples::profile();
            message(&"cht_7".into(), &heard, &profile, Audience::Customer).unwrap().client_id
        };
        assert_eq!(shown("m-1").as_deref(), Some("m-1"));
        assert_eq!(shown(crate::start::OPENING), None);
    }

    #[test]
    fn a_whisper_is_not_for_customers() {
        let mut heard = samples::heard(1, "x");
        heard.number_all = None;
        let for_customer =
            message(&"cht_7".into(), &heard, &samples::profile(), Audience::Customer);
        assert_eq!(for_customer, None);
    }
}
