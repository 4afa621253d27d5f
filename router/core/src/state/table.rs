//! Rows by id: found in constant time, each at a place of its own for as long as it is there.
//!
//! Growing never moves a row and never takes long: rows live in chunks, the ids are found through
//! several small tables. The order of rows tells nothing (a restored state has another one), so
//! whoever shows rows sorts them. What a row is, is its owner's to say.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::{Flatten, Map};
use std::marker::PhantomData;
use std::ops::Index;
use std::slice;

use baton_common::hash::Mark;
use baton_common::ids::Id;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::places::{Mix, Places};
use super::timers::Timer;

/// Rows of one allocation: a kilobyte or a few hundred, by the size of a row.
const CHUNK: usize = 256;
/// Small tables: at a million rows one grows in less than a millisecond.
const SHARDS: usize = 16;

/// Rows by id.
#[derive(Clone)]
pub(crate) struct Table<K, V> {
    chunks: Vec<Vec<Option<(K, V)>>>,
    free: Vec<u32>,
    /// None as long as there was no row.
    shards: Option<Box<[Places; SHARDS]>>,
    len: usize,
}

/// What rows are found by.
pub(crate) trait Key: Eq + Hash {
    /// Whether two are equal as far as that is told without calling anybody; false leaves it open.
    /// The search keeps everything in registers as long as this is enough.
    #[inline]
    fn is_plainly(&self, other: &Self) -> bool {
        self == other
    }
}

impl Key for Mark {}

impl Key for Timer {}

impl<K> Key for Id<K> {
    #[inline]
    fn is_plainly(&self, other: &Self) -> bool {
        self.is_plainly(other)
    }
}

#[inline]
fn hash(key: &impl Hash) -> u32 {
    let mut mix = Mix::default();
    key.hash(&mut mix);
    u32::try_from(mix.finish() & 0xffff_ffff).expect("it was cut to 32 bits")
}

#[inline]
fn shard(hash: u32) -> usize {
    hash as usize % SHARDS
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: Vec::new(), shards: None, len: 0 }
    }
}

impl<K: Key, V> Table<K, V> {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The place of a row; it stays the same until the row is removed.
    #[inline]
    pub(crate) fn place(&self, key: &K) -> Option<u32> {
        self.find(key).map(|(place, _)| place)
    }

    /// A row and its place: with it found, nobody looks it up there again.
    fn find(&self, key: &K) -> Option<(u32, &(K, V))> {
        let hash = hash(key);
        let shard = &self.shards.as_ref()?[shard(hash)];
        let (place, _) = shard.next(hash, Places::from(hash))?;
        let row = self.row(place)?;
        if row.0.is_plainly(key) { Some((place, row)) } else { self.find_among(key, hash) }
    }

    /// Long ids are few, and two of one hash are rare: what is done with them stands apart.
    #[cold]
    #[inline(never)]
    fn find_among(&self, key: &K, hash: u32) -> Option<(u32, &(K, V))> {
        let shard = &self.shards.as_ref()?[shard(hash)];
        let mut from = Places::from(hash);
        while let Some((place, after)) = shard.next(hash, from) {
            if let Some(row) = self.row(place).filter(|row| row.0 == *key) {
                return Some((place, row));
            }
            from = after;
        }
        None
    }

    #[inline]
    fn row(&self, place: u32) -> Option<&(K, V)> {
        let place = place as usize;
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)?.as_ref()
    }

    /// The row at a place.
    pub(crate) fn at(&self, place: u32) -> Option<(&K, &V)> {
        self.row(place).map(|row| (&row.0, &row.1))
    }

    /// The row at a place, to change.
    pub(crate) fn at_mut(&mut self, place: u32) -> Option<(&K, &mut V)> {
        let place = place as usize;
        let row = self.chunks.get_mut(place / CHUNK)?.get_mut(place % CHUNK)?.as_mut()?;
        Some((&row.0, &mut row.1))
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_some()
    }

    #[inline]
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.find(key).map(|(_, row)| &row.1)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key)?;
        self.at_mut(place).map(|(_, value)| value)
    }

    /// Puts a row in; gives back the one that had been there.
    #[inline]
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(known) = self.get_mut(&key) {
            Some(std::mem::replace(known, value))
        } else {
            self.add(key, value);
            None
        }
    }

    /// The row of an id, made if it is not there.
    pub(crate) fn or_insert_with(&mut self, key: &K, new: impl FnOnce() -> V) -> &mut V
    where
        K: Clone,
    {
        let place = match self.place(key) {
            Some(place) => place,
            None => self.add(key.clone(), new()),
        };
        self.at_mut(place).expect("the row is there or was just put in").1
    }

    /// Puts in a row whose id is not there; tells its place.
    #[inline]
    pub(super) fn add(&mut self, key: K, value: V) -> u32 {
        let hash = hash(&key);
        let place = if let Some(place) = self.free.pop() {
            let at = place as usize;
            // Said so, a large row is written once: nothing has to be dropped there.
            self.chunks[at / CHUNK][at % CHUNK].get_or_insert((key, value));
            place
        } else {
            let (before, chunk) = self.last_with_room();
            chunk.push(Some((key, value)));
            u32::try_from(before + chunk.len() - 1).expect("memory ends before four billion rows")
        };
        self.shards.get_or_insert_default()[shard(hash)].insert(hash, place);
        self.len += 1;
        place
    }

    /// The last chunk, with room for one more, and how many places are before it.
    fn last_with_room(&mut self) -> (usize, &mut Vec<Option<(K, V)>>) {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let before = (self.chunks.len() - 1) * CHUNK;
        (before, self.chunks.last_mut().expect("one was pushed if there was none"))
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).and_then(|place| self.remove_at(place))
    }

    /// Takes out the row at a place.
    pub(crate) fn remove_at(&mut self, place: u32) -> Option<V> {
        let at = place as usize;
        let (key, value) = self.chunks.get_mut(at / CHUNK)?.get_mut(at % CHUNK)?.take()?;
        let hash = hash(&key);
        let shards = self.shards.as_mut().expect("each row is found by its id");
        shards[shard(hash)].remove(hash, place);
        self.free.push(place);
        self.len -= 1;
        Some(value)
    }

    /// Takes out the rows that are not wanted.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&K, &V) -> bool) {
        let chunks = self.chunks.iter().flatten().enumerate();
        let unwanted: Vec<usize> = chunks
            .filter(|(_, row)| row.as_ref().is_some_and(|row| !wanted(&row.0, &row.1)))
            .map(|(place, _)| place)
            .collect();
        for place in unwanted {
            drop(self.remove_at(u32::try_from(place).expect("places were given as u32")));
        }
    }

    /// All rows, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.into_iter()
    }

    /// See [`Self::iter`].
    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// See [`Self::iter`].
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Key + fmt::Debug, V> Index<&K> for Table<K, V> {
    type Output = V;
    fn index(&self, key: &K) -> &V {
        self.get(key).unwrap_or_else(|| panic!("there is no row of {key:?}"))
    }
}

