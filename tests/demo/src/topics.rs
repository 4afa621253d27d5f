//! What virtual people talk about: who asks, what they say in turn, and what an agent answers.

/// One conversation as it goes if nobody interferes. The customer begins.
#[derive(Debug)]
pub(crate) struct Topic {
    /// Where it is asked.
    pub(crate) queue: &'static str,
    /// The customer's language.
    pub(crate) language: &'static str,
    pub(crate) customer: &'static [&'static str],
    pub(crate) agent: &'static [&'static str],
    /// How the agent would note it.
    pub(crate) disposition: &'static str,
    /// Where it belongs in truth, if the customer chose wrongly.
    pub(crate) belongs: Option<&'static str>,
}

/// Names of customers.
pub(crate) const NAMES: [&str; 12] = [
    "Mia Keller",
    "Jonas Berg",
    "Aisha Rahman",
    "Lucas Meyer",
    "Sofia Costa",
    "Tom Baker",
    "Nadia Petrova",
    "Emil Larsen",
    "Camille Roux",
    "Kenji Sato",
    "Olivia Brown",
    "Marta Nowak",
];

/// What an agent says to somebody who is no part of this play.
pub(crate) const TO_ANYBODY: [&str; 4] = [
    "Hello! Thank you for writing. Let me have a look.",
    "I see. Could you tell me a little more?",
    "Thank you, that helps. One moment, please.",
    "That should do it. Is there anything else?",
];

/// What an agent asks a colleague before passing a chat on.
pub(crate) const ASK: [&str; 3] = [
    "Can you take a chat of mine? You know this better.",
    "Do you have a minute for a customer?",
    "I have somebody here with a question for you.",
];

/// The customers' reasons to come.
pub(crate) static TOPICS: [Topic; 8] = [
    Topic {
        queue: "sales",
        language: "en",
        customer: &[
            "Hi, is the walnut desk available in 140 cm?",
            "Great. How long does delivery take?",
            "And can I send it back if it does not fit?",
            "Perfect, thank you!",
        ],
        agent: &[
            "Hello! Yes, we have it in 120, 140 and 160 cm.",
            "Three to five working days, and we call before we come.",
            "Of course, within 30 days, and we collect it.",
        ],
        disposition: "sold",
        belongs: None,
    },
    Topic {
        queue: "sales",
        language: "en",
        customer: &[
            "Hello, my invoice 4711 shows the chair twice.",
            "I only ordered one of them.",
            "Yes, please.",
            "Wonderful, thanks.",
        ],
        agent: &[
            "Good morning, let me open the invoice.",
            "You are right. My colleagues in Billing can correct it: shall I connect you?",
            "The corrected invoice is on its way to you.",
        ],
        disposition: "corrected",
        belongs: Some("billing"),
    },
    Topic {
        queue: "billing",
        language: "en",
        customer: &[
            "My card was charged although I cancelled the order.",
            "It was order 90125, cancelled on Monday.",
            "How long will that take?",
            "All right. Thanks for the quick help!",
        ],
        agent: &[
            "I am sorry about that. Which order was it?",
            "I have found it. The refund was started this minute.",
            "Two to three days, depending on your bank.",
        ],
        disposition: "refund",
        belongs: None,
    },
    Topic {
        queue: "billing",
        language: "en",
        customer: &[
            "Can I pay the rest in two parts?",
            "The first at the end of the month would be best.",
            "Thank you very much.",
        ],
        agent: &[
            "Certainly. When would the first one suit you?",
            "Done: you get a confirmation by e-mail in a moment.",
        ],
        disposition: "payment plan",
        belongs: None,
    },
    Topic {
        queue: "sales",
        language: "de",
        customer: &[
            "Guten Tag, liefern Sie auch nach Österreich?",
            "Nach Graz, in den dritten Stock.",
            "Das klingt gut, danke!",
        ],
        agent: &[
            "Guten Tag! Ja, wohin genau dürfen wir liefern?",
            "Das machen wir gern, das Tragen ist im Preis enthalten.",
        ],
        disposition: "sold",
        belongs: None,
    },
    Topic {
        queue: "support_fr",
        language: "fr",
        customer: &[
            "Bonjour, une vis manque dans le carton.",
            "C'est l'étagère Lund, référence 2280.",
            "Merci beaucoup, bonne journée !",
        ],
        agent: &[
            "Bonjour ! De quel meuble s'agit-il ?",
            "Je vous envoie la visserie complète aujourd'hui.",
        ],
        disposition: "spare part",
        belongs: None,
    },
    Topic {
        queue: "support_fr",
        language: "fr",
        customer: &[
            "Bonjour, je voudrais changer mon adresse de livraison.",
            "Oui : 12 rue des Lilas, Lyon.",
            "Parfait, merci.",
        ],
        agent: &["Bonjour, bien sûr. Quelle est la nouvelle adresse ?", "C'est noté."],
        disposition: "address",
        belongs: None,
    },
    Topic {
        queue: "sales",
        language: "en",
        customer: &[
            "Do you have a showroom in Hamburg?",
            "Until when is it open today?",
            "See you later, then!",
        ],
        agent: &["Yes, right beside the main station.", "Until eight in the evening."],
        disposition: "information",
        belongs: None,
    },
];

/// Where in which conversation a customer's line stands; a real person's stands nowhere.
pub(crate) fn place_of(text: &str) -> Option<(&'static Topic, usize)> {
    TOPICS.iter().find_map(|topic| {
        let at = topic.customer.iter().position(|line| *line == text)?;
        Some((topic, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_can_be_told_from_all_others_and_they_alternate() {
        for topic in &TOPICS {
            assert_eq!(topic.customer.len(), topic.agent.len() + 1, "{}", topic.customer[0]);
            for (at, line) in topic.customer.iter().enumerate() {
                let (found, place) = place_of(line).unwrap();
                assert!(std::ptr::eq(found, topic) && place == at, "{line}");
            }
        }
        assert!(place_of("hello").is_none());
    }
}
