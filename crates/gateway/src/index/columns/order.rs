//! Places of a table in the order of a key, kept while rows come, change and go: no query sorts.

use std::cmp::Ordering;

use super::bits::Bits;

/// Places in order.
#[derive(Debug, Default)]
pub(crate) struct Order(Vec<u32>);

impl Order {
    /// The places, in order.
    pub(crate) fn places(&self) -> &[u32] {
        &self.0
    }

    /// Takes out `changed`, and puts those of them that `are` there in again where `compare` puts them.
    pub(super) fn refresh(
        &mut self,
        changed: &Bits,
        are: impl Fn(u32) -> bool,
        compare: impl Fn(u32, u32) -> Ordering,
    ) {
        self.0.retain(|place| !changed.has(*place));
        let mut coming: Vec<u32> = changed.iter().filter(|place| are(*place)).collect();
        coming.sort_unstable_by(|a, b| compare(*a, *b));
        let mut merged = Vec::with_capacity(self.0.len() + coming.len());
        let mut rest = self.0.as_slice();
        for place in coming {
            let (before, after) = rest.split_at(rest.partition_point(|old| compare(*old, place).is_lt()));
            merged.extend_from_slice(before);
            merged.push(place);
            rest = after;
        }
        merged.extend_from_slice(rest);
        self.0 = merged;
    }
}