/// All rows' places, the empty ones left out.
type Occupied<'a, K, V> = Flatten<Flatten<slice::Iter<'a, Vec<Option<(K, V)>>>>>;

impl<'a, K, V> IntoIterator for &'a Table<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Map<Occupied<'a, K, V>, fn(&'a (K, V)) -> (&'a K, &'a V)>;

    /// See [`Table::iter`].
    fn into_iter(self) -> Self::IntoIter {
        self.chunks.iter().flatten().flatten().map(|row| (&row.0, &row.1))
    }
}

impl<K: Key, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        let mut table = Self::default();
        for (key, value) in rows {
            table.insert(key, value);
        }
        table
    }
}

impl<K: Key + fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// By id: equal states are written alike.
impl<K: Key + Ord + Serialize, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows: Vec<(&K, &V)> = self.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        serializer.collect_map(rows)
    }
}

impl<'de, K, V> Deserialize<'de> for Table<K, V>
where
    K: Key + Deserialize<'de>,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Rows(PhantomData))
    }
}

struct Rows<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> Visitor<'de> for Rows<K, V>
where
    K: Key + Deserialize<'de>,
    V: Deserialize<'de>,
{
    type Value = Table<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of rows by id")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Table<K, V>, A::Error> {
        let mut table = Table::default();
        while let Some((key, value)) = map.next_entry()? {
            table.insert(key, value);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Many of one hash, and of half of them it is not plain whether they are equal.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    struct Alike(u32);

    impl Hash for Alike {
        fn hash<H: Hasher>(&self, state: &mut H) {
            state.write_u32(self.0 % 199);
        }
    }

    impl Key for Alike {
        fn is_plainly(&self, other: &Self) -> bool {
            self.0.is_multiple_of(2) && self == other
        }
    }

    proptest! {
        #[test]
        fn a_table_holds_what_a_map_holds(
            steps in prop::collection::vec((0..3_u8, 0..700_u32), 1..2_000),
        ) {
            let mut table = Table::default();
            let mut map = BTreeMap::new();
            for (step, (what, key)) in steps.into_iter().enumerate() {
                let key = Alike(key);
                match what {
                    0 => prop_assert_eq!(table.remove(&key), map.remove(&key)),
                    1 => prop_assert_eq!(table.get(&key), map.get(&key)),
                    _ => prop_assert_eq!(table.insert(key, step), map.insert(key, step)),
                }
                prop_assert_eq!(table.len(), map.len());
            }
            let sorted: BTreeMap<_, _> = table.iter().map(|(key, value)| (*key, *value)).collect();
            prop_assert_eq!(&sorted, &map);
            let text = serde_json::to_string(&table).unwrap();
            let back: Table<Alike, usize> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(back.iter().map(|(k, v)| (*k, *v)).collect::<BTreeMap<_, _>>(), map);
        }
    }

    #[test]
    fn a_row_keeps_its_place_while_others_come_and_go() {
        let mut table = Table::default();
        table.insert(Alike(9_000), 1);
        let place = table.place(&Alike(9_000)).unwrap();
        for number in 0..5_000 {
            table.insert(Alike(number), 2);
        }
        for number in (0..5_000).step_by(2) {
            table.remove(&Alike(number));
        }
        assert_eq!(table.at(place), Some((&Alike(9_000), &1)));
        assert_eq!(table.place(&Alike(9_000)), Some(place));
    }
}
