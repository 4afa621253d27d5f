//! The objects of the contract as shapes: which fields there are, of which type, and which may be
//! missing. What the values should be is left to the tests.

use serde_json::Value;

/// A shape by name: `field:type` and `field?:type`, separated by blanks. Types are `text`, `time`,
/// `count`, `number`, `flag`, `any`, another shape's name, or `[type]` for a list of them; with
/// `|null` where the contract allows an explicit null.
const SHAPES: &[(&str, &str)] = &[
    (
        "start",
        "chat_id:text token:text expires_at:time state:text queue:text position:count \
         ewt:ewt|null seq:count",
    ),
    ("start_202", "chat_id:text token:text expires_at:time state:text queue:text seq:count"),
    ("ewt", "p50_s:number p90_s:number"),
    (
        "quote",
        "eligible:count available:count position:count|null ewt:ewt|null policy:text|null \
         outcome:text code?:text queue?:text",
    ),
    (
        "chat",
        "chat_id:text state:text queue?:text position?:count ewt?:ewt owner:owner|null \
         customer:person participants:[participant] transfer?:transfer hops:count \
         attributes:any previous?:text notes?:[note] opened_at:time closed?:closed \
         seq:count rev:count",
    ),
    ("note", "at:time by:text kind:text text?:text disposition?:text"),
    (
        "customer_chat",
        "chat_id:text state:text queue?:text position?:count ewt?:ewt \
         participants:[participant] opened_at:time closed?:closed seq:count rev:count",
    ),
    ("owner", "agent?:text queue?:text unattended?:time"),
    ("person", "id?:text name?:text email?:text"),
    ("participant", "id:text role:text name:text state:text mode?:text wrapup_until?:time"),
    ("transfer", "invites:[invite]"),
    ("closed", "at:time reason:text by?:any code?:text"),
    (
        "invite",
        "invite_id:text to:target by:text state:text reason?:text at:time position?:count ewt?:ewt",
    ),
    ("target", "agent?:text queue?:text"),
    (
        "message",
        "message_id:text chat_id:text seq:count from:sender kind:text text:text \
         visibility:text at:time client_id?:text event?:line_event",
    ),
    ("sender", "id:text role:text name:text"),
    ("line_event", "change:text participant?:sender stays?:[text] queue?:text reason?:text"),
    (
        "offer",
        "offer_id:text kind:text invite_id?:text queue?:text origin?:text from_agent?:text \
         chat:chat skills:[skill] wait_s:number expires_at:time expires_in_s:number \
         note?:text assigned_by?:text over_capacity?:flag last_lines?:[message]",
    ),
    ("skill", "skill:text level:count"),
    (
        "agent",
        "agent:text name:text status:text reason?:text next_status?:text activity:text \
         load:load connectivity:text capacity:capacity skills:[skill] since:time rev:count",
    ),
    ("load", "offered:count handling:count wrapup:count"),
    ("capacity", "used:count total:count"),
    (
        "queue",
        "queue:text name:text waiting:count oldest_wait_s:number eligible_agents:count \
         available_agents:count ewt:ewt|null open:flag service_level:service_level rev:count",
    ),
    (
        "service_level",
        "target_s:number since:time answered:number|null offered:number|null \
         excl_short:number|null removed:number|null",
    ),
    (
        "welcome",
        "type:text role:text id:text workspace:text heartbeat_s:number expires_at:time \
         chats:[any] agent?:agent offers?:[offer]",
    ),
    ("dm", "dm_id:text seq:count from:any to:any text:text at:time client_id:text"),
    ("page_of_messages", "messages:[message] last:count"),
    ("token", "token:text expires_at:time"),
    ("finding", "severity:text path:text code:text message:text"),
    ("published", "version:count findings:[finding]"),
    ("checked", "ok:flag findings:[finding]"),
    ("versions", "versions:[version] next?:text"),
    ("version", "version:count at:time by:text"),
    ("chat_why", "chat_id:text waiting?:waiting decisions:[decision]"),
    (
        "waiting",
        "queue:text since:time text:text others_at?:time candidates:[candidate] more?:count",
    ),
    (
        "decision",
        "at:time offer_id:text entry_id:text queue:text chosen:text policy?:text text:text \
         outcome?:text transferred_by?:text assigned_by?:text \
         assigned_by_name?:text candidates:[candidate] more?:count",
    ),
    ("candidate", "agent:text reason:text skill?:text level?:count detail?:text"),
    (
        "agent_statistics",
        "agent:text at:time accepted_today:count offers:offer_counts ready_s:number \
         not_ready_s:number logged_out_s:number work_s:number occupancy:number|null \
         capacity_occupancy:number|null handled:count handle_s:number wrapup_s:number",
    ),
    ("offer_counts", "accepted:count declined:count expired:count revoked:count"),
    ("agent_why", "agent:text text:text queues:[queue_why] more?:count"),
    (
        "queue_why",
        "queue:text waiting:count reason:text skill?:text level?:count detail?:text text:text",
    ),
    (
        "added_queue",
        "invite_id:text queue:text position:count ewt:ewt|null warning?:text held?:flag",
    ),
    ("event_message", "type:text chat_id:text seq:count message:message"),
    (
        "event_participant",
        "type:text chat_id:text seq:count participant:participant change:text reason?:text",
    ),
    (
        "event_invite",
        "type:text chat_id:text seq:count invite_id:text to:target by:text state:text \
         reason?:text at:time position?:count ewt?:ewt",
    ),
    ("event_offer_new", "type:text offer:offer"),
    ("event_offer_gone", "type:text offer_id:text why:text detail?:text"),
    ("event_typing", "type:text chat_id:text seq:count from:any upto?:text"),
    ("event_position", "type:text chat_id:text seq:count position:count ewt:ewt|null"),
    ("event_dm", "type:text dm:dm"),
    ("bye", "type:text reason:text code?:text reconnect_in_s?:number"),
];

