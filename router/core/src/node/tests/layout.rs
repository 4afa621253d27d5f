//! The layout of images is a promise between releases: who changes it is told here what to do.
//! Leaves the codec to `image`.

use std::collections::BTreeSet;

use ciborium::Value;

use super::super::image;
use super::world::{World, connect, end, publish, ready, speak, start};

/// Names of fields, and of a few things that are named as fields could be.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Map(entries) => {
            for (key, value) in entries {
                if let Value::Text(name) = key
                    && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                {
                    found.insert(name.clone());
                }
                names(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, found)),
        _ => {}
    }
}

#[test]
fn the_layout_of_images_is_the_one_that_was_written_down() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), connect("gw", "c1"), ready(), start("cht_1"), start("cht_2")]);
    world.settle(a);
    world.ask_for(&[speak("cht_1"), end("cht_2")]);
    world.settle(a);
    let bytes = image::encode(0, &world.replay(), || {});
    let value = ciborium::from_reader(bytes.as_slice()).unwrap();
    let mut found = BTreeSet::new();
    names(&value, &mut found);
    let found: String = found.iter().map(|name| format!("{name}\n")).collect();
    let written = include_str!("layout.txt");
    assert!(
        found == written,
        "the state has other fields than layout.txt names. Give a new field a default, raise \
         image::SCHEMA once a release (and OLDEST, if older images cannot be read any more), \
         and write to layout.txt:\n{found}"
    );
}
