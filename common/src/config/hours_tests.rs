//! Opening hours against the wall clock, minute by minute, in zones whose clocks change.

use proptest::prelude::*;

use super::*;
use crate::config::{Day, HoursException, Weekly};

const ALL: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

fn weekly(days: &[Day], from: &str, to: &str) -> Weekly {
    Weekly { days: days.to_vec(), from: from.into(), to: to.into() }
}

fn calendar(zone_name: &str, weekly: Vec<Weekly>) -> Calendar {
    Calendar::of(&Hours { weekly, exceptions: Vec::new() }, zone(Some(zone_name)))
}

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// The turns of two days, each as the moment and whether it opens.
fn turns(calendar: &Calendar, from: &str) -> Vec<(String, bool)> {
    let (mut now, end) = (at(from), at(from) + Span::seconds(2 * 24 * 3_600));
    let mut turns = Vec::new();
    while let Some(next) = calendar.next_turn(now).filter(|next| *next <= end) {
        turns.push((next.to_string().replace(".000Z", "Z"), calendar.is_open(next)));
        now = next;
    }
    turns
}

fn told(turns: &[(&str, bool)]) -> Vec<(String, bool)> {
    turns.iter().map(|(at, opens)| ((*at).to_owned(), *opens)).collect()
}

#[test]
fn an_office_opens_and_closes_by_its_own_clock() {
    let office = calendar("Europe/Berlin", vec![weekly(&ALL[..5], "08:00", "18:00")]);
    // A Friday in winter: Berlin is an hour ahead.
    assert!(!office.is_open(at("2026-01-09T06:59:59Z")));
    assert!(office.is_open(at("2026-01-09T07:00:00Z")));
    assert!(office.is_open(at("2026-01-09T16:59:59.999Z")));
    assert!(!office.is_open(at("2026-01-09T17:00:00Z")));
    let weekend = at("2026-01-09T17:00:00Z");
    assert_eq!(office.next_turn(weekend), Some(at("2026-01-12T07:00:00Z")));
    // And in summer, when it is two.
    assert!(office.is_open(at("2026-07-10T06:00:00Z")));
}

#[test]
fn the_end_of_the_day_leaves_no_gap() {
    let always = calendar("Europe/Berlin", vec![weekly(&ALL, "00:00", "24:00")]);
    let from = "2026-10-24T12:00:00Z";
    assert_eq!(turns(&always, from), told(&[]));
    // Nothing turns, so it is looked at again.
    assert_eq!(always.next_turn(at(from)), Some(at("2026-11-07T12:00:00Z")));
    let night = calendar(
        "Europe/Berlin",
        vec![weekly(&[Day::Fri], "20:00", "24:00"), weekly(&[Day::Sat], "00:00", "04:00")],
    );
    let open = told(&[("2026-01-09T19:00:00Z", true), ("2026-01-10T03:00:00Z", false)]);
    assert_eq!(turns(&night, "2026-01-09T12:00:00Z"), open);
}

#[test]
fn a_time_that_is_skipped_counts_when_it_is_skipped() {
    // On 2026-03-29 in Berlin 02:00 is followed by 03:00, at 01:00 UTC.
    let opens = calendar("Europe/Berlin", vec![weekly(&[Day::Sun], "02:30", "10:00")]);
    let open = told(&[("2026-03-29T01:00:00Z", true), ("2026-03-29T08:00:00Z", false)]);
    assert_eq!(turns(&opens, "2026-03-28T12:00:00Z"), open);
    let closes = calendar("Europe/Berlin", vec![weekly(&[Day::Sun], "00:00", "02:30")]);
    let open = told(&[("2026-03-28T23:00:00Z", true), ("2026-03-29T01:00:00Z", false)]);
    assert_eq!(turns(&closes, "2026-03-28T12:00:00Z"), open);
}