/// A shape of the contract.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    name: &'static str,
    fields: &'static str,
}

/// The shape with this name.
pub fn shape(name: &str) -> Shape {
    let found = SHAPES.iter().find(|(known, _)| *known == name);
    let (name, fields) = found.unwrap_or_else(|| panic!("no shape is called {name}"));
    Shape { name, fields }
}

impl Shape {
    /// Demands that a value has exactly these fields.
    pub fn check(self, value: &Value) {
        let faults = self.faults(value, self.name);
        assert!(faults.is_empty(), "{}\nin {value:#}", faults.join("\n"));
    }

    /// The same for an object that has fields of an event beside its own.
    pub fn check_flat(self, value: &Value, beside: &[&str]) {
        let mut own = value.clone();
        for name in beside {
            let removed = own.as_object_mut().and_then(|object| object.remove(*name));
            assert!(removed.is_some(), "{name} is missing in {value:#}");
        }
        self.check(&own);
    }

    fn faults(self, value: &Value, path: &str) -> Vec<String> {
        let Some(object) = value.as_object() else {
            return vec![format!("{path} is no object: {value}")];
        };
        let mut faults = Vec::new();
        let mut known = Vec::new();
        for field in self.fields.split_whitespace() {
            let (name, kind) = field.split_once(':').expect("a field has a type");
            let optional = name.ends_with('?');
            let name = name.trim_end_matches('?');
            known.push(name);
            let path = format!("{path}.{name}");
            match object.get(name) {
                None if !optional => faults.push(format!("{path} is missing")),
                None => {}
                Some(Value::Null) if optional || kind.ends_with("|null") => {}
                Some(value) => faults.extend(type_faults(kind, value, &path)),
            }
        }
        let unknown = object.keys().filter(|name| !known.contains(&name.as_str()));
        faults.extend(unknown.map(|name| format!("{path}.{name} is not in the contract")));
        faults
    }
}

fn type_faults(kind: &str, value: &Value, path: &str) -> Vec<String> {
    let kind = kind.trim_end_matches("|null");
    if let Some(inner) = kind.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let Some(items) = value.as_array() else {
            return vec![format!("{path} is no list: {value}")];
        };
        let each = items.iter().enumerate();
        return each
            .flat_map(|(i, item)| type_faults(inner, item, &format!("{path}[{i}]")))
            .collect();
    }
    let fits = match kind {
        "any" => true,
        "text" => value.is_string(),
        "time" => value.as_str().is_some_and(is_time),
        "count" => value.is_u64(),
        "number" => value.is_number(),
        "flag" => value.is_boolean(),
        other => return shape(other).faults(value, path),
    };
    if fits { Vec::new() } else { vec![format!("{path} should be a {kind}, is {value}")] }
}

/// RFC 3339, UTC, milliseconds.
fn is_time(text: &str) -> bool {
    let form = "dddd-dd-ddTdd:dd:dd.dddZ";
    let fits = |(c, f): (char, char)| if f == 'd' { c.is_ascii_digit() } else { c == f };
    text.len() == form.len() && text.chars().zip(form.chars()).all(fits)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_unknown_and_mistyped_fields_are_found() {
        shape("ewt").check(&json!({"p50_s": 1.5, "p90_s": 3}));
        let fault = |value: Value| shape("skill").faults(&value, "skill").join(", ");
        assert_eq!(fault(json!({"skill": "a"})), "skill.level is missing");
        assert_eq!(
            fault(json!({"skill": "a", "level": 1, "x": 1})),
            "skill.x is not in the contract"
        );
        assert_eq!(fault(json!({"skill": 1, "level": 1})), "skill.skill should be a text, is 1");
        assert!(is_time("2026-01-05T10:00:00.000Z") && !is_time("2026-01-05T10:00:00Z"));
    }

    #[test]
    fn every_shape_names_known_types_only() {
        for (name, fields) in SHAPES {
            for field in fields.split_whitespace() {
                let kind = field.split_once(':').unwrap().1.trim_end_matches("|null");
                let kind = kind.trim_start_matches('[').trim_end_matches(']');
                let basic = ["any", "text", "time", "count", "number", "flag"].contains(&kind);
                assert!(basic || SHAPES.iter().any(|(known, _)| *known == kind), "{name}: {kind}");
            }
        }
    }
}
