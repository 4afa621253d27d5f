//! An independent check of lines: numbered without gaps or repeats, the same for every reader.
//! It leaves who may read which line to the tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::history::History;
use crate::http::Http;

/// All lines of a chat as this caller may read them, page by page, checked to be 1, 2, 3….
pub async fn transcript(http: &Http, chat: &str) -> Vec<Value> {
    let mut lines: Vec<Value> = Vec::new();
    loop {
        let path = format!("/v1/chats/{chat}/messages?after={}", lines.len());
        let page = http.get(&path).await.ok(200);
        let messages = page["messages"].as_array().expect("a page has messages");
        for line in messages {
            assert_eq!(line["seq"], lines.len() + 1, "a gap or a repeat in {page}");
            assert_eq!(line["chat_id"], chat, "a line of another chat in {page}");
            lines.push(line.clone());
        }
        let last = page["last"].as_u64().expect("a page names the last line");
        if lines.len() as u64 >= last {
            return lines;
        }
        assert!(!messages.is_empty(), "lines up to {last} are owed: {page}");
    }
}

/// Demands that each chat's lines on a connection rose one by one, none twice, and that the events
/// agree with the lines in them. Where an agent came into a chat, the lines up to then are read by
/// GET: there the numbers may jump.
pub fn check_socket_lines(history: &History) {
    let joins = joins(history);
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    for frame in history.received_from(0) {
        if frame["type"] == "resync" {
            last.clear();
        }
        if frame["type"] != "chat.message" {
            continue;
        }
        let message = &frame["message"];
        let seq = message["seq"].as_u64().expect("a line has a number");
        assert_eq!(frame["seq"], seq, "event and line differ: {frame}");
        assert_eq!(frame["chat_id"], message["chat_id"], "event and line differ: {frame}");
        let chat = frame["chat_id"].as_str().expect("an event of a chat names it").to_owned();
        let joined = joins.contains(&(chat.clone(), seq - 1));
        if let Some(before) = last.insert(chat, seq) {
            let follows = seq == before + 1 || (joined && seq > before);
            assert!(follows, "{seq} after {before} at {frame}; {}", history.recent());
        }
    }
}

/// Chats and their last line in the answers to accepts.
fn joins(history: &History) -> BTreeSet<(String, u64)> {
    let all = history.all();
    let accepts: BTreeSet<&str> = all
        .iter()
        .filter(|heard| heard.sent && heard.frame["type"] == "offer.accept")
        .filter_map(|heard| heard.frame["id"].as_str())
        .collect();
    let answers = all.iter().filter(|heard| {
        let re = heard.frame["re"].as_str();
        !heard.sent && re.is_some_and(|re| accepts.contains(re))
    });
    let join = |chat: &Value| Some((chat["chat_id"].as_str()?.to_owned(), chat["seq"].as_u64()?));
    answers.filter_map(|heard| join(&heard.frame["chat"])).collect()
}

/// Demands that a socket's lines of a chat are those of the transcript.
pub fn same_lines(history: &History, transcript: &[Value]) {
    for frame in history.received_from(0) {
        if frame["type"] != "chat.message" || frame["chat_id"] != transcript[0]["chat_id"] {
            continue;
        }
        let seq = frame["message"]["seq"].as_u64().expect("a line has a number");
        let index = usize::try_from(seq - 1).expect("numbers are small");
        assert_eq!(Some(&frame["message"]), transcript.get(index), "live and stored line differ");
    }
}
