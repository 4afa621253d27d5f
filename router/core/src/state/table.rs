//! Rows by id: found in constant time, each at a place of its own for as long as it is there.
//!
//! Growing never moves a row and never takes long: rows live in chunks, the ids are found through
//! several small tables. The order of rows tells nothing (a restored state has another one), so
//! whoever shows rows sorts them. What a row is, is its owner's to say.

use std::fmt;
use std::hash::{Hash, Hasher as _};
use std::iter::{Flatten, Map};
use std::marker::PhantomData;
use std::ops::Index;
use std::slice;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::places::{Mix, Places};

/// Rows of one allocation: a kilobyte or a few hundred, by the size of a row.
const CHUNK: usize = 256;
/// Small tables: at a million rows one grows in less than a millisecond.
const SHARDS: usize = 16;

/// Rows by id.
#[derive(Clone)]
pub(crate) struct Table<K, V> {
    chunks: Vec<Vec<Option<(K, V)>>>,
    free: Vec<u32>,
    shards: Vec<Places>,
    len: usize,
}

fn hash(key: &impl Hash) -> u32 {
    let mut mix = Mix::default();
    key.hash(&mut mix);
    let hash = mix.finish();
    u32::try_from((hash ^ (hash >> 32)) & 0xffff_ffff).expect("it was cut to 32 bits")
}

fn shard(hash: u32) -> usize {
    hash as usize % SHARDS
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: Vec::new(), shards: Vec::new(), len: 0 }
    }
}

impl<K: Eq + Hash, V> Table<K, V> {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The place of a row; it stays the same until the row is removed.
    pub(crate) fn place(&self, key: &K) -> Option<u32> {
        let hash = hash(key);
        let shard = self.shards.get(shard(hash))?;
        shard.find(hash, |place| self.row(place).is_some_and(|row| row.0 == *key))
    }

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
        self.place(key).is_some()
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.place(key).and_then(|place| self.at(place)).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key)?;
        self.at_mut(place).map(|(_, value)| value)
    }

    /// Puts a row in; gives back the one that had been there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key).and_then(|place| self.at_mut(place)) {
            Some((_, known)) => Some(std::mem::replace(known, value)),
            None => {
                self.add(key, value);
                None
            }
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
    pub(super) fn add(&mut self, key: K, value: V) -> u32 {
        if self.shards.is_empty() {
            self.shards = vec![Places::default(); SHARDS];
        }
        let hash = hash(&key);
        let place = self.room();
        self.shards[shard(hash)].insert(hash, place);
        self.len += 1;
        let at = place as usize;
        // Said so, a large row is written once: nothing has to be dropped there.
        self.chunks[at / CHUNK][at % CHUNK].get_or_insert((key, value));
        place
    }

    /// An empty place.
    fn room(&mut self) -> u32 {
        if let Some(place) = self.free.pop() {
            return place;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let before = (self.chunks.len() - 1) * CHUNK;
        let chunk = self.chunks.last_mut().expect("one was pushed if there was none");
        chunk.push(None);
        u32::try_from(before + chunk.len() - 1).expect("memory ends before four billion rows")
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
        self.shards[shard(hash)].remove(hash, place);
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

impl<K: Eq + Hash + fmt::Debug, V> Index<&K> for Table<K, V> {
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

impl<K: Eq + Hash, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        let mut table = Self::default();
        for (key, value) in rows {
            table.insert(key, value);
        }
        table
    }
}

impl<K: Eq + Hash + fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// By id: equal states are written alike.
impl<K: Eq + Hash + Ord + Serialize, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows: Vec<(&K, &V)> = self.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        serializer.collect_map(rows)
    }
}

impl<'de, K, V> Deserialize<'de> for Table<K, V>
where
    K: Eq + Hash + Deserialize<'de>,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Rows(PhantomData))
    }
}

struct Rows<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> Visitor<'de> for Rows<K, V>
where
    K: Eq + Hash + Deserialize<'de>,
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

    proptest! {
        #[test]
        fn a_table_holds_what_a_map_holds(
            steps in prop::collection::vec((0..3_u8, 0..700_u32), 1..2_000),
        ) {
            let mut table = Table::default();
            let mut map = BTreeMap::new();
            for (step, (what, key)) in steps.into_iter().enumerate() {
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
            let back: Table<u32, usize> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(back.iter().map(|(k, v)| (*k, *v)).collect::<BTreeMap<_, _>>(), map);
        }
    }

    #[test]
    fn a_row_keeps_its_place_while_others_come_and_go() {
        let mut table = Table::default();
        table.insert("a", 1);
        let place = table.place(&"a").unwrap();
        let names: Vec<String> = (0..5_000).map(|n| n.to_string()).collect();
        for name in &names {
            table.insert(name.as_str(), 2);
        }
        for name in names.iter().step_by(2) {
            table.remove(&name.as_str());
        }
        assert_eq!(table.at(place), Some((&"a", &1)));
        assert_eq!(table.place(&"a"), Some(place));
    }
}