#[test]
fn a_time_that_comes_twice_counts_twice() {
    // On 2026-10-25 in Berlin 03:00 is 02:00 again, at 01:00 UTC.
    let closes = calendar("Europe/Berlin", vec![weekly(&[Day::Sun], "00:00", "02:30")]);
    let open = told(&[
        ("2026-10-24T22:00:00Z", true),
        ("2026-10-25T00:30:00Z", false),
        ("2026-10-25T01:00:00Z", true),
        ("2026-10-25T01:30:00Z", false),
    ]);
    assert_eq!(turns(&closes, "2026-10-24T12:00:00Z"), open);
    // Whoever is open from before until after it notices nothing.
    let night = calendar("Europe/Berlin", vec![weekly(&[Day::Sun], "01:00", "05:00")]);
    let open = told(&[("2026-10-24T23:00:00Z", true), ("2026-10-25T04:00:00Z", false)]);
    assert_eq!(turns(&night, "2026-10-24T12:00:00Z"), open);
}

#[test]
fn an_exception_takes_the_place_of_its_day() {
    let exception = |date: &str, times: Option<(&str, &str)>| HoursException {
        date: date.into(),
        from: times.map(|(from, _)| from.into()),
        to: times.map(|(_, to)| to.into()),
    };
    let hours = Hours {
        weekly: vec![weekly(&ALL, "08:00", "18:00")],
        exceptions: vec![
            exception("2026-12-24", Some(("08:00", "12:00"))),
            exception("2026-12-24", Some(("13:00", "14:00"))),
            exception("2026-12-25", None),
        ],
    };
    let calendar = Calendar::of(&hours, zone(None));
    let open = told(&[
        ("2026-12-24T08:00:00Z", true),
        ("2026-12-24T12:00:00Z", false),
        ("2026-12-24T13:00:00Z", true),
        ("2026-12-24T14:00:00Z", false),
    ]);
    assert_eq!(turns(&calendar, "2026-12-24T00:00:00Z"), open);
    let christmas = at("2026-12-25T09:00:00Z");
    assert!(!calendar.is_open(christmas));
    assert_eq!(calendar.next_turn(christmas), Some(at("2026-12-26T08:00:00Z")));
}

#[test]
fn what_cannot_be_read_never_opens_and_an_unknown_zone_is_utc() {
    for (from, to) in [("8:00", "18:00"), ("18:00", "08:00"), ("08:00", "24:01"), ("", "")] {
        let never = calendar("Europe/Berlin", vec![weekly(&ALL, from, to)]);
        assert_eq!(turns(&never, "2026-01-05T00:00:00Z"), told(&[]), "{from} to {to}");
    }
    let utc = calendar("No/Such", vec![weekly(&ALL, "08:00", "09:00")]);
    assert!(utc.is_open(at("2026-07-10T08:00:00Z")));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Walking from turn to turn is the same as looking at each minute.
    #[test]
    fn turns_are_where_the_minutes_change(
        zone_at in 0..6_usize,
        rows in prop::collection::vec((0..7_usize, 0..96_u16, 1..96_u16), 1..5),
        day in 0..365_i64,
        exception in 0..3_i64,
    ) {
        // Clocks that change at midnight, by half an hour, twice a year, or never.
        let zones = ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe",
            "America/Santiago", "Asia/Kolkata", "Africa/Casablanca"];
        let time = |quarters: u16| format!("{:02}:{:02}", quarters / 4, quarters % 4 * 15);
        let begin = at("2026-01-01T00:00:00Z") + Span::seconds(day.unsigned_abs() * 24 * 3_600);
        let weekly = rows
            .iter()
            .map(|(day, from, long)| {
                weekly(&[ALL[*day]], &time(*from), &time((from + long).min(96)))
            })
            .collect();
        let date = jiff::Timestamp::from_millisecond(begin.0).unwrap().strftime("%F").to_string();
        let times = (exception == 1).then(|| ("01:15".to_owned(), "02:45".to_owned()));
        let exceptions = (exception > 0).then(|| HoursException {
            date,
            from: times.clone().map(|(from, _)| from),
            to: times.map(|(_, to)| to),
        });
        let hours = Hours { weekly, exceptions: exceptions.into_iter().collect() };
        let calendar = Calendar::of(&hours, zone(Some(zones[zone_at])));
        let mut next = calendar.next_turn(begin).unwrap();
        let mut was = calendar.is_open(begin);
        for minute in 1..4 * 24 * 60_u64 {
            let now = begin + Span::seconds(minute * 60);
            let is = calendar.is_open(now);
            prop_assert_eq!(is != was, now == next, "at {}", now);
            if now == next {
                next = calendar.next_turn(now).unwrap();
            }
            was = is;
        }
    }
}
